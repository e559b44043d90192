import Foundation
import HTTPTypes
import SlipwayAccess
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import Testing

/// A machine for tests: its files and environment are values, its programs and its network closures.
///
/// Every secret in it holds the word `hush`, so that any part of one is noticed where it should not be.
struct EntraMachine: Sendable {
    typealias Plugin = AccessEnvironment.Plugin
    typealias PluginFailure = AccessEnvironment.PluginFailure
    typealias PluginResult = AccessEnvironment.PluginResult

    static let tenant = "22222222-2222-2222-2222-222222222222"
    static let other = "33333333-3333-3333-3333-333333333333"
    static let client = "44444444-0000-4444-4444-000000000001"

    /// What names the application, without anything that proves it.
    static let application = ["AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": client]

    var variables = ["HOME": "/home/dev"]
    var files: [String: [UInt8]] = [:]
    var open: Set<String> = []
    var time = VirtualTime(now: Timestamp(rfc3339: "2026-11-21T12:00:00Z")!)
    var wire = EntraWire()
    var plugin: @Sendable (Plugin) throws(PluginFailure) -> PluginResult = { _ throws(PluginFailure) in throw .missing }

    init(_ variables: [String: String] = [:]) { self.variables.merge(variables) { $1 } }

    var environment: AccessEnvironment {
        let machine = self
        return AccessEnvironment(
            readFile: { (path, max) throws(AccessEnvironment.FileFailure) in
                guard let bytes = machine.wire.file(path) ?? machine.files[path] else { throw .missing }
                guard bytes.count <= max else { throw .tooLarge }
                return .init(bytes, isReadableByOthers: machine.open.contains(path))
            },
            variable: { machine.variables[$0] },
            run: { (plugin) async throws(PluginFailure) in try machine.plugin(plugin) },
            time: time
        )
    }

    func access(_ request: AzureAccess.Request = .init()) throws -> AzureAccess {
        try AzureAccess.resolve(request, in: environment, transport: wire)
    }

    /// A token for the resource manager, and when it ends.
    func lease(_ request: AzureAccess.Request = .init()) async throws -> Lease<Secret<String>> {
        let access = try access(request)
        return try await access.tokens.token(for: .resourceManager(of: access.cloud)).cache.lease()
    }

    /// The sentence with which resolving or leasing fails; every one of them is one line without any secret.
    func complaint(
        _ request: AzureAccess.Request = .init(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> String {
        let text = await failure(request)
        #expect(!text.contains("hush"), sourceLocation: sourceLocation)
        #expect(!text.contains { $0.isNewline } && text.count < 1_200, sourceLocation: sourceLocation)
        return text
    }

    private func failure(_ request: AzureAccess.Request) async -> String {
        let access: AzureAccess
        do throws(InputFailure) {
            access = try AzureAccess.resolve(request, in: environment, transport: wire)
        } catch { return error.description }
        do throws(CredentialFailure) {
            let token = access.tokens.token(for: .resourceManager(of: access.cloud))
            return "found \(EntraIdentity(token: try await token.cache.lease().credential).client ?? "a token")"
        } catch { return error.description }
    }

    /// An access token as a JSON Web Token without a signature.
    static func token(tenant: String? = tenant, client: String = "APP", number: Int = 1) -> String {
        var claims: JSONObject = ["appid": .string(client), "n": JSON(number)]
        claims["tid"] = tenant.map { .string($0) }
        return "e30." + Digits.base64url(JSON.object(claims).bytes) + ".hush"
    }
}

/// A network that answers by a closure and remembers what it was asked.
final class EntraWire: Transport {
    typealias Answer = @Sendable (Request) throws(HTTPFailure) -> Response

    private let state: Locked<(answer: Answer, requests: [Request], files: [String: [UInt8]])>

    /// Without an answer nothing is reached.
    init(_ answer: Answer? = nil) {
        let nobody: Answer = { _ throws(HTTPFailure) in throw HTTPFailure(.unsent, "nobody is there") }
        state = Locked((answer ?? nobody, [], [:]))
    }

    /// Answers one after the other, the last one again and again.
    convenience init(_ answers: Response...) {
        let left = Locked(answers)
        self.init { _ throws(HTTPFailure) in left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answer
        }
        return try answer(request)
    }

    var requests: [Request] { state.withLock { $0.requests } }

    /// Answers differently from now on.
    func answer(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    /// Lays a file down while the machine runs.
    func lay(_ path: String, _ text: String) { state.withLock { $0.files[path] = Array(text.utf8) } }

    func file(_ path: String) -> [UInt8]? { state.withLock { $0.files[path] } }
}

extension Response {
    /// What an endpoint of tokens says.
    static func entra(_ text: String, status: Int = 200) -> Response {
        Response(status: status, body: Array(text.utf8))
    }

    /// A token as Entra gives it.
    static func entraToken(_ token: String = EntraMachine.token(), seconds: Int = 3_599) -> Response {
        .entra(#"{"token_type":"Bearer","expires_in":\#(seconds),"ext_expires_in":3599,"access_token":"\#(token)"}"#)
    }

    /// An error as Entra words it.
    static func entraError(_ code: Int, _ error: String, _ message: String, status: Int = 401) -> Response {
        let described = "AADSTS\(code): \(message) Trace ID: 1 Correlation ID: 2 Timestamp: 2026-11-21 12:00:00Z"
        let json: JSON = [
            "error": .string(error), "error_description": .string(described), "error_codes": [JSON(code)],
            "timestamp": "2026-11-21 12:00:00Z", "trace_id": "1", "correlation_id": "2",
            "error_uri": .string("https://login.microsoftonline.com/error?code=\(code)"),
        ]
        return .entra(json.text, status: status)
    }
}

extension Request {
    /// The fields of a form or a query as they were meant.
    func fields(_ text: String? = nil) -> [String: String] {
        var sent = text ?? ""
        if text == nil, case .bytes(let bytes) = body { sent = String(decoding: bytes, as: UTF8.self) }
        let pairs = sent.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1].removingPercentEncoding ?? "" : "")
        }
        return Dictionary(pairs) { $1 }
    }

    /// The path, and the fields of the query.
    var pathAndQuery: (path: String, query: [String: String]) {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? fields(parts[1]) : [:])
    }

    /// A header by its name.
    func sent(_ name: String) -> String? { headers[HTTPField.Name(name)!] }
}
