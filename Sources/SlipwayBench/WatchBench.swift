import HTTPTypes
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP

/// A thousand open streams on one client: connections, memory, and processor time an event.
enum WatchBench {
    private static let watches = 1_000
    private static let intervalMilliseconds = 250
    private static let seconds = 8

    static func rows(_ server: BenchServer) async throws -> [Row] {
        let client = try CurlClient()
        let transport = client.transport(tls: try server.trust(), proxy: .none)
        let origin = try server.origin()
        _ = try await transport.send(Request(.get, origin, "/small"))
        let events = Locked(0)
        let memory = Usage.residentMiB
        let readers = (0..<watches).map { _ in Task { try await read(transport, origin, events) } }
        let deadline = ContinuousClock.now + .seconds(60)
        while events.withLock({ $0 }) < watches {
            guard ContinuousClock.now < deadline else { throw BenchFailure("not all watches opened within a minute") }
            try await Task.sleep(for: .milliseconds(20))
        }
        let (before, cpu) = (events.withLock { $0 }, Usage.ours.cpuSeconds)
        try await Task.sleep(for: .seconds(seconds))
        let seen = events.withLock { $0 } - before
        let each = (Usage.ours.cpuSeconds - cpu) / Double(max(seen, 1)) * 1e6
        let growth = memory.flatMap { start in Usage.residentMiB.map { $0 - start } }
        for reader in readers { reader.cancel() }
        for reader in readers { _ = await reader.result }
        let connections = Double(client.statistics.connectionsOpened)
        return [
            .alone("1,000 watches, connections", connections, unit: "", digits: 0, aim: "≤ 16") { $0 <= 16 },
            growth.map { Row.alone("  memory", $0, unit: "MiB", aim: "≤ 25 MiB") { $0 <= 25 } }
                ?? .skipped("  memory", "/proc does not tell"),
            .alone("  processor time an event (\(seen / seconds) events/s)", each, unit: "µs", aim: "≤ 45 µs") {
                $0 <= 45
            },
        ]
    }

    private static func read(_ transport: CurlTransport, _ origin: Origin, _ events: Locked<Int>) async throws {
        var request = Request(.get, origin, "/watch?ms=\(intervalMilliseconds)")
        request.streamsResponse = true
        (request.bounds.idle, request.bounds.total) = (.zero, .zero)
        guard let stream = try await transport.send(request).stream else { return }
        for try await piece in stream {
            let lines = piece.count { $0 == 0x0A }
            events.withLock { $0 += lines }
        }
    }
}
