import HTTPTypes
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// An application that proves itself with a token of somebody whom it trusts: Kubernetes, through a file, or GitHub.
///
/// Either is got anew for every token, because the file is renewed by others and GitHub's token lives for minutes.
struct WorkloadToken: TokenPlace {
    private enum Giver {
        case file(String)
        case gitHub(origin: Origin, target: String, token: Secret<String>)
    }

    let world: EntraWorld

    private static let file = "AZURE_FEDERATED_TOKEN_FILE"
    private static let url = "ACTIONS_ID_TOKEN_REQUEST_URL"
    private static let token = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"

    func words() throws(CredentialFailure) -> String {
        let giver = try giver()
        let client = try applicant(giver, nil).client
        switch giver {
        case .file(let path): return "the workload identity of \(client), with the token in \(path.printable(max: 200))"
        case .gitHub: return "the workload identity of \(client), with tokens of GitHub Actions"
        }
    }

    func lease(_ wish: TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>> {
        let giver = try giver()
        _ = try applicant(giver, nil)
        let token: Secret<String>
        switch giver {
        case .file(let path): token = try read(path)
        case .gitHub(let origin, let target, let bearer): token = try await fetch(origin, target, bearer)
        }
        let application = ApplicationToken(applicant: try applicant(giver, token), world: world)
        return try await application.lease(wish, .assertion(token))
    }

    private func giver() throws(CredentialFailure) -> Giver {
        if let path = world.environment.filled(Self.file) { return .file(path) }
        guard let url = world.environment.filled(Self.url) else {
            throw .absent("neither \(Self.file) nor \(Self.url) is set")
        }
        // Every job of GitHub with the right to ask has these; only an application makes them mean Azure.
        guard world.environment.filled("AZURE_CLIENT_ID") != nil else {
            throw .absent("\(Self.url) is set, and AZURE_CLIENT_ID is not")
        }
        guard let (origin, target) = Origin.split(url), EntraText.isWord(target), EntraCalls.isAllowed(origin) else {
            throw .broken("\(Self.url) is not an https URL")
        }
        guard let token = world.environment.filled(Self.token), EntraText.isWord(token) else {
            throw .broken("\(Self.url) is set, and \(Self.token) is not one word; give the job `id-token: write`")
        }
        return .gitHub(origin: origin, target: target, token: Secret(token))
    }

    private func applicant(_ giver: Giver, _ token: Secret<String>?) throws(CredentialFailure) -> EntraApplicant {
        let (place, what) =
            switch giver {
            case .file(let path): ("in \(path)", "\(Self.file) is set")
            case .gitHub: ("of GitHub Actions", "\(Self.url) is set")
            }
        return EntraApplicant(
            client: try world.client(for: what),
            tenant: try world.tenant(for: what),
            proof: .federated(place, token.flatMap { JSONWebToken.unverifiedClaims(of: $0.reveal()) }),
            hidden: token.map { [$0] } ?? []
        )
    }

    private func read(_ path: String) throws(CredentialFailure) -> Secret<String> {
        let bytes = try world.file(path, as: "the federated token file").bytes
        let text = EntraText.trimmed(String(decoding: bytes, as: UTF8.self))
        let name = "the federated token file \(path.printable(max: 300)) (\(Self.file))"
        guard !text.isEmpty else { throw .broken("\(name) is empty") }
        guard EntraText.isWord(text) else { throw .broken("\(name) holds no token: it must be one word") }
        let token = Secret(text)
        // Whoever renews it has stopped: said here, without a request that cannot succeed.
        if let end = JSONWebToken.unverifiedClaims(of: text)?["exp"]?.int, Int64(end) * 1000 <= world.now.milliseconds {
            let time = Timestamp(milliseconds: Int64(end) * 1000).rfc3339Seconds
            throw .broken("\(name) holds a token that expired at \(time); whoever writes the file must renew it")
        }
        return token
    }

    private func fetch(
        _ origin: Origin,
        _ target: String,
        _ token: Secret<String>
    ) async throws(CredentialFailure) -> Secret<String> {
        let joint = target.contains("?") ? "&" : "?"
        let query = TokenRequests.form([("audience", world.cloud.exchangeAudience)])
        var request = Request(.get, origin, target + joint + query, headers: [.accept: "application/json"])
        request.headers[.authorization] = "Bearer " + token.reveal()
        request.bounds.responseBytesMax = Limits.credentialAnswerBytesMax
        let response: Response
        do throws(HTTPFailure) {
            response = try await world.calls.send(request)
        } catch {
            throw .broken("GitHub Actions gave no token: \(error.reason.printable(max: 300))")
        }
        guard response.status == 200, let value = (try? JSON(parsing: response.body))?["value"]?.string,
            EntraText.isWord(value)
        else {
            throw .broken("GitHub Actions answered \(response.status), not a token; give the job `id-token: write`")
        }
        return Secret(value)
    }
}

extension AzureCloud {
    /// The audience of tokens that are exchanged for Entra's own.
    var exchangeAudience: String {
        switch name {
        case AzureCloud.usGovernment.name: "api://AzureADTokenExchangeUSGov"
        case AzureCloud.china.name: "api://AzureADTokenExchangeChina"
        default: "api://AzureADTokenExchange"
        }
    }
}
