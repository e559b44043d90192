import Slipway
import Testing

@Suite struct EstimateTests {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)

    /// A rolling release whose step has said `status` after `seconds`.
    private func estimate(_ status: Status, after seconds: Int) throws -> Estimate {
        let observation = Observation(
            target: "seoul",
            live: Release(version: "1.0.0", artifact: .image(reference: "shop:1.0.0")),
            replicas: 10,
            capabilities: Capabilities([.rolling: .exact]),
            fingerprint: "f"
        )
        let release = Release(version: "2.0.0", artifact: .image(reference: "shop:2.0.0"))
        let plan = try RollingStrategy().plan(from: observation, to: release, accepting: [])
        let events: [Event] = [
            .planned(plan: plan), .intended(key: "replace"), .progressed(key: "replace", token: nil, status: status),
        ]
        let records = events.enumerated().map { Record(sequence: $0 + 1, at: Self.start, event: $1) }
        return Estimate(try RunState(replaying: records), at: Self.start + .seconds(seconds))
    }

    @Test("given a slow rolling step, when a share of its replicas is replaced, then the bar and the time follow them")
    func replicas() throws {
        for (updated, percent) in [(0, 5), (2, 25), (5, 55), (9, 95), (10, 95)] {
            let estimate = try estimate(Status(ready: 10, wanted: 10, updated: updated), after: 300)
            #expect(Int((estimate.share * 100).rounded()) == percent)
            let remaining = try #require(estimate.remaining)
            #expect(abs(remaining / .seconds(300) - (1 - estimate.share) / estimate.share) < 0.01)
        }
    }

    @Test("given replicas that run the new release, when they are not ready, then they do not count")
    func unready() throws {
        #expect(try estimate(Status(ready: 2, wanted: 10, updated: 10), after: 300).share < 0.3)
    }

    @Test("given a platform that counts no replicas, when a step takes long, then it is never shown as over")
    func uncounted() throws {
        let estimate = try estimate(Status(note: "switching"), after: 300)
        #expect(abs(estimate.share - 0.9) < 0.01)
        #expect(estimate.remaining == .seconds(3))
    }
}
