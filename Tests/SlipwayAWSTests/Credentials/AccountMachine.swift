import HTTPTypes
import SlipwayAWS
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import Testing

/// A machine for tests: its files and environment are values, its programs and its network closures.
///
/// Every secret in it holds the word `hush`, so that any part of one is noticed where it should not be.
struct AccountMachine: Sendable {
    typealias Plugin = AccessEnvironment.Plugin
    typealias PluginFailure = AccessEnvironment.PluginFailure
    typealias PluginResult = AccessEnvironment.PluginResult

    var variables = ["HOME": "/home/dev", "AWS_REGION": "eu-west-1"]
    var files: [String: String] = [:]
    var open: Set<String> = []
    var time = VirtualTime(now: Timestamp(rfc3339: "2026-11-21T12:00:00Z")!)
    var wire = Wire()
    var plugin: @Sendable (Plugin) throws(PluginFailure) -> PluginResult = { _ throws(PluginFailure) in throw .missing }

    static let configPath = "/home/dev/.aws/config"
    static let credentialsPath = "/home/dev/.aws/credentials"

    init(config: String? = nil, credentials: String? = nil, _ variables: [String: String] = [:]) {
        files[Self.configPath] = config
        files[Self.credentialsPath] = credentials
        self.variables.merge(variables) { $1 }
    }

    var environment: AccessEnvironment {
        let machine = self
        return AccessEnvironment(
            readFile: { (path, max) throws(AccessEnvironment.FileFailure) in
                guard let text = machine.wire.file(path) ?? machine.files[path] else { throw .missing }
                guard text != "forbidden" else { throw .unreadable("permission denied") }
                guard text.utf8.count <= max else { throw .tooLarge }
                return .init(Array(text.utf8), isReadableByOthers: machine.open.contains(path))
            },
            variable: { machine.variables[$0] },
            run: { (plugin) async throws(PluginFailure) in try machine.plugin(plugin) },
            time: time
        )
    }

    func access(_ request: AWSAccess.Request = .init()) throws -> AWSAccess {
        try AWSAccess.resolve(request, in: environment, transport: wire)
    }

    /// Credentials, and when they end.
    func lease(_ request: AWSAccess.Request = .init()) async throws -> Lease<AWSCredentials> {
        try await access(request).credentials.lease()
    }

    /// The sentence with which resolving or leasing fails; every one of them is one line without any secret.
    func complaint(
        _ request: AWSAccess.Request = .init(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> String {
        let text = await failure(request)
        #expect(!text.contains("hush"), sourceLocation: sourceLocation)
        #expect(!text.contains { $0.isNewline } && text.count < 1_200, sourceLocation: sourceLocation)
        return text
    }

    private func failure(_ request: AWSAccess.Request) async -> String {
        let access: AWSAccess
        do throws(InputFailure) {
            access = try AWSAccess.resolve(request, in: environment, transport: wire)
        } catch { return error.description }
        do throws(CredentialFailure) {
            return "found \(try await access.credentials.lease().credential.accessKeyID)"
        } catch { return error.description }
    }
}

/// A network that answers by a closure and remembers what it was asked.
final class Wire: Transport {
    typealias Answer = @Sendable (Request) throws(HTTPFailure) -> Response

    private let state: Locked<(answer: Answer, requests: [Request], files: [String: String])>

    /// Without an answer nothing is reached.
    init(_ answer: Answer? = nil) {
        let nobody: Answer = { _ throws(HTTPFailure) in throw HTTPFailure(.unsent, "nobody is there") }
        state = Locked((answer ?? nobody, [], [:]))
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
    func lay(_ path: String, _ text: String) { state.withLock { $0.files[path] = text } }

    func file(_ path: String) -> String? { state.withLock { $0.files[path] } }
}

extension Response {
    static func said(_ text: String, status: Int = 200) -> Response {
        Response(status: status, body: Array(text.utf8))
    }
}

extension Request {
    /// The value of a form field, as it was sent.
    func field(_ name: String) -> String? {
        text.split(separator: "&").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    func header(_ name: String) -> String? { headers[HTTPField.Name(name)!] }
}

/// What STS answers when it gives a role's credentials.
func roleAnswer(_ action: String, id: String = "ASIAROLE", ends: String = "2026-11-21T13:00:00Z") -> Response {
    .said(
        """
        <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result>
          <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/deploy/x</Arn></AssumedRoleUser>
          <Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>hush/role+key=</SecretAccessKey>
          <SessionToken>hushtoken</SessionToken><Expiration>\(ends)</Expiration></Credentials>
        </\(action)Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></\(action)Response>
        """
    )
}

/// Fixed keys as they stand in a profile.
func keys(_ id: String) -> String { "aws_access_key_id = \(id)\naws_secret_access_key = hush/\(id)+key" }
