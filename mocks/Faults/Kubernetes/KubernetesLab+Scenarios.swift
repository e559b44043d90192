import SlipwayBase
import SlipwayEngine
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies

/// Releases of one application in a cluster.
extension KubernetesLab {
    /// The image that serves before.
    static let oldImage = "registry.example.com/shop:1.0.0"
    /// The image of a release that comes up.
    static let newImage = "registry.example.com/shop:2.0.0"
    /// The image of a release that cannot be pulled.
    static let badImage = "registry.example.com/shop:2.0.0-broken"

    /// Rolling, blue-green and canary, each with a release that comes up and one that does not, and every other front.
    public static func scenarios() throws -> [Scenario] {
        try [true, false].flatMap { isGood in
            [try rolling(isGood), try blueGreen(isGood), try canary(isGood)]
        } + [try switchedRoute(), try nginx(), try istio(), try ratio()]
    }

    static func release(_ isGood: Bool) -> Release {
        Release(version: "2.0.0", artifact: .image(reference: isGood ? newImage : badImage))
    }

    /// `name` on this platform, with the release it is about.
    func scenario(_ name: String, _ strategy: any Strategy) -> Scenario {
        let isGood = release == Self.release(true)
        return Scenario(
            name: name + (isGood ? "" : ", broken release"),
            platform: self,
            strategy: strategy,
            release: release,
            former: Release(version: "1.0.0", artifact: .image(reference: Self.oldImage)),
            verdict: isGood ? .deployed : .failed
        )
    }

    static func seed(_ deployments: [SeedDeployment], _ services: [SeedService]) -> KubernetesWorld.Seed {
        var seed = KubernetesWorld.Seed()
        // Slower than a real control plane mostly is, so that whoever believes stale conditions is found out.
        seed.settings.controllerLag = .milliseconds(1_200)
        seed.settings.endpointsLag = .milliseconds(800)
        seed.namespaces = [namespace]
        seed.deployments = deployments.map { deployment in
            var deployment = deployment
            deployment.annotations["team"] = "checkout"
            return deployment
        }
        seed.services = services
        seed.podBehaviours = [(.exactly(badImage), .failToPull(message: "Back-off pulling image \"\(badImage)\""))]
        return seed
    }

    static func deployment(_ name: String, _ labels: [String: String]) -> SeedDeployment {
        var deployment = SeedDeployment(name, namespace: namespace, image: oldImage, replicas: 3)
        deployment.labels = labels
        deployment.selector = labels
        return deployment
    }

    /// One Deployment behind a Service.
    public static func rolling(_ isGood: Bool) throws -> Scenario {
        let labels = ["app": "shop"]
        let seed = seed([deployment("shop", labels)], [SeedService("shop", namespace: namespace, selector: labels)])
        return KubernetesLab(
            world: try KubernetesWorld(seed, at: Scenario.start),
            layout: .rolling(deployment: "shop"),
            release: release(isGood),
            front: .service("shop", namespace: namespace)
        ).scenario("rolling", RollingStrategy(maxSurge: .count(1), maxUnavailable: .count(0), deadline: .seconds(120)))
    }

    /// A blue Deployment behind a Service; the green one is made.
    public static func blueGreen(_ isGood: Bool) throws -> Scenario {
        let blue = ["app": "shop", "color": "blue"]
        let seed = seed([deployment("shop-blue", blue)], [SeedService("shop", namespace: namespace, selector: blue)])
        return KubernetesLab(
            world: try KubernetesWorld(seed, at: Scenario.start),
            layout: .blueGreen(
                blue: KubernetesFleet(deployment: "shop-blue"),
                green: KubernetesFleet(deployment: "shop-green"),
                front: .service(name: "shop"),
                preview: nil
            ),
            release: release(isGood),
            front: .service("shop", namespace: namespace),
            candidate: "shop-green"
        ).scenario("blue-green", BlueGreenStrategy(scaleDownDelay: .seconds(20), deadline: .seconds(120)))
    }

    /// A stable Deployment behind an HTTPRoute; the canary one is made.
    public static func canary(_ isGood: Bool) throws -> Scenario {
        let labels = ["stable", "canary"].map { ["app": "shop", "track": $0] }
        var seed = seed(
            [deployment("shop-stable", labels[0])],
            [
                SeedService("shop-stable", namespace: namespace, selector: labels[0]),
                SeedService("shop-canary", namespace: namespace, selector: labels[1]),
            ]
        )
        seed.routes = [SeedRoute(.httpRoute(gateway: "edge"), "shop", namespace: namespace, stable: "shop-stable")]
        return KubernetesLab(
            world: try KubernetesWorld(seed, at: Scenario.start),
            layout: .canary(
                stable: KubernetesFleet(deployment: "shop-stable"),
                canary: KubernetesFleet(deployment: "shop-canary"),
                front: .httpRoute(name: "shop", rule: nil)
            ),
            release: release(isGood),
            front: .httpRoute("shop", namespace: namespace),
            candidate: "shop-canary"
        ).scenario("canary", CanaryStrategy(steps: [.setWeight(34), .pause(.seconds(30))], deadline: .seconds(120)))
    }
}
