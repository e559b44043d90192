import SlipwayBase
public import SlipwayEngine
public import SlipwayKubernetes
public import SlipwayModel
public import SlipwaySimulation
import SlipwayStrategies

/// One release to be rehearsed under faults: a cluster, a target, a strategy, and how it ends without any fault.
public struct Scenario: Sendable {
    /// What it is called in reports.
    public var name: String
    /// The cluster before the release.
    public var world: KubernetesWorld
    /// How the target is named.
    public var layout: KubernetesLayout
    /// The strategy.
    public var strategy: any Strategy
    /// What is released.
    public var release: Release
    /// Where production requests come in.
    public var front: Front
    /// How the run ends when nothing goes wrong.
    public var verdict: Verdict
    /// The fleet that is brought up; nil where replicas are replaced in place.
    public var candidate: String?
    /// Approximations that are accepted.
    public var accepting: Set<String> = []

    /// The image that serves before.
    public static let oldImage = "registry.example.com/shop:1.0.0"
    /// The image of a release that comes up.
    public static let newImage = "registry.example.com/shop:2.0.0"
    /// The image of a release that cannot be pulled.
    public static let badImage = "registry.example.com/shop:2.0.0-broken"
    static let namespace = "shop"
    static let start = Timestamp(milliseconds: 1_767_225_600_000)
}

extension Scenario {
    /// Rolling, blue-green and canary, each with a release that comes up and one that does not, and every other front.
    public static func all() throws -> [Scenario] {
        try [true, false].flatMap { isGood in
            [try rolling(isGood), try blueGreen(isGood), try canary(isGood)]
        } + [try switchedRoute(), try nginx(), try istio(), try ratio()]
    }

    static func release(_ isGood: Bool) -> Release {
        Release(version: "2.0.0", artifact: .image(reference: isGood ? newImage : badImage))
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
        return Scenario(
            name: "rolling" + (isGood ? "" : ", broken release"),
            world: try KubernetesWorld(seed, at: start),
            layout: .rolling(deployment: "shop"),
            strategy: RollingStrategy(maxSurge: .count(1), maxUnavailable: .count(0), deadline: .seconds(120)),
            release: release(isGood),
            front: .service("shop", namespace: namespace),
            verdict: isGood ? .deployed : .failed,
            candidate: nil
        )
    }

    /// A blue Deployment behind a Service; the green one is made.
    public static func blueGreen(_ isGood: Bool) throws -> Scenario {
        let blue = ["app": "shop", "color": "blue"]
        let seed = seed([deployment("shop-blue", blue)], [SeedService("shop", namespace: namespace, selector: blue)])
        return Scenario(
            name: "blue-green" + (isGood ? "" : ", broken release"),
            world: try KubernetesWorld(seed, at: start),
            layout: .blueGreen(
                blue: KubernetesFleet(deployment: "shop-blue"),
                green: KubernetesFleet(deployment: "shop-green"),
                front: .service(name: "shop"),
                preview: nil
            ),
            strategy: BlueGreenStrategy(scaleDownDelay: .seconds(20), deadline: .seconds(120)),
            release: release(isGood),
            front: .service("shop", namespace: namespace),
            verdict: isGood ? .deployed : .failed,
            candidate: "shop-green"
        )
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
        return Scenario(
            name: "canary" + (isGood ? "" : ", broken release"),
            world: try KubernetesWorld(seed, at: start),
            layout: .canary(
                stable: KubernetesFleet(deployment: "shop-stable"),
                canary: KubernetesFleet(deployment: "shop-canary"),
                front: .httpRoute(name: "shop", rule: nil)
            ),
            strategy: CanaryStrategy(steps: [.setWeight(34), .pause(.seconds(30))], deadline: .seconds(120)),
            release: release(isGood),
            front: .httpRoute("shop", namespace: namespace),
            verdict: isGood ? .deployed : .failed,
            candidate: "shop-canary"
        )
    }
}
