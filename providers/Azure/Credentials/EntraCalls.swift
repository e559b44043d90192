import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Requests for tokens: the only door from here to the network. They carry secrets, so each goes to its own place only.
struct EntraCalls: Sendable {
    private let transport: any Transport
    private let nearby: any Transport
    private let time: any TimeSource

    /// `nearby` is for this machine and its link, which no proxy can stand in for.
    init(_ transport: any Transport, nearby: any Transport, time: any TimeSource) {
        (self.transport, self.nearby, self.time) = (transport, nearby, time)
    }

    /// Whether tokens may be asked for there: encrypted, or on this machine or its link.
    static func isAllowed(_ origin: Origin) -> Bool { origin.scheme == "https" || isNear(origin) }

    private static func isNear(_ origin: Origin) -> Bool {
        if origin.isLoopback { return true }
        let parts = origin.host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "169" && parts[1] == "254" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Sends `request`, and again after each of `waits` while the answer is lost or `mayPass` says that it may pass.
    func send(
        _ request: Request,
        waits: [Duration] = [.seconds(1), .seconds(1)],
        mayPass: (Response) -> Bool = { $0.status >= 500 || $0.status == 429 }
    ) async throws(HTTPFailure) -> Response {
        guard Self.isAllowed(request.origin) else {
            let place = request.origin.description.printable(max: 200)
            throw HTTPFailure(.refused, "\(place) would send credentials unencrypted; use https")
        }
        let transport = Self.isNear(request.origin) ? nearby : transport
        for wait in waits {
            do throws(HTTPFailure) {
                let response = try await transport.send(request)
                guard mayPass(response) else { return response }
            } catch {
                guard error.reach == .unsent || error.reach == .unanswered else { throw error }
            }
            do throws(CancellationError) {
                try await time.sleep(for: wait)
            } catch {
                throw HTTPFailure(.cancelled, "the run was interrupted")
            }
        }
        return try await transport.send(request)
    }
}

/// How tokens are asked for. Pure.
enum TokenRequests {
    /// How an application proves who it is.
    enum Proof: Sendable {
        case secret(Secret<String>)
        case assertion(Secret<String>)
    }

    /// The path of the token endpoint of `tenant`.
    static func endpoint(_ tenant: String) -> String { "/\(tenant)/oauth2/v2.0/token" }

    /// A token for an application itself.
    static func clientCredentials(
        _ wish: TokenWish,
        _ cloud: AzureCloud,
        tenant: String,
        client: String,
        proof: Proof
    ) -> Request {
        var fields = [("client_id", client), ("grant_type", "client_credentials")]
        switch proof {
        case .secret(let secret): fields.append(("client_secret", secret.reveal()))
        case .assertion(let token):
            fields.append(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
            fields.append(("client_assertion", token.reveal()))
        }
        fields += [("claims", claims(wish.claims).text), ("scope", wish.audience.scope)]
        var request = Request(
            .post,
            cloud.login,
            endpoint(tenant),
            headers: [.contentType: "application/x-www-form-urlencoded", .accept: "application/json"],
            body: .bytes(Array(form(fields).utf8)),
            isIdempotent: true
        )
        request.bounds.responseBytesMax = Limits.credentialAnswerBytesMax
        return request
    }

    /// A token of a managed identity from an endpoint on this machine or its link.
    static func managedIdentity(
        _ wish: TokenWish,
        _ origin: Origin,
        _ path: String,
        version: String,
        client: String?,
        headers: HTTPFields
    ) -> Request {
        var fields = [("api-version", version), ("resource", wish.audience.resource)]
        if let client { fields.append(("client_id", client)) }
        let joint = path.contains("?") ? "&" : "?"
        var request = Request(.get, origin, path + joint + form(fields), headers: headers)
        request.headers[.accept] = "application/json"
        request.bounds = Request.Bounds(
            connect: .seconds(1),
            idle: .seconds(10),
            total: .seconds(20),
            responseBytesMax: Limits.credentialAnswerBytesMax
        )
        return request
    }

    /// Says that a claims challenge will be answered (`CP1`), as the clients of Azure do always, and answers one.
    static func claims(_ demanded: JSON?) -> JSON {
        var claims = demanded ?? [:]
        claims[path: "access_token", "xms_cc"] = ["values": ["CP1"]]
        return claims
    }

    /// Fields as a form or a query, every byte encoded but letters, digits and `-._~`.
    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(encoded($0))=\(encoded($1))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
