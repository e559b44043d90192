import Foundation
import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP
import Testing

/// Moto, an imitation of AWS in Python, as a child process that verifies signatures; it cannot outlive the tests.
///
/// It is looked for in `SLIPWAY_MOTO_PYTHON`, in the `python3` of the path, and where `.ci/deps test` puts it.
final class MotoServer: Sendable {
    /// The server of the tests that run now; nil when moto is not installed.
    @TaskLocal static var current: MotoServer?

    static let account = "123456789012"
    static let region = "us-east-1"

    /// Where it listens.
    let origin: Origin
    /// The keys of a user who may do everything.
    let credentials: AWSCredentials
    private let client: CurlClient
    private let process: Locked<Process>
    private let input: FileHandle

    /// Starts a server; nil when moto is not installed.
    ///
    /// One that verifies refuses what moto itself reads wrongly: every GET of Route 53, and S3 keys with `+` or `=`.
    static func started(verifies: Bool = true) async throws -> MotoServer? {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        let pythons = [environment["SLIPWAY_MOTO_PYTHON"], "python3", cache + "/slipway/moto/bin/python3"]
        for python in pythons.compactMap({ $0 }) {
            if let server = try await MotoServer(python: python, verifies: verifies) { return server }
        }
        return nil
    }

    private init?(python: String, verifies: Bool) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "start_moto.py")
        process.arguments = [python, script.path]
        // As many calls are not verified as it takes to make the first user.
        let count = verifies ? "3" : "inf"
        process.environment = ProcessInfo.processInfo.environment.merging(["INITIAL_NO_AUTH_ACTION_COUNT": count]) {
            $1
        }
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            line += more
        }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.first == "port", words.count == 2, let port = Int(words[1]) else {
            process.waitUntilExit()
            return nil
        }
        self.input = input.fileHandleForWriting
        self.process = Locked(process)
        origin = Origin(scheme: "http", host: "127.0.0.1", port: port)
        client = try CurlClient()
        credentials = try await Self.firstUser(of: origin, client)
    }

    /// Ends the server and waits for that.
    func stop() {
        try? input.close()
        process.withLock { $0.waitUntilExit() }
    }

    /// The server of the tests that run now; the test is skipped when there is none.
    static func here() throws -> MotoServer {
        if let current { return current }
        let reason = "skipped: moto is not installed (python3 -m pip install 'moto[server]')"
        print(reason)
        try Test.cancel("\(reason)")
    }

    /// A transport that signs nothing.
    var plain: any Transport { client.transport(proxy: .none) }

    /// A service of this server.
    func endpoint(_ service: String, region: String = MotoServer.region) -> AWSEndpoint {
        AWSEndpoint(signingName: service, region: region, origin: origin)
    }

    /// A signing transport for a service, with the user's keys or others.
    func transport(_ service: String, as credentials: AWSCredentials? = nil) -> any Transport {
        Self.transport(client, endpoint(service), credentials ?? self.credentials)
    }

    /// A client of a Query service, with the user's keys or others.
    func query(_ service: String, _ version: String, as credentials: AWSCredentials? = nil) -> QueryClient {
        QueryClient(endpoint(service), version: version, transport: transport(service, as: credentials))
    }

    private static func transport(
        _ client: CurlClient,
        _ endpoint: AWSEndpoint,
        _ credentials: AWSCredentials
    ) -> any Transport {
        let time = WallClock()
        let session = AWSSession(
            CredentialCache<AWSCredentials>(Fixed(credentials: credentials), time: time),
            account: account,
            quotas: AWSRetryQuotas(),
            time: time,
            random: SeededRandom(seed: 1)
        )
        return session.transport(to: endpoint, over: Local(inner: client.transport(proxy: .none)))
    }

    /// Makes a user who may do everything, with keys that nobody verifies yet.
    private static func firstUser(of origin: Origin, _ client: CurlClient) async throws -> AWSCredentials {
        let endpoint = AWSEndpoint(signingName: "iam", region: region, origin: origin)
        let nobody = AWSCredentials(accessKeyID: "AKIDNOBODY", secretAccessKey: Secret("nothing"))
        let iam = QueryClient(endpoint, version: "2010-05-08", transport: transport(client, endpoint, nobody))
        let name = QueryCall.Parameter("UserName", "slipway")
        _ = try await iam.send(QueryCall("CreateUser", [name], isIdempotent: false))
        let keys = try await iam.send(QueryCall("CreateAccessKey", [name], isIdempotent: false)).result["AccessKey"]
        let policy = [name, .init("PolicyName", "all"), .init("PolicyDocument", everything)]
        _ = try await iam.send(QueryCall("PutUserPolicy", policy, isIdempotent: false))
        return AWSCredentials(
            accessKeyID: try #require(keys?.text("AccessKeyId")),
            secretAccessKey: Secret(try #require(keys?.text("SecretAccessKey")))
        )
    }

    /// A policy that allows everything.
    static let everything = """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        """
}

/// Starts the server before the first test of a suite and ends it after the last.
struct Moto: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing body: @Sendable () async throws -> Void
    ) async throws {
        let server = try await MotoServer.started()
        defer { server?.stop() }
        try await MotoServer.$current.withValue(server) { try await body() }
    }
}

extension Trait where Self == Moto {
    static var moto: Moto { Moto() }
}

/// Everything that needs the server.
@Suite(.moto, .timeLimit(.minutes(5))) enum MotoTests {}

/// Takes away where moto says that a new zone is: at the real service, so that `OriginGuard` would refuse the answer.
private struct Local: Transport {
    var inner: any Transport

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        var response = try await inner.send(request)
        response.headers[.location] = nil
        return response
    }
}

/// Credentials that never end.
struct Fixed: CredentialSource {
    var credentials: AWSCredentials

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> { Lease(credentials) }
}

/// This machine's clock.
struct WallClock: TimeSource {
    var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }
}

/// Runs `body` and gives the failure that it must throw.
func failure(_ body: () async throws(AWSFailure) -> Void) async -> AWSFailure? {
    do throws(AWSFailure) {
        try await body()
        return nil
    } catch {
        return error
    }
}

extension QueryClient {
    /// Sends a call that is written down as `("Name", "value")` pairs.
    func call(_ action: String, _ fields: (String, String)...) async throws -> XMLNode {
        let parameters = fields.map { QueryCall.Parameter($0.0, $0.1) }
        return try await send(QueryCall(action, parameters, isIdempotent: false)).result
    }
}
