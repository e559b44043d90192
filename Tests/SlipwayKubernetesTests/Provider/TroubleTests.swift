import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("A release that cannot come up is stopped early") struct TroubleTests {
    private let replaced = Action.replacedInPlace(release: Rig.new, batch: Batch())

    /// The failure that the new image ends in, when its pods do this.
    private func failure(_ behaviour: PodBehaviour, deadline: Int? = nil) async throws -> (ProviderFailure, Rig) {
        let rig = try Rig(Rig.rolling) { world in
            world.podBehaviours = [(.containing(":1.5.0"), behaviour)]
            if let deadline { world.edit("deployments/shop", ["spec": ["progressDeadlineSeconds": JSON(deadline)]]) }
        }
        let context = try await rig.context()
        let failure = try #require(
            await #expect(throws: ProviderFailure.self) { try await rig.bring(replaced, context) }
        )
        return (failure, rig)
    }

    @Test("given an image that cannot be pulled when it is rolled out then the pod's own words end it within a minute")
    func pull() async throws {
        let (failure, rig) = try await failure(.failToPull(message: "manifest unknown"))
        #expect(failure.kind == .unhealthy)
        #expect(failure.summary.hasPrefix("shop: pod shop-"))
        #expect(failure.summary.contains("is in ImagePullBackOff: "))
        #expect(failure.summary.contains("manifest unknown"))
        #expect(rig.time.now - VirtualTime().now < .seconds(60))
    }

    @Test("given a container that exits again and again when it is rolled out then CrashLoopBackOff ends it")
    func crash() async throws {
        let (failure, rig) = try await failure(.crash(exitCode: 3))
        #expect(failure.kind == .unhealthy)
        #expect(failure.summary.contains("is in CrashLoopBackOff"))
        #expect(rig.time.now - VirtualTime().now < .seconds(120))
    }

    @Test("given pods that never become ready when the progress deadline passes then the controller's words end it")
    func deadline() async throws {
        let (failure, _) = try await failure(.hang, deadline: 30)
        #expect(failure.kind == .unhealthy)
        #expect(failure.summary.hasPrefix("shop: ProgressDeadlineExceeded: ReplicaSet \"shop-"))
        #expect(failure.summary.hasSuffix("has timed out progressing."))
    }

    @Test(
        "given a message with escape sequences when it is passed on then nothing in it moves a cursor or colours a line"
    )
    func escapes() async throws {
        let (failure, _) = try await failure(.failToPull(message: "\u{1B}[2J\u{1B}]0;owned\u{7}\nall is well\u{202E}"))
        #expect(failure.summary.contains("\\u{1b}[2J"))
        #expect(!failure.summary.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E })
    }

    @Test("given a release that failed when the former one is put back then it is live again, with the same template")
    func back() async throws {
        let rig = try Rig(Rig.rolling) { $0.podBehaviours = [(.containing(":1.5.0"), .failToPull(message: "no"))] }
        let before = rig.object(.deployment, "shop")?["spec"]
        let context = try await rig.context()
        await #expect(throws: ProviderFailure.self) { try await rig.bring(replaced, context) }
        try await rig.bring(.replacedInPlace(release: try #require(context.old), batch: Batch()), context)
        #expect(rig.object(.deployment, "shop")?["spec"] == before)
        #expect(rig.transport.world.readyPods(of: "shop") == [Rig.old: 4])
    }

    @Test("given a candidate that cannot be pulled when it is staged then production was never asked to go there")
    func staged() async throws {
        let rig = try Rig(Rig.canary) { $0.podBehaviours = [(.containing(":1.5.0"), .failToPull(message: "no"))] }
        let context = try await rig.context()
        let failure = await #expect(throws: ProviderFailure.self) {
            try await rig.bring(.staged(release: Rig.new, scale: .percent(25)), context)
        }
        #expect(failure?.kind == .unhealthy)
        #expect(rig.writes.allSatisfy { !$0.contains("httproutes") })
    }

    @Test("given a paused Deployment when it is to be replaced then the sentence says what to do")
    func paused() async throws {
        let rig = try Rig(Rig.rolling) { $0.edit("deployments/shop", ["spec": ["paused": true]]) }
        let observation = try await rig.provider.observe()
        #expect(observation.warnings.contains("Deployment shop is paused."))
        let context = try await rig.context()
        let failure = await #expect(throws: ProviderFailure.self) { try await rig.bring(replaced, context) }
        #expect(failure?.summary == "shop: Deployment shop is paused; resume it with `kubectl rollout resume` first.")
    }
}
