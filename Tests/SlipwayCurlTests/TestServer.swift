import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP
import Testing

/// `server.py` as a child process; it ends when its standard input is closed, so it cannot outlive the tests.
final class TestServer: Sendable {
    /// The server of the tests that run now.
    @TaskLocal static var current: TestServer!

    private struct Greeting: Decodable {
        var folder: String
        var ports: [String: Int]
        var missing: String?
    }

    private let process: Locked<Process>
    private let input: FileHandle
    private let greeting: Greeting

    init() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("server.py")
        process.arguments = ["python3", script.path]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw InputFailure("server.py ended before it said where it listens") }
            line += more
        }
        self.input = input.fileHandleForWriting
        self.process = Locked(process)
        greeting = try JSONDecoder().decode(Greeting.self, from: line)
    }

    /// Ends the server and waits for that.
    func stop() {
        try? input.close()
        process.withLock { $0.waitUntilExit() }
    }

    /// Where `name` listens.
    func origin(_ name: String, host: String = "localhost") throws -> Origin {
        guard let port = greeting.ports[name] else {
            let reason = "skipped: no HTTP/2 server: \(greeting.missing ?? "unknown")"
            print(reason)
            try Test.cancel("\(reason)")
        }
        return Origin(scheme: ["plain", "proxy"].contains(name) ? "http" : "https", host: host, port: port)
    }

    /// A file of the server's folder.
    func bytes(of name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name)))) }

    /// The path of a file in the server's folder.
    func file(_ name: String) -> String { greeting.folder + "/" + name }

    /// Trusts the server, shows no certificate.
    func trust() throws -> TLSSettings { TLSSettings(authorities: try bytes(of: "ca.pem")) }

    /// Trusts the server and shows a client certificate.
    func identity(_ name: String, key: String? = nil) throws -> TLSSettings {
        TLSSettings(
            authorities: try bytes(of: "ca.pem"),
            certificate: try bytes(of: name + ".pem"),
            key: Secret(try bytes(of: key ?? name + ".key"))
        )
    }

    /// What the server counted under `name`.
    func count(_ name: String) async throws -> Int {
        let transport = try CurlClient().transport(proxy: .none)
        let body = try await transport.send(Request(.get, try origin("plain"), "/counts")).body
        return try JSONDecoder().decode([String: Int].self, from: Data(body))[name] ?? 0
    }

    /// Waits until the server's counter `name` satisfies `condition`; false when it never does.
    func waits(for name: String, _ condition: (Int) -> Bool) async throws -> Bool {
        for _ in 0..<400 {
            if condition(try await count(name)) { return true }
            try await Task.sleep(for: .milliseconds(25))
        }
        return false
    }
}

/// Starts the servers before the first test of a suite and ends them after the last.
struct Servers: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing body: @Sendable () async throws -> Void
    ) async throws {
        let server = try TestServer()
        defer { server.stop() }
        try await TestServer.$current.withValue(server) { try await body() }
    }
}

extension Trait where Self == Servers {
    static var servers: Servers { Servers() }
}

/// Everything that needs the servers.
@Suite(.servers, .timeLimit(.minutes(5))) enum CurlTests {}

/// The two protocols, each with the server that speaks it.
enum Wire: String, CaseIterable, Sendable {
    case h1 = "tls"
    case h2 = "h2"
}

/// The ways to wait for sockets that this platform has.
let waits: [CurlClient.Waiting] = [.automatic, .poll]

/// A client, its transport and the origin it is meant for.
struct Line {
    var client: CurlClient
    var transport: CurlTransport
    var origin: Origin

    init(
        _ wire: Wire,
        _ waiting: CurlClient.Waiting = .automatic,
        change: (inout CurlClient.Settings) -> Void = { _ in }
    ) throws {
        var settings = CurlClient.Settings()
        settings.waiting = waiting
        change(&settings)
        origin = try TestServer.current.origin(wire.rawValue)
        client = try CurlClient(settings)
        transport = client.transport(tls: try TestServer.current.trust(), proxy: .none)
    }

    func request(_ method: HTTPRequest.Method = .get, _ target: String) -> Request { Request(method, origin, target) }

    func get(_ target: String) async throws(HTTPFailure) -> Response { try await transport.send(request(.get, target)) }

    func stream(_ target: String) async throws -> BodyStream {
        var request = request(.get, target)
        request.streamsResponse = true
        request.bounds.total = .zero
        return try #require(try await transport.send(request).stream)
    }
}

/// What the server saw of a request.
struct Seen: Decodable {
    var method: String
    var target: String
    var headers: [String: String]
    var client: String?

    init(_ response: Response) throws { self = try JSONDecoder().decode(Self.self, from: Data(response.body)) }
}

/// Runs `body` and gives the failure that it must throw.
func failure(_ body: () async throws -> Void) async throws -> HTTPFailure {
    do {
        try await body()
    } catch let failure as HTTPFailure {
        return failure
    }
    throw InputFailure("no HTTPFailure was thrown")
}
