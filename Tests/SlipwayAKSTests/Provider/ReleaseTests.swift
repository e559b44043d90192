import SlipwayAKS
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("A canary on AKS from its first call to its last") struct ReleaseTests {
    private static let old = "registry.example.com/shop:1.4.0"

    private func bring(_ action: Action, _ plan: Plan, _ provider: AKSProvider, _ rig: Rig) async throws {
        var token: Token?
        for _ in 0..<500 {
            let call = Call(action: action, key: "k", token: token, context: plan.context, fence: 1)
            guard case .running(let next, let wait, _) = try await provider.advance(call) else { return }
            token = next
            rig.time.advance(by: wait)
        }
        Issue.record("\(action) does not end")
    }

    @Test(
        "given a canary through Application Gateway for Containers, when its steps run, then each share is what users get"
    )
    func forward() async throws {
        let rig = try Rig()
        let provider = try await rig.provider()
        let strategy = CanaryStrategy(steps: [.setWeight(10), .setWeight(50)])
        let plan = try strategy.plan(from: try await provider.observe(), to: Rig.new, accepting: []).outlined(
            by: provider
        )
        #expect(plan.fidelity.allSatisfy { $0.fidelity == .exact })
        for step in plan.steps {
            guard case .perform(let action) = step.kind else { continue }
            #expect(!step.calls.isEmpty)
            try await bring(action, plan, provider, rig)
            guard case .routed(let percent, _) = action, percent < 100, step.id.hasPrefix("route") else { continue }
            let share = rig.traffic()?.share(of: Rig.new.artifact.description) ?? 0
            #expect(abs(share - Double(percent) / 100) < 1e-9)
        }
        #expect(rig.traffic()?.images == [Rig.new.artifact.description: 1])
    }

    @Test("given a canary, when it is taken back, then everybody has the old release and the candidate is gone")
    func back() async throws {
        let rig = try Rig()
        let provider = try await rig.provider()
        let strategy = CanaryStrategy(steps: [.setWeight(10), .setWeight(50)])
        let plan = try strategy.plan(from: try await provider.observe(), to: Rig.new, accepting: [])
        for step in plan.steps.prefix(4) {
            if case .perform(let action) = step.kind { try await bring(action, plan, provider, rig) }
        }
        for step in plan.steps.prefix(4).reversed() {
            for action in step.undo { try await bring(action, plan, provider, rig) }
        }
        #expect(rig.traffic()?.images == [Self.old: 1])
        #expect(rig.azure.world.kubernetes("shop-aks")?.object(.deployment, "shop-canary") == nil)
    }

    @Test("given a token of Entra that has ended, when the release goes on, then a new one is asked for")
    func longRelease() async throws {
        let rig = try Rig()
        let provider = try await rig.provider()
        let first = try await provider.observe()
        rig.time.advance(by: .seconds(7200))
        #expect(try await provider.observe().fingerprint == first.fingerprint)
        #expect(rig.azure.log.filter { $0.call.request.target.hasSuffix("/oauth2/v2.0/token") }.count == 3)
    }

    @Test("given a target, when its lock is taken, then it is a Lease in the cluster")
    func lock() async throws {
        let rig = try Rig()
        let provider = try await rig.provider()
        #expect(try await provider.lock().acquire(holder: "ann") == 1)
        let lease = rig.azure.world.kubernetes("shop-aks")?.object(.lease, "slipway-shop")
        #expect(lease?[path: "spec", "holderIdentity"] == "ann")
    }

    @Test("given a front outside of the cluster, when the Kubernetes provider alone is asked, then it refuses to guess")
    func external() async throws {
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "shop-stable"),
            canary: KubernetesFleet(deployment: "shop-canary"),
            front: .external(words: "Front Door edge/shop")
        )
        let rig = try Rig(layout)
        let way = try await rig.resolve()
        let provider = KubernetesProvider(
            target: "shop",
            layout: layout,
            namespace: "default",
            origin: way.access.origin,
            transport: rig.transport(way),
            time: rig.time
        )
        let failure = await #expect(throws: ProviderFailure.self) { _ = try await provider.observe() }
        #expect(failure?.summary.hasPrefix("Front Door edge/shop shares production outside of the cluster") == true)
        let observation = try await provider.observe(share: 0)
        #expect(observation.capabilities[.weights] == .exact)
        #expect(try await provider.observe(share: 30).capabilities[.weights] != .exact)
    }
}
