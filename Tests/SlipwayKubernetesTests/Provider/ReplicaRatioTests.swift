import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("Replicas as weights") struct ReplicaRatioTests {
    private let layout = KubernetesLayout.canary(
        stable: KubernetesFleet(deployment: "shop-stable"),
        canary: KubernetesFleet(deployment: "shop-canary"),
        front: .replicaRatio(service: "shop")
    )

    /// Ready pods of both fleets, whatever they run.
    private func ready(_ world: KubernetesWorld) -> Int {
        ["shop-stable", "shop-canary"].map { world.readyPods(of: $0).values.reduce(0, +) }.reduce(0, +)
    }

    @Test(
        "given four replicas when a canary runs there and back then never fewer than four are ready and each weight is whole"
    )
    func capacity() async throws {
        let rig = try Rig(layout)
        let least = Locked(Int.max)
        rig.transport.before { _, world in
            let ready = ready(world)
            least.withLock { $0 = min($0, ready) }
            return nil
        }
        let plan = try await rig.plan(
            CanaryStrategy(steps: [.setWeight(25), .setWeight(50)]),
            accepting: ["replicaRatio"]
        )
        try await rig.bring(.staged(release: Rig.new, scale: .percent(25)), plan.context)
        #expect(rig.object(.deployment, "shop-canary")?[path: "spec", "replicas"] == 0)
        for (percent, split) in [(25, [3, 1]), (50, [2, 2]), (100, [0, 4]), (0, [4, 0])] {
            try await rig.bring(.routed(percent: percent, release: Rig.new), plan.context)
            let replicas = ["shop-stable", "shop-canary"].map {
                rig.object(.deployment, $0)?[path: "spec", "replicas"]?.int
            }
            #expect(replicas == split)
        }
        try await rig.run(plan, andBack: true)
        #expect(least.withLock { $0 } == 4)
        #expect(rig.transport.world.readyPods(of: "shop-stable") == [Rig.old: 4])
        #expect(rig.object(.deployment, "shop-canary") == nil)
    }

    @Test(
        "given a candidate that cannot come up when it is given replicas then the pod's words end it, and stable keeps its own"
    )
    func broken() async throws {
        let rig = try Rig(layout) { $0.podBehaviours = [(.containing(":1.5.0"), .crash(exitCode: 1))] }
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .percent(25)), context)
        let failure = await #expect(throws: ProviderFailure.self) {
            try await rig.bring(.routed(percent: 50, release: Rig.new), context)
        }
        #expect(failure?.kind == .unhealthy)
        #expect(failure?.summary.contains("CrashLoopBackOff") == true)
        #expect(rig.transport.world.readyPods(of: "shop-stable") == [Rig.old: 4])
        try await rig.bring(.routed(percent: 0, release: Rig.new), context)
        try await rig.bring(.unstaged(release: Rig.new), context)
        #expect(rig.object(.deployment, "shop-canary") == nil)
    }
}
