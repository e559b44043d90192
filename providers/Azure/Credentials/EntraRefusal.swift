import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// An answer of Entra that is no token, as a sentence. Pure.
///
/// Source: the error codes of the Microsoft identity platform.
struct EntraRefusal {
    /// The HTTP status.
    let status: Int
    /// The OAuth error, such as `invalid_client`; empty where the answer is no error of OAuth.
    let error: String
    /// The number after `AADSTS`.
    let code: Int?
    private let text: String

    init(_ response: Response) {
        status = response.status
        let json = try? JSON(parsing: response.body.prefix(Limits.errorBytesMax))
        error = json?["error"]?.string ?? ""
        let described = json?["error_description"]?.string ?? ""
        code = json?["error_codes"]?[0]?.int ?? Self.code(in: described)
        // After the first line come numbers for Microsoft's support.
        let first = described.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let message = first.components(before: " Trace ID:")
        if !message.isEmpty {
            text = message
        } else if !error.isEmpty {
            text = error
        } else if response.body.isEmpty {
            text = "the answer was \(response.status) and nothing else"
        } else {
            text = "the answer was \(response.status) and no error of Entra; something else may stand in its place"
        }
    }

    /// The number in `AADSTS7000215: …`.
    static func code(in text: String) -> Int? {
        guard let start = text.firstRange(of: "AADSTS")?.upperBound else { return nil }
        return Int(text[start...].prefix { $0.isASCII && $0.isNumber })
    }

    /// Whether Entra does not take the form of a client assertion or does not know its certificate by that name.
    var concernsCertificate: Bool { status < 500 && (code == 700_027 || code == nil && error.hasPrefix("invalid_")) }

    /// Why `applicant` gets no token, and what to do.
    func sentence(_ applicant: EntraApplicant, for audience: EntraAudience) -> String {
        let number = code.map { " (AADSTS\($0))" } ?? ""
        let reason = code.flatMap { applicant.reason($0, audience) } ?? shown(hiding: applicant.hidden)
        return "Entra gives no token to \(applicant.name)\(number): \(reason)"
    }

    /// What Entra says itself, without anything that was sent to it in secret.
    private func shown(hiding secrets: [Secret<String>]) -> String {
        var shown = SecretShapes.masked(text)
        for secret in secrets.map({ $0.reveal() }) where secret.utf8.count > 3 {
            shown = shown.split(separator: secret, omittingEmptySubsequences: false)
                .joined(separator: SecretShapes.mask)
        }
        return shown.printable(max: 400)
    }
}

extension String {
    /// What stands before `mark`, or everything.
    fileprivate func components(before mark: String) -> String {
        firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? self
    }
}

/// Who asks Entra for a token, and with what.
struct EntraApplicant: Sendable {
    /// How the application proves who it is.
    enum Proof: Sendable {
        /// A secret, in this variable.
        case secret(String)
        /// A certificate, in this file.
        case certificate(String)
        /// A token of somebody whom the application trusts; where it is from, and what it says.
        case federated(String, JSON?)
    }

    var client: String
    var tenant: String
    var proof: Proof
    /// What must not be shown.
    var hidden: [Secret<String>] = []

    /// For people.
    var name: String { "the application \(client) in tenant \(tenant.printable(max: 100))" }

    /// What `code` means here and what to do; nil for one that is not known.
    func reason(_ code: Int, _ audience: EntraAudience) -> String? {
        switch code {
        case 7_000_215: "the secret in \(place) is wrong; it must be the value of the secret, not its ID"
        case 7_000_222: "the secret in \(place) has expired; make a new one where the application is registered"
        case 700_016, 7_000_229:
            "there is no such application in the tenant; correct AZURE_CLIENT_ID or AZURE_TENANT_ID, or have it "
                + "installed"
        case 90_002, 900_021, 900_023, 900_024:
            "there is no such tenant; correct AZURE_TENANT_ID, or the cloud if it is another one"
        case 700_027:
            "the certificate in \(place) is not among those of the application; upload it where the application is "
                + "registered"
        case 700_024: expired
        case 70_021, 700_021, 700_211, 700_212, 700_213, 700_223: mismatch
        case 50_173, 50_078, 50_076, 50_079, 70_043, 70_044, 700_082: "the sign-in has come to its end; run `az login`"
        case 7_000_112, 500_014: "it is disabled; have it enabled, or use another one"
        case 500_011, 650_057, 1_000_502:
            "the tenant knows no API named \(audience.resource.printable(max: 200)), or the application has no right "
                + "there"
        case 53_000...53_004: "a Conditional Access policy of the tenant forbids it; ask who runs the tenant"
        default: nil
        }
    }

    private var place: String {
        switch proof {
        case .secret(let place), .certificate(let place), .federated(let place, _): place.printable(max: 300)
        }
    }

    private var expired: String {
        switch proof {
        case .federated:
            "the federated token \(place) has expired; see that it is renewed and that this machine's clock is right"
        default: "what was signed is not valid at this time; check this machine's clock"
        }
    }

    private var mismatch: String {
        var words = ["issuer", "subject", "audience"]
        if case .federated(_, let claims) = proof {
            words = zip(words, ["iss", "sub", "aud"]).map { word, name in
                let value = claims?[name]?.string ?? claims?[name]?[0]?.string
                return value.map { "\(word) \($0.printable(max: 200))" } ?? word
            }
        }
        return "no federated credential of the application fits the token \(place); it needs one with "
            + words.joined(separator: ", ")
    }
}
