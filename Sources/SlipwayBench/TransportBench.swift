import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP

/// The transport next to other clients, all against one local nginx in one run.
enum TransportBench {
    private static let requests = 20_000
    private static let requestsOfPython = 2_000
    private static let workers = 16
    private static let watches = 1_000
    private static let watchIntervalMilliseconds = 250
    private static let watchSeconds = 8

    /// Requests a second and processor time a request over TLS, 16 at a time, 1 KiB each; ratios to ours.
    static func requests(_ server: BenchServer) async throws {
        print("\(requests) requests of 1 KiB over TLS, \(workers) at a time (python: \(requestsOfPython))")
        let ours = try await ours(server)
        report("slipway", ours, against: ours)
        let url = "\(try server.origin())/kilobyte"
        let curl = try tool(
            requests,
            "curl",
            "-s",
            "--parallel",
            "--parallel-max",
            "\(workers)",
            "--cacert",
            server.authorityFile,
            "-o",
            "/dev/null",
            url + "?[1-\(requests)]"
        )
        report("curl --parallel", curl, against: ours)
        let python = try tool(
            requestsOfPython,
            "python3",
            "-c",
            pythonClient,
            url,
            server.authorityFile,
            "\(requestsOfPython)",
            "\(workers)"
        )
        report("python requests", python, against: ours)
    }

    /// A thousand open streams on one client: connections, memory, and processor time an event.
    static func watches(_ server: BenchServer) async throws {
        let client = try CurlClient()
        let transport = client.transport(tls: try server.trust(), proxy: .none)
        let origin = try server.origin()
        _ = try await transport.send(Request(.get, origin, "/small"))
        let events = Locked(0)
        let memory = Usage.residentMiB
        let readers = (0..<watches).map { _ in Task { try await read(transport, origin, events) } }
        while events.withLock({ $0 }) < watches { try await Task.sleep(for: .milliseconds(20)) }
        let (before, cpu) = (events.withLock { $0 }, Usage.ours.cpuSeconds)
        try await Task.sleep(for: .seconds(watchSeconds))
        let seen = events.withLock { $0 } - before
        let each = (Usage.ours.cpuSeconds - cpu) / Double(max(seen, 1)) * 1e6
        let growth =
            memory.flatMap { start in Usage.residentMiB.map { text($0 - start, 1) + " MiB" } } ?? "not measured"
        print("\(watches) watches: \(client.statistics.connectionsOpened) connections, memory +\(growth),")
        print("  \(seen / watchSeconds) events/s, \(text(each, 1)) µs CPU an event")
        for reader in readers { reader.cancel() }
        for reader in readers { _ = await reader.result }
    }

    private static func read(_ transport: CurlTransport, _ origin: Origin, _ events: Locked<Int>) async throws {
        var request = Request(.get, origin, "/watch?ms=\(watchIntervalMilliseconds)")
        request.streamsResponse = true
        (request.bounds.idle, request.bounds.total) = (.zero, .zero)
        guard let stream = try await transport.send(request).stream else { return }
        for try await piece in stream {
            let lines = piece.count { $0 == 0x0A }
            events.withLock { $0 += lines }
        }
    }

    private struct Figures {
        var perSecond: Double
        var microseconds: Double
    }

    private static func ours(_ server: BenchServer) async throws -> Figures {
        let transport = try CurlClient().transport(tls: try server.trust(), proxy: .none)
        let request = Request(.get, try server.origin(), "/kilobyte")
        for _ in 0..<200 { _ = try await transport.send(request) }
        let (start, cpu) = (ContinuousClock.now, Usage.ours.cpuSeconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    for _ in 0..<(requests / workers) {
                        let response = try await transport.send(request)
                        guard response.status == 200, response.body.count == 1_024 else {
                            throw InputFailure("nginx answered \(response.status) with \(response.body.count) bytes")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return figures(requests, since: start, Usage.ours.cpuSeconds - cpu)
    }

    private static func tool(_ count: Int, _ arguments: String...) throws -> Figures? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (start, cpu) = (ContinuousClock.now, Usage.children.cpuSeconds)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return figures(count, since: start, Usage.children.cpuSeconds - cpu)
    }

    private static func figures(_ count: Int, since start: ContinuousClock.Instant, _ cpu: Double) -> Figures {
        let seconds = Double((ContinuousClock.now - start).milliseconds) / 1000
        return Figures(perSecond: Double(count) / seconds, microseconds: cpu / Double(count) * 1e6)
    }

    private static func report(_ name: String, _ figures: Figures?, against ours: Figures) {
        let label = name.padding(toLength: 16, withPad: " ", startingAt: 0)
        guard let figures else { return print("  \(label) not measured: it is not installed or failed") }
        let speed = text(figures.perSecond / ours.perSecond, 2)
        let cpu = text(figures.microseconds / ours.microseconds, 2)
        print(
            "  \(label) \(text(figures.perSecond, 0)) requests/s (×\(speed)),"
                + " \(text(figures.microseconds, 0)) µs CPU a request (×\(cpu))"
        )
    }

    private static func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private static let pythonClient = """
        import sys, threading, requests
        url, authority, count, workers = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        def work():
            session = requests.Session()
            session.verify, session.trust_env = authority, False
            for _ in range(count // workers):
                assert len(session.get(url).content) == 1024
        threads = [threading.Thread(target=work) for _ in range(workers)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        """
}
