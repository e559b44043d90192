import Foundation
import Slipway
import SlipwayBase
import SlipwayConfig
import SlipwayEngine
import SlipwayModel
import SlipwayStrategies

/// The engine alone, a whole canary on a virtual clock, and the journal.
enum EngineBench {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)
    private static let rounds = 5

    static func rows() async throws -> [Row] {
        [try decisions(), try await rehearsal(), try await appends()]
    }

    /// Decisions and their records taken in a second of processor time, over a whole canary.
    private static func decisions() throws -> Row {
        let plan = try samplePlan()
        var speeds: [Double] = []
        for _ in 0..<rounds {
            let cpu = Usage.ours.cpuSeconds
            var count = 0
            for _ in 0..<2_000 { count += try walk(plan) }
            speeds.append(Double(count) / (Usage.ours.cpuSeconds - cpu))
        }
        return .alone("engine decisions, with their records", speeds.median / 1e6, unit: "million/s", digits: 2)
    }

    private static func samplePlan() throws -> Plan {
        let old = Release(version: "1.0.0", artifact: .image(reference: "registry.test/shop:1.0.0"))
        let new = Release(version: "2.0.0", artifact: .image(reference: "registry.test/shop:2.0.0"))
        let features = Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, Fidelity.exact) })
        let observation = Observation(
            target: "bench",
            live: old,
            replicas: 4,
            capabilities: Capabilities(features),
            fingerprint: "as-it-was"
        )
        let steps: [CanaryStrategy.Step] = [
            .setWeight(5), .pause(.seconds(600)), .setWeight(25), .pause(.seconds(600)), .setWeight(60), .pause(nil),
        ]
        return try CanaryStrategy(steps: steps).plan(from: observation, to: new, accepting: [])
    }

    /// Every decision of a run in which each call needs two looks.
    private static func walk(_ plan: Plan) throws -> Int {
        var (state, now, count) = (
            try RunState(replaying: [Record(sequence: 1, at: start, event: .planned(plan: plan))]), start, 0
        )
        func take(_ event: Event) throws {
            try state.apply(Record(sequence: state.sequence + 1, at: now, event: event))
        }
        try take(.takenUp(holder: "bench"))
        try take(.locked(fence: 1))
        var lookedAt = ""
        while true {
            count += 1
            switch state.next(at: now) {
            case .append(let event): try take(event)
            case .advance(let call) where lookedAt != call.key:
                lookedAt = call.key
                try take(.progressed(key: call.key, token: nil, status: Status(ready: 1, wanted: 4)))
            case .advance(let call): try take(.succeeded(key: call.key, status: Status(ready: 4, wanted: 4)))
            case .wait(let until): now = until
            case .askPerson(let key, _): try take(.approved(key: key))
            case .end(let verdict):
                guard verdict == .deployed else { throw BenchFailure("the run ended as \(verdict)") }
                return count
            }
        }
    }

    /// A canary of more than thirty minutes, from its config to its verdict, as `slipway deploy --offline` rehearses
    /// it.
    private static func rehearsal() async throws -> Row {
        let file = Machine.scratch("canary.yaml")
        try Data(config.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        var milliseconds: [Double] = []
        var virtual = Duration.zero
        for _ in 0...rounds {
            let begin = ContinuousClock.now
            let toolkit = try Toolkit.offline()
            let configuration = try toolkit.load(file)
            for target in configuration.targets {
                let time = toolkit.time(of: target.name)
                let from = time.now
                let verdict = try await toolkit.deploy(try await toolkit.plan(target, of: configuration))
                guard verdict == .deployed else { throw BenchFailure("the rehearsal ended as \(verdict)") }
                virtual = time.now - from
            }
            milliseconds.append((ContinuousClock.now - begin).seconds * 1000)
        }
        guard virtual >= .seconds(1800) else { throw BenchFailure("the rehearsal took only \(virtual.text)") }
        let seconds = Duration.seconds(virtual.components.seconds)
        return .alone(
            "canary of \(seconds.text) rehearsed",
            Array(milliseconds.dropFirst()).median,
            unit: "ms",
            aim: "< 1,000 ms"
        ) { $0 < 1000 }
    }

    private static let config = """
        apiVersion: slipway/v1
        application: shop
        release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1" }
        strategy:
          canary:
            steps:
              - setWeight: 5
              - pause: { duration: 10m }
              - setWeight: 25
              - pause: { duration: 10m }
              - setWeight: 60
              - pause: { duration: 10m }
        targets:
          - name: seoul
            kubernetes: { namespace: shop, stable: shop-stable, canary: shop-canary, httpRoute: { name: shop } }
        """

    /// Records made durable in a second, one after another.
    private static func appends() async throws -> Row {
        let path = Machine.scratch("appends.sqlite")
        defer { Machine.removeJournal(path) }
        let journal = try SQLiteJournal(path: path) { "bench" }
        let plan = try samplePlan()
        let run = try await journal.open(NewRun(plan, application: "shop", platform: "kubernetes"), at: start)
        _ = try await journal.append(.planned(plan: plan), at: start, to: run)
        let status = Status(ready: 3, wanted: 4, weight: 25, note: "3 of 4 replaced, 3 available")
        var speeds: [Double] = []
        for _ in 0..<rounds {
            let begin = ContinuousClock.now
            for _ in 0..<100 {
                _ = try await journal.append(
                    .progressed(key: "stage-1", token: nil, status: status),
                    at: start,
                    to: run
                )
            }
            speeds.append(100 / (ContinuousClock.now - begin).seconds)
        }
        return .alone("journal records made durable", speeds.median, unit: "/s", digits: 0)
    }
}
