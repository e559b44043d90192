import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("Every kind of request is known") struct RequestKindTests {
    /// `PATCH httproutes application/json-patch+json`
    private func kind(_ request: Request) -> String {
        let path = request.target.prefix { $0 != "?" }.split(separator: "/")
        let rest = path.firstIndex(of: "namespaces").map { path[($0 + 2)...] } ?? path[3...]
        let one = rest.count > 1 ? " one" : ""
        let watch = request.target.contains("watch=") ? " watch" : ""
        let type = request.headers[.contentType].map { " \($0)" } ?? ""
        let version = path.contains("v1beta1") || path.contains("v2") ? " \(path[2])" : ""
        return "\(request.method.rawValue) \(rest.first ?? "?")\(version)\(one)\(watch)\(type)"
    }

    private let stable = KubernetesFleet(deployment: "shop-stable")
    private let canary = KubernetesFleet(deployment: "shop-canary")

    private func plans() -> [(KubernetesLayout, any Strategy)] {
        let (blue, green) = (KubernetesFleet(deployment: "shop-blue"), KubernetesFleet(deployment: "shop-green"))
        let testers = HeaderMatch(name: "x-tester", value: "yes")
        let steps = CanaryStrategy(steps: [.setHeaderRoute([testers]), .setWeight(50)])
        let switches: [KubernetesLayout.Switch] = [
            .service(name: "shop"), .ingress(name: "shop"), .httpRoute(name: "shop", rule: nil),
        ]
        let weights: [KubernetesLayout.Weights] = [
            .httpRoute(name: "shop", rule: nil), .ingress(name: "shop"), .virtualService(name: "shop", route: nil),
        ]
        return [(Rig.rolling, RollingStrategy(maxSurge: .count(1)))]
            + switches.map {
                (
                    .blueGreen(blue: blue, green: green, front: $0, preview: "preview"),
                    BlueGreenStrategy(disposal: .remove)
                )
            }
            + weights.map { (.canary(stable: stable, canary: canary, front: $0), steps) }
            + [
                (
                    .canary(stable: stable, canary: canary, front: .replicaRatio(service: "shop")),
                    CanaryStrategy(steps: [.setWeight(50)])
                )
            ]
    }

    /// What we send and no recording answers: the simulation's word, and the API reference's, is all there is.
    private let gaps: Set<String> = [
        "GET horizontalpodautoscalers v2", "GET ingresses one", "PATCH ingresses one application/json-patch+json",
        "PATCH ingresses one application/merge-patch+json", "POST ingresses application/json",
        "DELETE ingresses one application/json", "GET virtualservices one",
        "PATCH virtualservices one application/json-patch+json",
    ]

    @Test("given every layout when a release runs there and back then each kind of request is recorded or a known gap")
    func all() async throws {
        var recorded: Set<String> = []
        for (_, interaction) in try Recorded.all() {
            guard case .response(let response) = interaction.outcome, (200..<300).contains(response.status),
                interaction.request.target.contains("/v1/") || interaction.request.target.contains("/v2/")
            else { continue }
            recorded.insert(kind(interaction.sent))
        }
        var sent: Set<String> = []
        for (layout, strategy) in plans() {
            let rig = try Rig(layout)
            let plan = try await rig.plan(strategy, accepting: ["replicaRatio"])
            _ = try await rig.provider.lock().acquire(holder: "test")
            try await rig.provider.lock().confirmed(rig)
            try await rig.run(plan, andBack: true)
            await watchOnce(rig, plan)
            for exchange in rig.transport.log { sent.insert(kind(exchange.call.request)) }
        }
        #expect(sent.subtracting(recorded).sorted() == gaps.sorted())
        #expect(sent.count > 20)
    }

    private func watchOnce(_ rig: Rig, _ plan: Plan) async {
        guard case .perform(let action) = plan.steps[0].kind else { return }
        let call = Call(action: action, key: "watch", context: plan.context)
        for await _ in rig.provider.changes(for: call) { break }
    }
}

extension LeaseLock {
    /// Takes the lock and gives it up, so that every request of a Lease is sent.
    fileprivate func confirmed(_ rig: Rig) async throws {
        let fence = try await acquire(holder: "test")
        await release(holder: "test", fence: fence)
    }
}
