import SlipwayBase
import SlipwayModel
import SlipwayStrategies
import Testing

@Suite struct TrialTests {
    private let old = Release(version: "1", artifact: .label(name: "1"))
    private let new = Release(version: "2", artifact: .bundle(path: "shop.zip", sha256: "ab"))

    private func plan(_ strategy: any Strategy, _ capabilities: Capabilities) throws(PlanFailure) -> Plan {
        let seen = Observation(target: "shop", live: old, replicas: 4, capabilities: capabilities, fingerprint: "f")
        return try strategy.plan(from: seen, to: new, accepting: [])
    }

    private func refusal(_ strategy: any Strategy, _ capabilities: Capabilities) -> String {
        do throws(PlanFailure) { return "planned \(try plan(strategy, capabilities).steps.map(\.id))" } catch {
            return error.summary
        }
    }

    private let limits = TrialLimits(percent: 1...100, seconds: 180...36_000, secondsStep: 60)

    @Test(
        "given a platform without weights that tries releases itself, when a canary is one step, then it is one trial"
    )
    func oneStep() throws {
        let canary = CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(300))])
        let plan = try plan(canary, Capabilities([.trial: .exact], trialLimits: limits))
        let trial = Trial(percent: 20, duration: .seconds(300))
        #expect(plan.steps.map(\.kind) == [.perform(action: .replacedAfterTrial(release: new, trial: trial))])
        #expect(plan.steps[0].undo == [.replacedInPlace(release: old, batch: Batch())])
        #expect(plan.steps[0].deadline == .seconds(900))
        #expect(plan.fidelity == [FidelityNote(.trial, .exact)])
    }

    @Test("given weights and trials, when a canary is one step, then weights are used")
    func weightsFirst() throws {
        let canary = CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(300))])
        let plan = try plan(canary, Capabilities([.trial: .exact, .weights: .exact]))
        #expect(plan.fidelity.map(\.feature) == [.weights])
        #expect(plan.steps.count > 4)
    }

    @Test(
        "given a trial outside the platform's limits, when planned, then one sentence says what would fit",
        arguments: [
            (20, Duration.seconds(90), "it lasts 1m30s, and can last from 3m to 10h in steps of 1m"),
            (20, .seconds(200), "it lasts 3m20s, and can last from 3m to 10h in steps of 1m"),
            (20, .seconds(40_000), "it lasts 11h6m40s, and can last from 3m to 10h in steps of 1m"),
        ]
    )
    func outside(percent: Int, duration: Duration, words: String) {
        let canary = CanaryStrategy(steps: [.setWeight(percent), .pause(duration)])
        let said = refusal(canary, Capabilities([.trial: .exact], trialLimits: limits))
        #expect(said == "shop: the canary's one step is tried by the platform itself: \(words).")
    }

    @Test(
        "given a platform with trials only, when a canary has more steps or waits for a person, then it is impossible"
    )
    func moreSteps() {
        var capabilities = Capabilities([.trial: .exact], trialLimits: limits)
        capabilities[.weights] = .impossible(why: "one environment has one weight", instead: "two environments")
        for steps: [CanaryStrategy.Step] in [
            [.setWeight(20), .pause(.seconds(300)), .setWeight(40)], [.setWeight(20), .pause(nil)], [.setWeight(20)],
        ] {
            let said = refusal(CanaryStrategy(steps: steps), capabilities)
            #expect(
                said == "shop: canary is impossible here: one environment has one weight; use two environments instead."
            )
        }
    }

    @Test("given batches of both kinds, when rolling is planned, then both at once is a need of its own")
    func mixedBatch() throws {
        let exact = Capabilities([.rolling: .exact, .batch: .exact])
        func needs(_ surge: Amount?, _ unavailable: Amount?) throws -> [Feature] {
            var capabilities = exact
            capabilities[.mixedBatch] = .exact
            let rolling = RollingStrategy(maxSurge: surge, maxUnavailable: unavailable)
            return try plan(rolling, capabilities).fidelity.map(\.feature)
        }
        #expect(try needs(nil, nil) == [.rolling])
        #expect(try needs(.count(1), .count(0)) == [.batch])
        #expect(try needs(nil, .percent(25)) == [.batch])
        #expect(try needs(.count(1), .percent(25)) == [.batch, .mixedBatch])
        #expect(
            refusal(RollingStrategy(maxSurge: .count(1), maxUnavailable: .count(1)), exact).contains("impossible here")
        )
    }

    @Test("given a blue-green release that scales the old fleet down, when planned, then an empty fleet is asked for")
    func emptyFleet() throws {
        let capabilities = Capabilities([.blueGreen: .exact])
        #expect(refusal(BlueGreenStrategy(disposal: .scaleDown), capabilities).contains("impossible here"))
        #expect(try plan(BlueGreenStrategy(disposal: .remove), capabilities).fidelity.map(\.feature) == [.blueGreen])
    }

    @Test("given a release known by its label, when compared, then its version decides; otherwise the artifact")
    func identity() {
        let bundle = Release(version: "2", artifact: .bundle(path: "a.zip", sha256: "ab"))
        #expect(bundle.isSame(as: Release(version: "2", artifact: .label(name: "2"))))
        #expect(!bundle.isSame(as: old))
        #expect(!bundle.isSame(as: Release(version: "2", artifact: .bundle(path: "a.zip", sha256: "cd"))))
        let image = Artifact.image(reference: "shop:1")
        #expect(Release(version: "x", artifact: image).isSame(as: Release(version: "y", artifact: image)))
    }
}
