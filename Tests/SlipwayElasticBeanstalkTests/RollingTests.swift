import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies
import Testing

@Suite("Rolling on one environment") struct RollingTests {
    private static let layout = ElasticBeanstalkLayout.environment(name: "shop-prod")

    private func rig(
        _ policy: DeploymentPolicy = .rolling,
        instances: Int = 4,
        failures: [BeanstalkFailure] = [],
        _ change: (inout AWSWorld.Seed.Environment) -> Void = { _ in }
    ) throws -> Rig {
        var environment = AWSWorld.Seed.Environment("shop-prod", instances: instances, policy: policy)
        change(&environment)
        return try Rig(Self.layout, [environment], failures: failures)
    }

    @Test(
        "given a batch when a release is rolled out then options and version are set in two calls, and all run it",
        arguments: [
            (Batch(maxUnavailable: .count(1)), "Rolling"),
            (Batch(maxSurge: .count(1), maxUnavailable: .count(0)), "RollingWithAdditionalBatch"),
            (Batch(maxSurge: .percent(100), maxUnavailable: .count(0)), "Immutable"),
            (Batch(maxUnavailable: .percent(100)), "AllAtOnce"),
        ]
    )
    func policies(_ batch: Batch, _ policy: String) async throws {
        let rig = try rig(policy == "AllAtOnce" ? .rolling : .allAtOnce)
        let context = try await rig.context()
        let end = try await rig.bring(.replacedInPlace(release: Rig.new, batch: batch), context)
        let updates = rig.transport.writes.filter { $0.hasPrefix("UpdateEnvironment") }
        #expect(updates.count == 2)
        #expect(updates[0].contains(policy) && !updates[0].contains("v2"), "\(updates)")
        #expect(updates[1].hasSuffix(" v2"), "\(updates)")
        #expect(end.status.ready == 4 && end.status.wanted == 4)
        #expect(try await rig.provider.observe().live?.version == "v2")
    }

    @Test("given no batch when a release is rolled out then the environment's own policy is left alone")
    func own() async throws {
        let rig = try rig()
        let context = try await rig.context()
        try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
        let writes = rig.transport.writes
        #expect(writes.map { $0.prefix { $0 != " " } } == ["PUT", "CreateApplicationVersion", "UpdateEnvironment"])
    }

    @Test(
        "given a version that fails when it is rolled out then the failure tells why and the way back mends the fleet"
    )
    func failing() async throws {
        let rig = try rig(failures: [BeanstalkFailure(.instance(2), version: "v2")])
        let context = try await rig.context()
        let before = try await rig.provider.observe()
        let batch = Batch(maxUnavailable: .count(1))
        do throws(ProviderFailure) {
            try await rig.bring(.replacedInPlace(release: Rig.new, batch: batch), context)
            Issue.record("it went well")
        } catch {
            #expect(error.kind == .unhealthy)
            #expect(error.summary.contains("shop-prod runs v1"), "\(error)")
            #expect(error.summary.contains("deploy"), "\(error)")
        }
        try await rig.bring(.replacedInPlace(release: Rig.old, batch: batch), context)
        let after = try await rig.provider.observe()
        #expect(after.live?.version == "v1")
        #expect(after.isSettled)
        #expect(after.fingerprint == before.fingerprint)
    }

    @Test("given an update under way when it is taken back then it is aborted and the fleet is made one again")
    func aborting() async throws {
        let rig = try rig()
        let context = try await rig.context()
        let before = try await rig.provider.observe()
        var token: Token?
        for _ in 0..<14 {
            guard
                case .running(let next, let wait, _) = try await rig.ask(
                    .replacedInPlace(release: Rig.new, batch: Batch()),
                    context,
                    token: token
                )
            else { break }
            token = next
            rig.time.advance(by: wait)
        }
        try await rig.bring(.replacedInPlace(release: Rig.old, batch: Batch()), context)
        #expect(rig.transport.writes.contains { $0.hasPrefix("AbortEnvironmentUpdate") })
        #expect(try await rig.provider.observe().fingerprint == before.fingerprint)
    }

