import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies
import Testing

@Suite("A canary of one step, tried by the platform") struct TrialTests {
    private func rig(_ failures: [BeanstalkFailure] = []) throws -> Rig {
        try Rig(
            .environment(name: "shop-prod"),
            [AWSWorld.Seed.Environment("shop-prod", instances: 3, policy: .rolling)],
            failures: failures
        )
    }

    private let trial = Trial(percent: 15, duration: .seconds(300))

    @Test("given a weight and a wait when the canary is planned then it is one trial, within the platform's limits")
    func planning() async throws {
        let observation = try await rig().provider.observe()
        let plan = try CanaryStrategy(steps: [.setWeight(15), .pause(.seconds(300))]).plan(
            from: observation,
            to: Rig.new,
            accepting: []
        )
        #expect(plan.steps.map(\.id) == ["trial"])
        #expect(throws: PlanFailure.self) {
            try CanaryStrategy(steps: [.setWeight(15), .pause(.seconds(60))]).plan(
                from: observation,
                to: Rig.new,
                accepting: []
            )
        }
        #expect(throws: PlanFailure.self) {
            try CanaryStrategy(steps: [.setWeight(15), .pause(.seconds(300)), .setWeight(50)]).plan(
                from: observation,
                to: Rig.new,
                accepting: []
            )
        }
    }

    @Test("given a trial that goes well when it is over then all instances run the release, and its share was told")
    func going() async throws {
        let rig = try rig()
        let context = try await rig.context()
        let end = try await rig.bring(.replacedAfterTrial(release: Rig.new, trial: trial), context)
        #expect(end.weights.contains(15))
        #expect(end.status.ready == 3)
        #expect(rig.transport.withWorld { $0.traffic(for: "shop-prod").share(of: "v2") } > 0.99)
    }

    @Test("given a trial under way when it is vetoed then it is aborted and the former release has everything")
    func veto() async throws {
        let rig = try rig()
        let context = try await rig.context()
        let before = try await rig.provider.observe()
        var token: Token?
        for _ in 0..<400 {
            guard
                case .running(let next, let wait, _) = try await rig.ask(
                    .replacedAfterTrial(release: Rig.new, trial: trial),
                    context,
                    token: token
                )
            else { break }
            token = next
            rig.time.advance(by: wait)
            if rig.transport.withWorld({ $0.traffic(for: "shop-prod").share(of: "v2") }) > 0 { break }
        }
        try await rig.bring(.replacedInPlace(release: Rig.old, batch: Batch()), context)
        #expect(rig.transport.writes.contains { $0.hasPrefix("AbortEnvironmentUpdate") })
        #expect(rig.transport.withWorld { $0.traffic(for: "shop-prod").share(of: "v1") } > 0.99)
        #expect(try await rig.provider.observe().fingerprint == before.fingerprint)
    }

    @Test("given a release that is not well when it is tried then the platform takes it back and that is a failure")
    func unhealthy() async throws {
        let rig = try rig([BeanstalkFailure(.unhealthy, version: "v2")])
        let context = try await rig.context()
        do throws(ProviderFailure) {
            try await rig.bring(.replacedAfterTrial(release: Rig.new, trial: trial), context)
            Issue.record("it went well")
        } catch {
            #expect(error.kind == .unhealthy)
            #expect(error.summary.contains("runs v1 after its update to v2 ended"), "\(error)")
        }
        #expect(rig.transport.withWorld { $0.traffic(for: "shop-prod").share(of: "v1") } > 0.99)
    }
}
