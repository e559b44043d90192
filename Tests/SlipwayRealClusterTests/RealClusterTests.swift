import SlipwayBase
import SlipwayEngine
import SlipwayKubernetes
import SlipwayModel
import SlipwayStrategies
import Testing

@Suite(
    "Against a real API server",
    .serialized,
    .enabled(if: RealCluster.kubeconfig != nil, "\(RealCluster.whySkipped)")
)
struct RealClusterTests {
    private let release = Release(version: "2.0.0", artifact: .image(reference: "registry.example.com/shop:2.0.0"))
    private let old = "registry.example.com/shop:1.0.0"

    /// Runs `strategy` to its end; the lines tell a person what happened.
    private func run(
        _ strategy: any Strategy,
        _ provider: KubernetesProvider,
        to release: Release,
        journal: MemoryJournal = MemoryJournal()
    ) async throws -> (Verdict, RunState) {
        let observation = try await provider.observe()
        let plan = try strategy.plan(from: observation, to: release, accepting: ["replicaRatio"])
        let last = Locked<RunState?>(nil)
        let engine = Engine(
            provider: provider,
            journal: journal,
            time: WallClock(),
            random: SeededRandom(seed: 1),
            lock: provider.lock(),
            holder: "test",
            settings: Engine.Settings(assumesApproval: true)
        ) { record, state in last.withLock { $0 = state } }
        let verdict = try await engine.start(plan, as: RunID("rig-1"))
        return (verdict, try #require(last.withLock { $0 }))
    }

    @Test(
        "given four ready replicas, when a rolling release runs, then the new image is live and foreign annotations survive"
    )
    func rolling() async throws {
        let cluster = try await RealCluster(namespace: "slipway-rolling")
        try await cluster.createDeployment("shop", image: old, replicas: 4, labels: ["app": "shop"])
        let provider = cluster.provider(.rolling(deployment: "shop"))
        let strategy = RollingStrategy(maxSurge: .count(1), maxUnavailable: .percent(25))
        let (verdict, _) = try await run(strategy, provider, to: release)
        #expect(verdict == .deployed)
        let after = try #require(try await cluster.deployment("shop"))
        #expect(try await cluster.image("shop") == "registry.example.com/shop:2.0.0")
        #expect(after[path: "metadata", "annotations", "team"]?.string == "checkout")
        #expect(after[path: "spec", "strategy", "rollingUpdate", "maxUnavailable"]?.string == "25%")
        try await cluster.close()
    }

    @Test(
        "given an image that cannot be pulled, when a rolling release runs, then it stops with the pod's words and goes back"
    )
    func rollingBack() async throws {
        let cluster = try await RealCluster(namespace: "slipway-bad")
        try await cluster.createDeployment("shop", image: old, replicas: 3, labels: ["app": "shop"])
        let provider = cluster.provider(.rolling(deployment: "shop"))
        let bad = Release(version: "bad", artifact: .image(reference: "registry.example.com/shop:bad-1"))
        let (verdict, state) = try await run(RollingStrategy(), provider, to: bad)
        #expect(verdict == .failed)
        #expect(state.summary.contains("ImagePullBackOff"))
        #expect(try await cluster.image("shop") == old)
        try await cluster.close()
    }

    @Test(
        "given a blue fleet, when a blue-green release runs, then a green one is made like it and the Service leads there"
    )
    func blueGreen() async throws {
        let cluster = try await RealCluster(namespace: "slipway-bluegreen")
        try await cluster.createDeployment(
            "shop-blue",
            image: old,
            replicas: 3,
            labels: ["app": "shop", "color": "blue"]
        )
        try await cluster.createService("shop", selector: ["app": "shop", "color": "blue"])
        let layout = KubernetesLayout.blueGreen(
            blue: KubernetesFleet(deployment: "shop-blue"),
            green: KubernetesFleet(deployment: "shop-green"),
            front: .service(name: "shop"),
            preview: nil
        )
        let strategy = BlueGreenStrategy(scaleDownDelay: .seconds(1))
        let (verdict, _) = try await run(strategy, cluster.provider(layout), to: release)
        #expect(verdict == .deployed)
        let service = try #require(try await cluster.get("/api/v1/namespaces/slipway-bluegreen/services/shop"))
        #expect(service[path: "spec", "selector"] == ["app": "shop", "color": "green"])
        #expect(try await cluster.image("shop-green") == "registry.example.com/shop:2.0.0")
        #expect(try await cluster.deployment("shop-blue")?[path: "spec", "replicas"]?.int == 0)
        try await cluster.close()
    }

    @Test(
        "given a stable fleet behind a route, when a canary runs, then weights rise, the stable fleet is replaced and the rest survives"
    )
    func canary() async throws {
        let cluster = try await RealCluster(namespace: "slipway-canary")
        try await cluster.createDeployment(
            "shop-stable",
            image: old,
            replicas: 4,
            labels: ["app": "shop", "track": "stable"]
        )
        try await cluster.createService("shop-stable", selector: ["app": "shop", "track": "stable"])
        try await cluster.createService("shop-canary", selector: ["app": "shop", "track": "canary"])
        try await cluster.createRoute("shop", service: "shop-stable")
        let gateway = cluster.acceptRoute("shop")
        defer { gateway.cancel() }
        let before = try #require(try await cluster.get("\(cluster.routes)/shop"))
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "shop-stable"),
            canary: KubernetesFleet(deployment: "shop-canary"),
            front: .httpRoute(name: "shop", rule: nil)
        )
        let strategy = CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(1)), .setWeight(60)])
        let journal = MemoryJournal()
        let (verdict, _) = try await run(strategy, cluster.provider(layout), to: release, journal: journal)
        #expect(verdict == .deployed)
        let after = try #require(try await cluster.get("\(cluster.routes)/shop"))
        #expect(after["spec"] == before["spec"])
        #expect(try await cluster.image("shop-stable") == "registry.example.com/shop:2.0.0")
        let canary = try await cluster.deployment("shop-canary")
        #expect(canary == nil || canary?[path: "metadata", "deletionTimestamp"] != nil)
        var weights: [Int] = []
        for record in try await journal.records(of: RunID("rig-1"), after: 0) {
            if case .succeeded(let key, let status) = record.event, key.hasPrefix("route"), let weight = status.weight {
                weights.append(weight)
            }
        }
        #expect(weights == [20, 60])
        try await cluster.close()
    }
}
