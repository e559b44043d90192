import SlipwayEngine
import SlipwayKubernetes
import SlipwaySimulation
import SlipwayStrategies

/// The same strategies through every other thing that can lead production to two fleets.
extension KubernetesLab {
    private static let labels = ["stable", "canary"].map { ["app": "shop", "track": $0] }

    private static func canary(
        _ name: String,
        _ route: SeedRoute.Kind?,
        _ layout: KubernetesLayout.Weights,
        _ front: Front
    ) throws -> Scenario {
        var services = [
            SeedService("shop-stable", namespace: namespace, selector: labels[0]),
            SeedService("shop-canary", namespace: namespace, selector: labels[1]),
        ]
        if route == nil { services = [SeedService("shop", namespace: namespace, selector: ["app": "shop"])] }
        var seed = seed([deployment("shop-stable", labels[0])], services)
        if let route { seed.routes = [SeedRoute(route, "shop", namespace: namespace, stable: "shop-stable")] }
        return KubernetesLab(
            world: try KubernetesWorld(seed, at: Scenario.start),
            layout: .canary(
                stable: KubernetesFleet(deployment: "shop-stable"),
                canary: KubernetesFleet(deployment: "shop-canary"),
                front: layout
            ),
            release: release(true),
            front: front,
            candidate: "shop-canary"
        ).scenario(name, CanaryStrategy(steps: [.setWeight(34)], deadline: .seconds(120)))
    }

    /// A canary through ingress-nginx's canary annotations.
    static func nginx() throws -> Scenario {
        try canary("canary, ingress-nginx", .ingress, .ingress(name: "shop"), .ingress("shop", namespace: namespace))
    }

    /// A canary through an Istio VirtualService.
    static func istio() throws -> Scenario {
        try canary(
            "canary, VirtualService",
            .virtualService,
            .virtualService(name: "shop", route: nil),
            .virtualService("shop", namespace: namespace)
        )
    }

    /// A canary whose weights are numbers of replicas.
    static func ratio() throws -> Scenario {
        var scenario = try canary(
            "canary, replica ratio",
            nil,
            .replicaRatio(service: "shop"),
            .service("shop", namespace: namespace)
        )
        scenario.accepting = ["replicaRatio"]
        return scenario
    }

    /// A blue-green switch through an HTTPRoute, to a green fleet that is there and empty.
    static func switchedRoute() throws -> Scenario {
        let labels = ["blue", "green"].map { ["app": "shop", "color": $0] }
        var green = deployment("shop-green", labels[1])
        green.replicas = 0
        var seed = seed(
            [deployment("shop-blue", labels[0]), green],
            ["shop-blue", "shop-green"].enumerated().map { SeedService($1, namespace: namespace, selector: labels[$0]) }
        )
        seed.routes = [SeedRoute(.httpRoute(gateway: "edge"), "shop", namespace: namespace, stable: "shop-blue")]
        return KubernetesLab(
            world: try KubernetesWorld(seed, at: Scenario.start),
            layout: .blueGreen(
                blue: KubernetesFleet(deployment: "shop-blue"),
                green: KubernetesFleet(deployment: "shop-green"),
                front: .httpRoute(name: "shop", rule: nil),
                preview: nil
            ),
            release: release(true),
            front: .httpRoute("shop", namespace: namespace),
            candidate: "shop-green"
        ).scenario("blue-green, HTTPRoute", BlueGreenStrategy(scaleDownDelay: .seconds(20), deadline: .seconds(120)))
    }
}
