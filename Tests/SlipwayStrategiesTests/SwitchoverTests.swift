import SlipwayBase
import SlipwayModel
import SlipwayStrategies
import Testing

@Suite struct SwitchoverTests {
    private let old = Release(version: "1", artifact: .image(reference: "shop:1"))
    private let new = Release(version: "2", artifact: .image(reference: "shop:2"))

    private func plan(_ steps: [CanaryStrategy.Step], _ features: [Feature: Fidelity]) throws(PlanFailure) -> Plan {
        let seen = Observation(
            target: "shop",
            live: old,
            replicas: 4,
            capabilities: Capabilities(features, promotion: .switchover),
            routingPatience: .seconds(2100),
            fingerprint: "f"
        )
        return try CanaryStrategy(steps: steps, deadline: .seconds(600)).plan(from: seen, to: new, accepting: [])
    }

    private let twoWeights: [CanaryStrategy.Step] = [
        .setWeight(10), .pause(.seconds(600)), .setWeight(30), .pause(.seconds(600)),
    ]

    @Test(
        "given a platform that promotes by a switch, when a canary is planned, then the share is taken away before the switch"
    )
    func clearsFirst() throws {
        let plan = try plan(twoWeights, [.weights: .exact])
        #expect(
            plan.steps.map(\.id) == ["stage-1", "route-10", "pause-1", "route-30", "pause-2", "clear", "switch"]
        )
        #expect(plan.steps[0].kind == .perform(action: .staged(release: new, scale: .full)))
        #expect(plan.steps[0].undo == [.unstaged(release: new)])
        #expect(plan.steps[5].kind == .perform(action: .routed(percent: 0, release: new)))
        #expect(plan.steps[5].undo == [.routed(percent: 0, release: new)])
        #expect(plan.steps[6].kind == .perform(action: .live(release: new)))
        #expect(plan.steps[6].undo == [.live(release: old)])
        #expect(plan.steps[6].deadline == .seconds(2100))
    }

    @Test("given a platform that ramps by itself, when the steps rise evenly, then they are one ramp")
    func ramp() throws {
        let plan = try plan(twoWeights, [.ramp: .exact])
        let ramp = Ramp(first: 10, last: 30, step: 20, interval: .seconds(600))
        #expect(plan.steps.map(\.id) == ["stage-1", "ramp", "clear", "switch"])
        #expect(plan.steps[1].kind == .perform(action: .ramped(ramp: ramp, release: new)))
        #expect(plan.steps[1].undo == [.routed(percent: 0, release: new)])
        #expect(plan.steps[1].deadline == .seconds(2100 + 1200))
        #expect(plan.fidelity == [FidelityNote(.ramp, .exact)])
    }

    @Test(
        "given a platform that ramps by itself, when the steps are no even rise, then it is refused in one sentence",
        arguments: [
            [.setWeight(10), .pause(.seconds(600)), .setWeight(20), .pause(.seconds(60))],
            [.setWeight(10), .pause(.seconds(600)), .setWeight(20), .pause(.seconds(600)), .setWeight(50)],
            [
                .setWeight(10), .pause(.seconds(60)), .setWeight(20), .pause(.seconds(60)), .setWeight(50),
                .pause(.seconds(60)),
            ],
            [.setWeight(10), .pause(nil)],
        ] as [[CanaryStrategy.Step]]
    )
    func uneven(steps: [CanaryStrategy.Step]) {
        do throws(PlanFailure) {
            let plan = try plan(steps, [.ramp: .exact])
            Issue.record("planned \(plan.steps.map(\.id))")
        } catch {
            #expect(error.summary.contains("equal rises after equal waits"))
        }
    }
}
