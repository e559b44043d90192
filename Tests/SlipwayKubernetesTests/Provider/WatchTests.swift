import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import Testing

@Suite("Watches wake, and carry no truth") struct WatchTests {
    /// Answers each watch in turn with what is given, and keeps which requests were made.
    private final class Script: Transport {
        enum Answer {
            case lines([String])
            case broken([String])
            case status(Int)
            case failure
        }

        private let answers: Locked<[Answer]>
        private let kept = Locked<[String]>([])

        init(_ answers: [Answer]) { self.answers = Locked(answers) }

        var targets: [String] { kept.withLock { $0 } }
        /// The resourceVersions that watches began from; `list` for a list.
        var begun: [String] {
            targets.map { target in
                guard target.contains("watch=true") else { return "list" }
                let rest = target.split(separator: "&").first { $0.hasPrefix("resourceVersion=") }
                return String(rest?.dropFirst("resourceVersion=".count) ?? "none")
            }
        }

        func send(_ request: Request) async throws(HTTPFailure) -> Response {
            kept.withLock { $0.append(request.target) }
            guard request.streamsResponse else {
                let list: JSON = [
                    "kind": "DeploymentList", "apiVersion": "apps/v1", "metadata": ["resourceVersion": "100"],
                    "items": [],
                ]
                return Response(status: 200, headers: [.contentType: "application/json"], body: list.bytes)
            }
            let answer = answers.withLock { $0.isEmpty ? Answer.failure : $0.removeFirst() }
            switch answer {
            case .failure: throw HTTPFailure(.unanswered, "reset")
            case .status(let status): return Response(status: status)
            case .lines(let lines): return Response(status: 200, stream: stream(lines, isBroken: false))
            case .broken(let lines): return Response(status: 200, stream: stream(lines, isBroken: true))
            }
        }

        private func stream(_ lines: [String], isBroken: Bool) -> BodyStream {
            let rest = Locked(lines)
            return BodyStream { () async throws(HTTPFailure) -> [UInt8]? in
                let line = rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                if let line { return Array(line.utf8) }
                guard isBroken else { return nil }
                throw HTTPFailure(.unanswered, "reset in the middle")
            }
        }
    }

    private func event(_ type: String, _ version: Int) -> String {
        "{\"type\":\"\(type)\",\"object\":{\"metadata\":{\"resourceVersion\":\"\(version)\"}}}\n"
    }

    private let expired = "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}\n"

    /// Follows to the end; what watches began from, and how often somebody was woken (bursts count once).
    private func follow(_ answers: [Script.Answer]) async -> (begun: [String], wakes: Int) {
        let script = Script(answers)
        let provider = KubernetesProvider(
            target: "seoul",
            layout: Rig.rolling,
            namespace: "default",
            origin: Rig.origin,
            transport: script,
            time: VirtualTime()
        )
        let release = Rig.new
        let snapshot: JSON = ["stable": ["deployment": "shop", "service": "", "exists": true]]
        let context = PlanContext(target: "seoul", old: nil, new: release, snapshot: snapshot)
        let call = Call(action: .replacedInPlace(release: release, batch: Batch()), key: "k", context: context)
        var wakes = 0
        for await _ in provider.changes(for: call) { wakes += 1 }
        return (script.begun, wakes)
    }

    @Test("given a watch that ends when it is followed then the next begins where it left off, bookmarks included")
    func resumes() async {
        let (begun, wakes) = await follow([
            .lines([event("MODIFIED", 105), event("BOOKMARK", 140)]), .lines([event("MODIFIED", 150)]), .lines([]),
        ])
        #expect(begun.prefix(5) == ["list", "100", "140", "150", "150"])
        #expect(wakes >= 1)
    }

    @Test(
        "given a version that is too old when it is watched then everything is listed anew",
        arguments: [true, false]
    )
    func expired(_ isEvent: Bool) async {
        let (begun, _) = await follow([.lines([event("MODIFIED", 105)]), isEvent ? .lines([expired]) : .status(410)])
        #expect(begun.prefix(5) == ["list", "100", "105", "list", "100"])
    }

    @Test("given a line that is cut off when it is followed then the watch goes on from the last whole one")
    func broken() async {
        let (begun, _) = await follow([
            .broken([event("MODIFIED", 105), "{\"type\":\"MODIF"]), .lines(["rubbish\n"]), .status(500),
            .lines([event("ADDED", 106)]),
        ])
        #expect(begun.prefix(6) == ["list", "100", "105", "105", "105", "106"])
    }

    @Test("given pieces that split lines anywhere when they are followed then the lines are whole")
    func pieces() async {
        let pieces = event("MODIFIED", 107).map { String($0) }
        let (begun, _) = await follow([.lines(pieces)])
        #expect(begun.prefix(3) == ["list", "100", "107"])
    }

    @Test("given a server that fails each time when it is watched then the watch gives up and polling goes on")
    func givesUp() async {
        let (begun, wakes) = await follow([])
        #expect(begun == ["list", "100", "100", "100", "100", "100"])
        #expect(wakes == 1)
    }

    @Test(
        "given a server that ends each watch at once, or calls each version too old, when it is watched then that ends soon"
    )
    func endsAtOnce() async {
        let (ended, _) = await follow(Array(repeating: .lines([]), count: 50))
        #expect(ended == ["list", "100", "100", "100", "100", "100"])
        let (old, _) = await follow(Array(repeating: .lines([expired]), count: 50))
        #expect(old == ["list", "100", "list", "100", "list", "100", "list", "100", "list", "100"])
    }

    @Test(
        "given a Deployment that is rolled out when it is watched then whoever waits is woken",
        .timeLimit(.minutes(1))
    )
    func wakes() async throws {
        let rig = try Rig(Rig.rolling)
        let context = try await rig.context()
        let action = Action.replacedInPlace(release: Rig.new, batch: Batch())
        let call = Call(action: action, key: "k", context: context)
        let provider = KubernetesProvider(
            target: "seoul",
            layout: Rig.rolling,
            namespace: "default",
            origin: Rig.origin,
            transport: SimulatedTransport(rig.transport.world, time: rig.time, watches: .waits),
            time: rig.time
        )
        var wakes = 0
        for await _ in provider.changes(for: call) {
            wakes += 1
            guard wakes < 3 else { break }
            _ = try await provider.advance(call)
            rig.time.advance(by: .seconds(3))
            _ = try await provider.advance(call)
        }
        #expect(wakes == 3)
    }
}
