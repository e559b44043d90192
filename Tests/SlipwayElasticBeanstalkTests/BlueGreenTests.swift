import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies
import Testing

@Suite("Switching between two environments") struct BlueGreenTests {
    private func rig(
        failures: [BeanstalkFailure] = [],
        hasGreen: Bool = true,
        _ change: (inout AWSWorld.Seed.Environment) -> Void = { _ in }
    ) throws -> Rig {
        var blue = AWSWorld.Seed.Environment("shop-blue", instances: 3, policy: .rolling)
        blue.cnamePrefix = "shop-live"
        change(&blue)
        var green = AWSWorld.Seed.Environment("shop-green", version: "v0", policy: .allAtOnce)
        green.cnamePrefix = "shop-next"
        return try Rig(
            .blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop-live"),
            hasGreen ? [blue, green] : [blue],
            failures: failures
        )
    }

    private func stage(_ rig: Rig) async throws -> PlanContext {
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        return context
    }

    private func swaps(_ rig: Rig) -> Int { rig.transport.writes.count { $0.hasPrefix("SwapEnvironmentCNAMEs") } }

    @Test("given two environments when a release is staged and switched then production moves with one swap")
    func switching() async throws {
        let rig = try rig()
        let context = try await stage(rig)
        #expect(rig.transport.withWorld { $0.environment("shop-green")?.instances.count } == 3)
        #expect(rig.transport.withWorld { $0.traffic(for: "shop-live").share(of: "v1") } == 1)
        try await rig.bring(.live(release: Rig.new), context)
        rig.time.advance(by: .seconds(120))
        #expect(rig.transport.withWorld { $0.traffic(for: "shop-live").share(of: "v2") } == 1)
        #expect(swaps(rig) == 1)
        #expect(try await rig.provider.observe().live?.version == "v2")
    }

    @Test("given the answer to a swap is lost when we go on then it is not swapped back")
    func lostAnswer() async throws {
        let rig = try rig()
        let context = try await stage(rig)
        rig.transport.after { action, _, _ in
            action == "SwapEnvironmentCNAMEs" ? HTTPFailure(.unanswered, "reset") : nil
        }
        try await rig.bring(.live(release: Rig.new), context)
        #expect(swaps(rig) == 1)
        rig.time.advance(by: .seconds(120))
        #expect(rig.transport.withWorld { $0.traffic(for: "shop-live").share(of: "v2") } == 1)
    }

    @Test("given a process that died around its swap when another takes over then it is not swapped back")
    func takeover() async throws {
        let rig = try rig()
        let context = try await stage(rig)
        var token: Token?
        while swaps(rig) == 0 {
            guard
                case .running(let next, let wait, _) = try await rig.ask(
                    .live(release: Rig.new),
                    context,
                    token: token
                )
            else { return }
            if swaps(rig) == 1 { break }
            token = next
            rig.time.advance(by: wait)
        }
        for _ in 0..<100 {
            guard
                case .running(let next, let wait, _) = try await rig.ask(
                    .live(release: Rig.new),
                    context,
                    token: token,
                    fence: 2
                )
            else { break }
            token = next
            rig.time.advance(by: wait)
        }
        #expect(swaps(rig) == 1)
        #expect(try await rig.provider.observe().live?.version == "v2")
    }

    @Test("given a swap that comes to nothing when we go on then that is a failure and not a second swap")
    func failing() async throws {
        let rig = try rig(failures: [BeanstalkFailure(.swap)])
        let context = try await stage(rig)
        do throws(ProviderFailure) {
            try await rig.bring(.live(release: Rig.new), context)
            Issue.record("it went well")
        } catch { #expect(error.summary.contains("shop-live still leads to shop-blue"), "\(error)") }
        #expect(swaps(rig) == 1)
    }

    @Test("given a release that is not well when it is staged then it never gets production")
    func unhealthy() async throws {
        let rig = try rig(failures: [BeanstalkFailure(.unhealthy, version: "v2")])
        let context = try await rig.context()
        await #expect(throws: ProviderFailure.self) {
            try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        }
        #expect(rig.transport.withWorld { $0.traffic(for: "shop-live").share(of: "v1") } == 1)
        #expect(swaps(rig) == 0)
    }

    @Test("given a switch when the old environment is removed then that waits for clients with the old address")
    func tail() async throws {
        let rig = try rig()
        let context = try await stage(rig)
        try await rig.bring(.live(release: Rig.new), context)
        let switched = try #require(rig.transport.log.last { $0.action == "SwapEnvironmentCNAMEs" }?.time)
        try await rig.bring(.retired(release: Rig.old, disposal: .remove), context)
        let removed = try #require(rig.transport.log.last { $0.action == "TerminateEnvironment" }?.time)
        #expect(removed - switched >= .seconds(60))
        #expect(rig.transport.withWorld { $0.environment("shop-blue")?.status } == "Terminated")
    }

    @Test("given an environment that has the live name when it is to be removed then that is refused")
    func live() async throws {
        let rig = try rig()
        let context = try await stage(rig)
        do throws(ProviderFailure) {
            try await rig.bring(.retired(release: Rig.old, disposal: .remove), context)
            Issue.record("it was removed")
        } catch {
            #expect(error.kind == .conflict)
            #expect(error.summary.contains("has shop-live; it is not taken down"), "\(error)")
        }
    }

    @Test("given somebody who deploys to the candidate when production is to be switched then that is a conflict")
    func moved() async throws {
        let rig = try rig()
        let context = try await stage(rig)
        let other = PlanContext(
            target: "shop",
            old: context.old,
            new: Release(version: "v9", artifact: Rig.new.artifact),
            snapshot: context.snapshot
        )
        do throws(ProviderFailure) {
            try await rig.bring(.live(release: other.new), other)
            Issue.record("it was switched")
        } catch { #expect(error.kind == .conflict, "\(error)") }
    }

    @Test("given no second environment when one is made then its template is deleted and it has the preview name")
    func clone() async throws {
        let rig = try rig(hasGreen: false)
        _ = try await stage(rig)
        let green = rig.transport.withWorld { $0.environment("shop-green") }
        #expect(green?.cname == "shop-live-preview.us-east-1.elasticbeanstalk.com")
        #expect(green?.version == "v2")
        #expect(rig.transport.withWorld { $0.templates(of: "shop") } == [])
        let writes = rig.transport.writes.map { $0.prefix { $0 != " " } }
        #expect(
            writes == [
                "PUT", "CreateApplicationVersion", "CreateConfigurationTemplate", "CreateEnvironment",
                "DeleteConfigurationTemplate",
            ]
        )
    }

    @Test("given an environment that is being launched when it is taken back then it is gone in the end")
    func unlaunched() async throws {
        let rig = try rig(hasGreen: false)
        let context = try await rig.context()
        var token: Token?
        while !rig.transport.writes.contains(where: { $0.hasPrefix("CreateEnvironment") }) {
            guard
                case .running(let next, let wait, _) = try await rig.ask(
                    .staged(release: Rig.new, scale: .full),
                    context,
                    token: token
                )
            else { return }
            token = next
            rig.time.advance(by: wait)
        }
        try await rig.bring(.unstaged(release: Rig.new), context)
        #expect(rig.transport.withWorld { $0.environment("shop-green")?.status } == "Terminated")
        #expect(rig.transport.withWorld { $0.templates(of: "shop") } == [])
    }
}
