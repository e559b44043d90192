import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP

/// The transport next to other clients, all against one local nginx in one run.
enum TransportBench {
    private static let rounds = 3
    private static let requests = 10_000
    private static let requestsOfPython = 1_000
    private static let workers = 16

    private struct Figures {
        var perSecond: Double
        var microseconds: Double

        init(_ count: Int, since start: ContinuousClock.Instant, cpuSeconds: Double) {
            perSecond = Double(count) / (ContinuousClock.now - start).seconds
            microseconds = cpuSeconds / Double(count) * 1e6
        }
    }

    /// Requests a second and processor time a request over TLS, 16 at a time, 1 KiB each.
    static func rows(_ server: BenchServer) async throws -> [Row] {
        let url = "\(try server.origin())/kilobyte"
        var figures = [[Figures?]](repeating: [], count: 3)
        for _ in 0..<rounds {
            figures[0].append(try await ours(server))
            figures[1].append(try curl(url, server.authorityFile))
            figures[2].append(try python(url, server.authorityFile))
        }
        let seen = figures.map { $0.compactMap(\.self) }
        guard let cpu = median(seen[0], \.microseconds), let speed = median(seen[0], \.perSecond) else { return [] }
        var rows = [
            Row.alone("TLS request, processor time", cpu, unit: "µs", digits: 0, aim: "≤ 95 µs") { $0 <= 95 },
            .alone("TLS requests a second", speed, unit: "/s", digits: 0),
        ]
        for (name, others) in [("curl --parallel", seen[1]), ("python requests", seen[2])] {
            guard let theirCPU = median(others, \.microseconds), let theirs = median(others, \.perSecond) else {
                rows.append(.skipped("  against \(name)", "it is not installed or failed"))
                continue
            }
            rows.append(.compared("  processor time", cpu, with: name, theirCPU, unit: "µs", digits: 0))
            rows.append(.compared("  a second", speed, with: name, theirs, unit: "/s", digits: 0))
        }
        return rows
    }

    private static func median(_ figures: [Figures], _ field: KeyPath<Figures, Double>) -> Double? {
        figures.isEmpty ? nil : figures.map { $0[keyPath: field] }.median
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
                            throw BenchFailure("nginx answered \(response.status) with \(response.body.count) bytes")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return Figures(requests, since: start, cpuSeconds: Usage.ours.cpuSeconds - cpu)
    }

    private static func curl(_ url: String, _ authority: String) throws -> Figures? {
        let arguments = [
            "-s", "--parallel", "--parallel-max", "\(workers)", "--cacert", authority, "-o", "/dev/null",
            url + "?[1-\(requests)]",
        ]
        return try tool("curl", arguments, requests)
    }

    private static func python(_ url: String, _ authority: String) throws -> Figures? {
        let arguments = ["-c", pythonClient, url, authority, "\(requestsOfPython)", "\(workers)"]
        return try tool("python3", arguments, requestsOfPython)
    }

    private static func tool(_ name: String, _ arguments: [String], _ count: Int) throws -> Figures? {
        guard let program = Machine.program(name) else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (start, cpu) = (ContinuousClock.now, Usage.children.cpuSeconds)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return Figures(count, since: start, cpuSeconds: Usage.children.cpuSeconds - cpu)
    }

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

extension Duration {
    /// Seconds with their fraction.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
