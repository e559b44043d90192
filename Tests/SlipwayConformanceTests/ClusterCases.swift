import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation

extension ClusterCase {
    static let rolling: [ClusterCase] = [
        ClusterCase(
            "one Deployment",
            .rolling(deployment: "shop"),
            .service("shop"),
            [Shop.deployment("shop", track: nil), Shop.service("shop", track: nil)]
        ),
        ClusterCase(
            "one autoscaled Deployment",
            .rolling(deployment: "shop"),
            .service("shop"),
            [Shop.deployment("shop", track: nil), Shop.service("shop", track: nil)],
            autoscaled: ["shop"]
        ),
    ]

    private static let blue = KubernetesFleet(deployment: "shop-blue")
    private static let green = KubernetesFleet(deployment: "shop-green")
    /// Two Deployments with a label that tells them apart; the second one to be made, or there with a still older
    /// image.
    private static func pair(_ one: String, _ two: String, isSecondThere: Bool) -> [JSON] {
        func track(_ name: String) -> String { String(name.split(separator: "-")[1]) }
        var objects = [Shop.deployment(one, track: track(one))]
        if isSecondThere {
            objects.append(
                Shop.deployment(two, track: track(two), image: "registry.example.com/shop:1.3.0", replicas: 0)
            )
        }
        return objects + [
            Shop.service("admin", ["app": "shop"]), Shop.service(one, track: track(one)),
            Shop.service(two, track: track(two)),
        ]
    }

    static let blueGreen: [ClusterCase] = [true, false].flatMap { isThere -> [ClusterCase] in
        let fleets = pair("shop-blue", "shop-green", isSecondThere: isThere)
        let words = isThere ? "green is there" : "green is to be made"
        let route = Shop.httpRoute([Shop.rule("/", [Shop.backend("shop-blue", nil)])])
        let bothRoute = Shop.httpRoute([
            Shop.rule("/admin", [Shop.backend("admin", nil)]),
            Shop.rule("/", [Shop.backend("shop-blue", 1), Shop.backend("shop-green", 0)]),
        ])
        let preview = Shop.service("shop-preview", track: "blue")
        let services = Array(fleets.prefix { $0["kind"] == "Deployment" }) + [Shop.service("shop", track: "blue")]
        func layout(_ front: KubernetesLayout.Switch, preview: String? = nil) -> KubernetesLayout {
            .blueGreen(blue: blue, green: green, front: front, preview: preview)
        }
        return [
            ClusterCase("Service, \(words)", layout(.service(name: "shop")), .service("shop"), services),
            ClusterCase(
                "Service with preview, \(words)",
                layout(.service(name: "shop"), preview: "shop-preview"),
                .service("shop"),
                services + [preview]
            ),
            ClusterCase(
                "Service with blue autoscaled, \(words)",
                layout(.service(name: "shop")),
                .service("shop"),
                services,
                autoscaled: ["shop-blue"]
            ),
            ClusterCase(
                "Ingress, \(words)",
                layout(.ingress(name: "shop")),
                .ingress("shop"),
                fleets + [Shop.ingress("shop-blue")]
            ),
            ClusterCase(
                "Ingress with preview, \(words)",
                layout(.ingress(name: "shop"), preview: "shop-preview"),
                .ingress("shop"),
                fleets + [Shop.ingress("shop-blue"), preview]
            ),
            ClusterCase(
                "HTTPRoute of one backend, \(words)",
                layout(.httpRoute(name: "shop", rule: nil)),
                .httpRoute("shop"),
                fleets + [Shop.gateway, route]
            ),
            ClusterCase(
                "HTTPRoute of two backends, \(words)",
                layout(.httpRoute(name: "shop", rule: 1)),
                .httpRoute("shop"),
                fleets + [Shop.gateway, bothRoute]
            ),
        ]
    }

    private static let stableFleet = KubernetesFleet(deployment: "shop-stable")
    private static let canaryFleet = KubernetesFleet(deployment: "shop-canary")

    private static func canaries(_ isThere: Bool, autoscaled: [String] = []) -> [ClusterCase] {
        let fleets = pair("shop-stable", "shop-canary", isSecondThere: isThere)
        let words =
            (isThere ? "canary is there" : "canary is to be made") + (autoscaled.isEmpty ? "" : ", stable autoscaled")
        func make(_ title: String, _ front: KubernetesLayout.Weights, _ door: Front, _ objects: [JSON]) -> ClusterCase {
            ClusterCase(
                "\(title), \(words)",
                .canary(stable: stableFleet, canary: canaryFleet, front: front),
                door,
                fleets + objects,
                autoscaled: autoscaled
            )
        }
        let weightless = Shop.virtualService([["route": [Shop.destination("shop-stable.default.svc", nil)]]])
        let routes = Shop.virtualService([
            ["name": "admin", "match": [["uri": ["prefix": "/admin"]]], "route": [Shop.destination("admin", nil)]],
            ["name": "main", "route": [Shop.destination("shop-stable", 100), Shop.destination("shop-canary", 0)]],
        ])
        let alone = Shop.httpRoute([Shop.rule("/", [Shop.backend("shop-stable", nil)])])
        let third = Shop.httpRoute([
            Shop.rule("/shop", [Shop.backend("shop-stable", 100)]),
            Shop.rule("/", [Shop.backend("shop-stable", 7), Shop.backend("shop-canary", 0)]),
        ])
        return [
            make(
                "HTTPRoute of one backend",
                .httpRoute(name: "shop", rule: nil),
                .httpRoute("shop"),
                [Shop.gateway, alone]
            ),
            make(
                "HTTPRoute with a rule of ours",
                .httpRoute(name: "shop", rule: 1),
                .httpRoute("shop"),
                [Shop.gateway, third]
            ),
            make(
                "HTTPRoute with several rules",
                .httpRoute(name: "shop", rule: nil),
                .httpRoute("shop"),
                [Shop.gateway, third]
            ),
            make("ingress-nginx", .ingress(name: "shop"), .ingress("shop"), [Shop.ingress("shop-stable")]),
            make(
                "VirtualService without weights",
                .virtualService(name: "shop", route: nil),
                .virtualService("shop"),
                [weightless]
            ),
            make(
                "VirtualService with a route of ours",
                .virtualService(name: "shop", route: "main"),
                .virtualService("shop"),
                [routes]
            ),
        ]
    }

    /// Canaries whose front shares by weight and header.
    static let canary: [ClusterCase] =
        canaries(true) + canaries(false) + [canaries(false, autoscaled: ["shop-stable"])[0]]

    /// Those that have one rule of ours, which a header rule can be made from.
    static let canaryWithHeaders = canary.filter { !$0.testDescription.hasPrefix("HTTPRoute with several rules") }

    /// Canaries whose shares are numbers of replicas.
    static let ratio: [ClusterCase] = [(true, 4), (false, 1), (false, 6)].map {
        isThere,
        replicas in
        var fleets = pair("shop-stable", "shop-canary", isSecondThere: isThere)
        fleets[0][path: "spec", "replicas"] = JSON(replicas)
        let layout = KubernetesLayout.canary(
            stable: stableFleet,
            canary: canaryFleet,
            front: .replicaRatio(service: "shop")
        )
        return ClusterCase(
            "\(replicas) replicas, canary \(isThere ? "is there" : "is to be made")",
            layout,
            .service("shop"),
            fleets + [Shop.service("shop", track: nil)]
        )
    }
}
