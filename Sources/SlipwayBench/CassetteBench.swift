import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP

/// Replay in one process on one core, next to vcrpy; both have loaded their cassettes before the clock starts.
enum CassetteBench {
    private static let counts = [100, 1000, 5000]
    private static let origin = Origin(scheme: "https", host: "cluster.example.com")
    private static let rounds = 5

    static func rows() async throws -> [Row] {
        var ours: [Int: Double] = [:]
        for count in counts { ours[count] = try await secondsForOne(count) }
        var rows: [Row] = []
        for count in counts {
            let name = "replay of \(count) exchanges"
            let mine = ours[count] ?? 0
            do {
                let theirs = try vcrpy(count)
                let aim = count == 1000 ? "ratio >= 50" : nil
                rows.append(
                    .compared(name, 1e-3 / mine, with: "vcrpy", 1e-3 / theirs, unit: "k/s", digits: 2, aim: aim) {
                        aim == nil || $0 >= 50
                    }
                )
            } catch {
                rows.append(.skipped(name, "\(error)"))
                rows.append(.alone("  ours alone", 1e-3 / mine, unit: "k/s", digits: 2))
            }
        }
        let flat = (ours[5000] ?? 0) / (ours[100] ?? 1)
        rows.append(.alone("  5,000 to 100, for one", flat, unit: "times", digits: 2, aim: "<= 1.3") { $0 <= 1.3 })
        let report = try await secondsForReport()
        rows.append(.alone("near-miss report of 1,000", report * 1e3, unit: "ms", digits: 3, aim: "< 2") { $0 < 2 })
        return rows
    }

    /// Processor seconds for one answer, of `count` exchanges that are each asked for once.
    private static func secondsForOne(_ count: Int) async throws -> Double {
        let cassette = cassette(count)
        let requests = cassette.interactions.map { $0.request.request(to: origin) }
        var all: [Double] = []
        for _ in 0..<rounds {
            // As many requests in every round, whatever the cassette's size.
            let transports = (0..<(5000 / count)).map { _ in ReplayingTransport([cassette], time: VirtualTime()) }
            let start = Usage.ours.cpuSeconds
            for transport in transports {
                for request in requests { _ = try await transport.send(request) }
            }
            all.append((Usage.ours.cpuSeconds - start) / Double(transports.count * requests.count))
        }
        return all.median
    }

    /// Processor seconds for the report on a request that differs from each of 1,000 in its body and path.
    private static func secondsForReport() async throws -> Double {
        let transport = ReplayingTransport([cassette(1000)], time: VirtualTime())
        let body = Array(#"{"metadata":{"name":"another"},"spec":{"replicas":3}}"#.utf8)
        let request = Request(.patch, origin, "/api/v1/namespaces/other/pods/p500", body: .bytes(body))
        let start = Usage.ours.cpuSeconds
        for _ in 0..<200 { _ = try? await transport.send(request) }
        return (Usage.ours.cpuSeconds - start) / 200
    }

    private static func cassette(_ count: Int) -> Cassette {
        let answer = RecordedBody(Array(body.utf8))
        let interactions = (0..<count).map { number in
            Interaction(
                id: "\(number)",
                title: "get",
                request: RecordedRequest(.get, target(number), to: origin, headers: [.accept: "application/json"]),
                outcome: .response(
                    RecordedResponse(status: 200, headers: [.contentType: "application/json"], content: .whole(answer))
                )
            )
        }
        return Cassette(name: "bench", origin: CassetteOrigin(.synthetic, from: "a list"), interactions: interactions)
    }

    private static func target(_ number: Int) -> String { "/api/v1/namespaces/n\(number)/pods/p\(number)?limit=500" }

    /// About as long as a real list of namespaces.
    private static let body: String = {
        let items = (0..<6).map { number -> JSON in
            [
                "metadata": [
                    "name": .string("namespace-\(number)"), "uid": "7f1c3d4e-0000-4000-8000-000000000000",
                    "labels": ["kubernetes.io/metadata.name": .string("namespace-\(number)")],
                ], "status": ["phase": "Active"], "spec": ["finalizers": ["kubernetes"]],
            ]
        }
        let list: JSON = ["kind": "NamespaceList", "apiVersion": "v1", "items": .array(items)]
        return list.text
    }()

    /// Processor seconds that vcrpy needs for one answer, of requests spread over a cassette of so many.
    private static func vcrpy(_ count: Int) throws -> Double {
        guard let python = python() else { throw BenchFailure("vcrpy is not installed; .ci/deps test installs it") }
        let path = Machine.scratch("vcrpy-\(count).yaml")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try Machine.output(of: python, ["-", path, "\(count)", body], input: script)
        let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let seconds = Double(text) else { throw BenchFailure("vcrpy's figure cannot be read") }
        return seconds
    }

    /// The first Python that has vcrpy, of those where .ci/deps looks and installs.
    private static func python() -> String? {
        let environment = ProcessInfo.processInfo.environment
        let caches = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        let places = [
            environment["SLIPWAY_VCRPY_PYTHON"], Machine.program("python3"), caches + "/slipway/vcrpy/bin/python3",
        ]
        let question =
            "from importlib.util import find_spec as f; print(f('vcr') is not None and f('requests') is not None)"
        return places.compactMap(\.self).first { place in
            (try? Machine.output(of: place, ["-c", question])) == Data("True\n".utf8)
        }
    }

    private static let script = """
        import sys, time, json, logging
        import requests, vcr
        path, count, body = sys.argv[1], int(sys.argv[2]), sys.argv[3]
        url = "https://cluster.example.com/api/v1/namespaces/n%d/pods/p%d?limit=500"
        entry = lambda n: {"request": {"method": "GET", "uri": url % (n, n), "body": None,
            "headers": {"Accept": ["application/json"]}}, "response": {"status": {"code": 200, "message": "OK"},
            "headers": {"Content-Type": ["application/json"]}, "body": {"string": body}}}
        with open(path, "w") as file: json.dump({"version": 1, "interactions": [entry(n) for n in range(count)]}, file)
        asked = [n * count // 100 for n in range(100)]
        with vcr.VCR(serializer="json").use_cassette(path, record_mode="none"):
            session = requests.Session()
            session.headers["Accept"] = "application/json"
            start = time.process_time()
            for n in asked: assert session.get(url % (n, n)).text == body
            print((time.process_time() - start) / len(asked))
        """
}
