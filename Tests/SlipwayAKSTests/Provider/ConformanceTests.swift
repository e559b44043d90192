import HTTPTypes
import SlipwayAKS
import SlipwayBase
import SlipwayConformance
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("The AKS provider keeps the rules of every provider") struct ConformanceTests {
    private func check(
        _ strategy: any Strategy,
        _ layout: KubernetesLayout,
        _ front: Front,
        changing change: @escaping @Sendable (inout AzureWorld.Seed.Cluster) -> Void = { _ in }
    ) async throws {
        let outages = Locked<Set<String>>([])
        let suite = Conformance(strategy: strategy) {
            let rig = try Rig(layout, cluster: change)
            let provider = try await rig.provider()
            let writes = Locked(0)
            rig.azure.before { call, world in
                guard call.request.origin.host == world.apiServer(of: "shop-aks") else { return nil }
                let isWrite = call.request.method != .get && !call.request.target.hasSuffix("accessreviews")
                if isWrite { writes.withLock { $0 += 1 } }
                guard let traffic = world.kubernetes("shop-aks")?.traffic(for: front), traffic.failed > 0 else {
                    return nil
                }
                _ = outages.withLock { $0.insert("\(traffic.failed) fails at \(call.request.target)") }
                return nil
            }
            return Fixture(
                provider: provider,
                time: rig.time,
                release: Rig.new,
                secrets: ["simulated-client-secret"],
                writes: { writes.withLock { $0 } }
            )
        }
        let findings = try await suite.findings()
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
        #expect(outages.withLock { $0.isEmpty })
    }

    @Test("given an HTTPRoute, when a canary is released with tokens of Entra, then no rule is broken")
    func canary() async throws {
        try await check(
            CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(5)), .setWeight(60)]),
            Rig.canary,
            .httpRoute("shop")
        )
    }

    @Test("given one Deployment, when it is released rolling with the token of a local account, then no rule is broken")
    func rolling() async throws {
        try await check(RollingStrategy(), .rolling(deployment: "shop"), .service("shop")) { $0.usesEntra = false }
    }

    @Test("given two fleets, when they are released blue-green, then no rule is broken")
    func blueGreen() async throws {
        let layout = KubernetesLayout.blueGreen(
            blue: KubernetesFleet(deployment: "shop-blue"),
            green: KubernetesFleet(deployment: "shop-green"),
            front: .httpRoute(name: "shop", rule: nil),
            preview: nil
        )
        let strategy = BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .scaleDown)
        try await check(strategy, layout, .httpRoute("shop"))
    }
}
