import HTTPTypes
import SlipwayAKS
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("What leads production to a route on AKS") struct EntranceTests {
    private static let ingress = KubernetesLayout.canary(
        stable: KubernetesFleet(deployment: "shop-stable"),
        canary: KubernetesFleet(deployment: "shop-canary"),
        front: .ingress(name: "shop")
    )
    private static let virtualService = KubernetesLayout.canary(
        stable: KubernetesFleet(deployment: "shop-stable"),
        canary: KubernetesFleet(deployment: "shop-canary"),
        front: .virtualService(name: "shop", route: nil)
    )

    @Test(
        "given a Gateway of a class, when the target is looked at, then it is said which it is and weights are exact",
        arguments: [
            ("azure-alb-external", "Gateway edge: Application Gateway for Containers (class azure-alb-external)"),
            ("approuting-istio", "Gateway edge: AKS's application routing (class approuting-istio)"),
            ("istio", "Gateway edge: Istio (class istio)"), ("contour", "Gateway edge: class contour"),
        ]
    )
    func gateways(_ name: String, _ line: String) async throws {
        let observation = try await Rig(gatewayClass: name).provider().observe()
        #expect(observation.summary.last == line)
        #expect(observation.capabilities[.weights] == .exact && observation.capabilities[.headers] == .exact)
        #expect(observation.warnings.isEmpty)
    }

    private func ingress(_ className: String) throws -> Rig {
        try Rig(
            Self.ingress,
            inside: { world in
                let patch: JSON = ["spec": ["ingressClassName": .string(className)]]
                try world.edit("/apis/networking.k8s.io/v1", "ingresses/shop", patch)
            }
        )
    }

    @Test(
        "given a classic Application Gateway or one that reads no annotations, when a canary is planned, then it is impossible and what to use is said",
        arguments: ["azure-application-gateway", "azure-alb-external"]
    )
    func classic(_ className: String) async throws {
        let observation = try await ingress(className).provider().observe()
        let strategy = CanaryStrategy(steps: [.setWeight(20)])
        let failure = #expect(throws: PlanFailure.self) {
            try strategy.plan(from: observation, to: Rig.new, accepting: [])
        }
        #expect(failure?.summary.contains(className) == true && failure?.summary.contains("HTTPRoute") == true)
        #expect(failure?.summary.contains("with `httpRoute:`") == true, "\(failure?.summary ?? "")")
    }

    @Test("given AKS's managed ingress-nginx, when the target is looked at, then its end is warned of")
    func retired() async throws {
        let observation = try await ingress("webapprouting.kubernetes.azure.com").provider().observe()
        #expect(observation.capabilities[.weights] == .exact)
        #expect(observation.warnings.first?.contains("ingress-nginx is retired") == true)
    }

    @Test("given a Gateway that is not there or may not be read, when the target is looked at, then it is warned of")
    func unknown() async throws {
        let missing = try Rig(inside: { world in
            try world.edit(
                "/apis/gateway.networking.k8s.io/v1",
                "httproutes/shop",
                ["spec": ["parentRefs": [["name": "edge2"]]]]
            )
        })
        let first = try await missing.provider().observe()
        #expect(
            first.warnings == ["Gateway edge2, which the route names, is not there: nothing leads production to it."]
        )
        let denied = try Rig(inside: { world in
            world.rights.denied = [Rights.Rule(resource: "gateways")]
        })
        let second = try await denied.provider().observe()
        #expect(second.capabilities[.weights] == .exact)
        #expect(
            second.warnings.first?.hasPrefix("Gateway edge cannot be read, so that its class is not known: ") == true
        )
    }

    @Test("given a VirtualService of the mesh, when the target is looked at, then it is said")
    func mesh() async throws {
        let observation = try await Rig(Self.virtualService).provider().observe()
        #expect(observation.summary.last == "Istio: inside the mesh only")
    }
}

extension KubernetesWorld {
    /// Changes an object before anybody looks; the path is short, as in `ingresses/shop`.
    mutating func edit(_ prefix: String, _ path: String, _ patch: JSON) throws {
        let request = Request(
            .patch,
            Origin(scheme: "https", host: "cluster.test"),
            "\(prefix)/namespaces/default/\(path)?fieldManager=somebody",
            headers: [.contentType: "application/merge-patch+json"],
            body: .bytes(patch.bytes)
        )
        let response = respond(to: request, at: now)
        if response.status != 200 {
            throw InputFailure("\(response.status): \(String(decoding: response.body, as: UTF8.self))")
        }
    }
}