    @Test("given the answer to an update is lost when we go on then the update is not sent again")
    func lostAnswer() async throws {
        let rig = try rig()
        let context = try await rig.context()
        let hasLost = Locked(false)
        rig.transport.after { action, form, _ in
            guard action == "UpdateEnvironment", !hasLost.withLock({ $0 }) else { return nil }
            hasLost.withLock { $0 = true }
            return HTTPFailure(.unanswered, "reset")
        }
        try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
        #expect(rig.transport.writes.count { $0.hasPrefix("UpdateEnvironment") } == 1)
        #expect(try await rig.provider.observe().live?.version == "v2")
    }

    @Test("given the answer is lost and the update fails when we go on then it counts as failed and is not sent again")
    func lostAndFailed() async throws {
        let rig = try rig(failures: [BeanstalkFailure(.everyInstance, version: "v2")])
        let context = try await rig.context()
        rig.transport.after { action, form, _ in
            action == "UpdateEnvironment" ? HTTPFailure(.unanswered, "reset") : nil
        }
        await #expect(throws: ProviderFailure.self) {
            try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
        }
        #expect(rig.transport.writes.count { $0.hasPrefix("UpdateEnvironment") } == 1)
    }

    @Test("given a write that never arrived when we go on then it is sent once more")
    func unsent() async throws {
        let rig = try rig()
        let context = try await rig.context()
        let lost = Locked(0)
        rig.transport.before { action, _, _ in
            guard action == "UpdateEnvironment",
                lost.withLock({
                    $0 += 1
                    return $0
                }) == 1
            else { return nil }
            return HTTPFailure(.unanswered, "reset")
        }
        try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
        #expect(rig.transport.writes.count { $0.hasPrefix("UpdateEnvironment") } == 2)
    }

    @Test("given another process that died around its write when we take over then the update is not sent again")
    func takeover() async throws {
        let rig = try rig()
        let context = try await rig.context()
        let action = Action.replacedInPlace(release: Rig.new, batch: Batch())
        var token: Token?
        // The first process dies right after its write; its last words are the intent.
        while !rig.transport.writes.contains(where: { $0.hasPrefix("UpdateEnvironment") }) {
            guard case .running(let next, let wait, _) = try await rig.ask(action, context, token: token) else {
                return
            }
            if rig.transport.writes.contains(where: { $0.hasPrefix("UpdateEnvironment") }) { break }
            token = next
            rig.time.advance(by: wait)
        }
        for _ in 0..<500 {
            guard case .running(let next, let wait, _) = try await rig.ask(action, context, token: token, fence: 2)
            else {
                break
            }
            token = next
            rig.time.advance(by: wait)
        }
        #expect(rig.transport.writes.count { $0.hasPrefix("UpdateEnvironment") } == 1)
        #expect(try await rig.provider.observe().live?.version == "v2")
    }

    @Test("given a version that degrades when it is rolled out then its causes are told")
    func unhealthy() async throws {
        let rig = try rig(.allAtOnce, failures: [BeanstalkFailure(.degrades(after: .seconds(200)), version: "v2")])
        let context = try await rig.context()
        let fidelity = try await rig.provider.observe().capabilities[.rolling]
        guard case .approximated("allAtOnce", _, _) = fidelity else {
            Issue.record("\(fidelity)")
            return
        }
        rig.transport.after { action, _, world in
            if action == "UpdateEnvironment" { world.advance(to: world.now + .seconds(400)) }
            return nil
        }
        do throws(ProviderFailure) {
            try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
            Issue.record("it went well")
        } catch {
            #expect(error.kind == .unhealthy)
            #expect(error.summary.contains("Red"), "\(error)")
        }
    }

    @Test("given a rollout when the calls are counted then there are at most half as many as the eb CLI's")
    func polling() async throws {
        let rig = try rig()
        let context = try await rig.context()
        try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
        let log = rig.transport.log
        let start = try #require(log.first { $0.action == "UpdateEnvironment" }?.time)
        let polls = log.filter {
            $0.time > start && ["DescribeEnvironments", "DescribeEvents"].contains($0.action)
        }
        let end = try #require(polls.last?.time)
        let theirs = 2 * Int((end - start).components.seconds / 5 + 1)
        print("\(polls.count) polls in \(end - start), the eb CLI makes \(theirs)")
        #expect(polls.count * 2 <= theirs)
    }
}
