import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("What each layout can do, and what it says where it cannot") struct CapabilityTests {
    private static let stable = KubernetesFleet(deployment: "shop-stable")
    private static let canary = KubernetesFleet(deployment: "shop-canary")
    private static let ratio = KubernetesLayout.canary(
        stable: stable,
        canary: canary,
        front: .replicaRatio(service: "shop")
    )

    private func lines(_ observation: Observation) -> [String] {
        [Feature.rolling, .batch, .blueGreen, .weights, .headers, .candidateScale].map { feature in
            switch observation.capabilities[feature] {
            case .exact: "\(feature): exact"
            case .approximated(let name, let why, let differs): "\(feature): \(name), because \(why): \(differs)"
            case .impossible(let why, let instead): "\(feature): no, \(why); \(instead)"
            }
        }
    }

    private let oneDeployment =
        "no, the target names one Deployment; `strategy: { rolling: {} }`, or name two fleets (`stable:` and `canary:`, or `blue:` and `green:`)"
    private let twoColours =
        "no, the target names a blue and a green fleet; `strategy: { blueGreen: {} }`, or name `deployment:` or `stable:` and `canary:`"
    private let twoTracks =
        "no, the target names a stable and a canary fleet; `strategy: { canary: … }`, or name `deployment:` or `blue:` and `green:`"

    @Test("given one Deployment when it is looked at then it can be replaced and nothing else")
    func rolling() async throws {
        #expect(
            lines(try await Rig(Rig.rolling).provider.observe()) == [
                "rolling: exact", "batch: exact", "blueGreen: \(oneDeployment)", "weights: \(oneDeployment)",
                "headers: \(oneDeployment)", "candidateScale: \(oneDeployment)",
            ]
        )
    }

    @Test("given a rollout under way when it is looked at then the target is not settled and what is missing is said")
    func unsettled() async throws {
        let rig = try Rig(Rig.rolling, readyAfter: .seconds(60))
        #expect(try await rig.provider.observe().isSettled)
        #expect(try await rig.provider.observe().warnings == [])
        _ = try await rig.ask(.replacedInPlace(release: Rig.new, batch: Batch()), try await rig.context())
        #expect(
            try await rig.provider.observe().warnings
                == ["Deployment shop is not settled: its controller has not seen the last change."]
        )
        rig.time.advance(by: .seconds(20))
        let seen = try await rig.provider.observe()
        #expect(!seen.isSettled)
        #expect(
            seen.warnings == [
                "Deployment shop is not settled: 2 of 4 replicas run the last change, 3 of 4 replicas are available."
            ]
        )
        let plan = try await rig.plan(RollingStrategy())
        #expect(plan.steps.map(\.id) == ["settle"])
        try await rig.run(plan)
        #expect(try await rig.provider.observe().isSettled)
        #expect(try await rig.plan(RollingStrategy()).steps == [])
    }

    @Test("given a Deployment that recreates when it is looked at then rolling is an approximation by that name")
    func recreate() async throws {
        let rig = try Rig(Rig.rolling) { world in
            world.edit("deployments/shop", ["spec": ["strategy": ["type": "Recreate", "rollingUpdate": .null]]])
        }
        let said =
            "recreate, because Deployment shop has the strategy Recreate: all replicas stop before new ones start"
        #expect(lines(try await rig.provider.observe()).prefix(2) == ["rolling: \(said)", "batch: \(said)"])
    }

    @Test("given two colours when they are looked at then one can be switched for the other and nothing else")
    func blueGreen() async throws {
        #expect(
            lines(try await Rig(Rig.blueGreen).provider.observe()) == [
                "rolling: \(twoColours)", "batch: \(twoColours)", "blueGreen: exact", "weights: \(twoColours)",
                "headers: \(twoColours)", "candidateScale: \(twoColours)",
            ]
        )
    }

    @Test("given a canary with a router when it is looked at then it shares by weight and header")
    func router() async throws {
        let fronts: [KubernetesLayout.Weights] = [
            .httpRoute(name: "shop", rule: nil), .ingress(name: "shop"), .virtualService(name: "shop", route: nil),
        ]
        for front in fronts {
            let layout = KubernetesLayout.canary(stable: Self.stable, canary: Self.canary, front: front)
            #expect(
                lines(try await Rig(layout).provider.observe()) == [
                    "rolling: \(twoTracks)", "batch: \(twoTracks)", "blueGreen: \(twoTracks)", "weights: exact",
                    "headers: exact", "candidateScale: exact",
                ]
            )
        }
    }

    @Test("given a canary without a router when it is looked at then weights are approximated by replicas, by name")
    func replicas() async throws {
        let rig = try Rig(Self.ratio)
        let instead = "`httpRoute`, `ingress` or `virtualService`"
        #expect(
            lines(try await rig.provider.observe()).suffix(3) == [
                "weights: replicaRatio, because there is no router, so replicas stand for weights: "
                    + "weights are rounded to whole replicas and hold for connections, not requests",
                "headers: no, there is no router; \(instead)",
                "candidateScale: no, replicas are the weights here; \(instead)",
            ]
        )
        let failure = await #expect(throws: PlanFailure.self) {
            try await rig.plan(CanaryStrategy(steps: [.setWeight(9)]))
        }
        #expect(
            failure?.summary
                == "seoul: canary is only approximated here (there is no router, so replicas stand for weights: weights are "
                + "rounded to whole replicas and hold for connections, not requests); accept it with "
                + "`accept: [replicaRatio]`, or choose another strategy."
        )
    }

    @Test(
        "given replicas as weights when an autoscaler owns those of either fleet then it is impossible",
        arguments: ["stable", "canary"]
    )
    func autoscaled(_ fleet: String) async throws {
        let rig = try Rig(Self.ratio) { world in
            var other = world.object(.deployment, "shop-stable") ?? [:]
            other["metadata"] = ["name": "shop-canary"]
            other["status"] = nil
            other[path: "spec", "replicas"] = 0
            other[path: "spec", "selector", "matchLabels", "fleet"] = "shop-canary"
            other[path: "spec", "template", "metadata", "labels", "fleet"] = "shop-canary"
            try world.seed(other)
            try world.seed(SeedAutoscaler("a", deployment: "shop-\(fleet)", least: 1, most: 9))
        }
        #expect(
            lines(try await rig.provider.observe())[3]
                == "weights: no, an autoscaler owns the replicas that would be the weights; `httpRoute`, `ingress` or `virtualService`"
        )
    }

    @Test("given a canary that takes production already when it is looked at then a new one is refused with what to do")
    func busy() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        try await rig.bring(.routed(percent: 25, release: Rig.new), context)
        #expect(
            lines(try await rig.provider.observe())[3]
                == "weights: no, the canary fleet already takes 25% of production; the former release first: finish or abort it, "
                + "or route everything to the stable fleet, then try again"
        )
    }

    @Test(
        "given several containers when none is named then the sentence lists them, and a wrong name is met by the nearest"
    )
    func containers() async throws {
        func rig(_ container: String?, _ names: [String]) throws -> Rig {
            try Rig(Rig.rolling, container: container) { world in
                let containers = names.map { name -> JSON in
                    ["name": .string(name), "image": .string("example.test/\(name):1.0")]
                }
                world.edit("deployments/shop", ["spec": ["template": ["spec": ["containers": .array(containers)]]]])
            }
        }
        func sentence(_ container: String?, _ names: [String]) async throws -> String? {
            let rig = try rig(container, names)
            return await #expect(throws: ProviderFailure.self) { try await rig.provider.observe() }?.summary
        }
        #expect(
            try await sentence(nil, ["web", "proxy"])
                == "Deployment shop has the containers web, proxy; say which one carries the release with `container:`."
        )
        #expect(
            try await sentence("wen", ["web", "proxy"])
                == "Deployment shop has no container “wen” (it has web, proxy); did you mean “web”?"
        )
        #expect(
            try await rig("proxy", ["web", "proxy"]).provider.observe().live?.artifact.description
                == "example.test/proxy:1.0"
        )
        #expect(
            try await rig(nil, ["web", "shop"]).provider.observe().live?.artifact.description == "example.test/shop:1.0"
        )
    }

    @Test(
        "given an image when its release is named then it is the mark, the label or the tag",
        arguments: [
            ("registry.example.com:5000/shop:1.4.0", "1.4.0"),
            ("registry.example.com:5000/shop", "registry.example.com:5000/shop"),
            ("shop@sha256:abc", "shop@sha256:abc"),
        ]
    )
    func versions(_ image: String, _ version: String) async throws {
        let rig = try Rig(Rig.rolling) { world in
            let container: JSON = ["name": "shop", "image": .string(image)]
            world.edit("deployments/shop", ["spec": ["template": ["spec": ["containers": [container]]]]])
        }
        #expect(try await rig.provider.observe().live?.version == version)
        rig.edit(
            "deployments/shop",
            ["spec": ["template": ["metadata": ["labels": ["app.kubernetes.io/version": "v7"]]]]]
        )
        #expect(try await rig.provider.observe().live?.version == "v7")
        rig.edit("deployments/shop", ["metadata": ["annotations": ["slipway.dev/version": "seven"]]])
        #expect(try await rig.provider.observe().live?.version == "seven")
    }

    @Test("given a plan when it is outlined then each step names the calls it will make")
    func outline() async throws {
        let rig = try Rig(Rig.canary)
        let testers = HeaderMatch(name: "x-tester", value: "yes")
        let plan = try await rig.plan(CanaryStrategy(steps: [.setHeaderRoute([testers]), .setWeight(20)]))
        let calls = plan.outlined(by: rig.provider).steps.flatMap(\.calls)
        #expect(
            calls == [
                "POST or PATCH deployments/shop-canary: 1 × registry.example.com/shop:1.5.0",
                "WATCH deployments/shop-canary until every replica is available",
                "PATCH httproutes/shop: requests with x-tester to shop-canary",
                "POST or PATCH deployments/shop-canary: 1 × registry.example.com/shop:1.5.0",
                "WATCH deployments/shop-canary until every replica is available",
                "PATCH httproutes/shop: shop-stable 80, shop-canary 20",
                "GET httproutes/shop until Accepted and ResolvedRefs hold for it",
                "POST or PATCH deployments/shop-canary: 4 × registry.example.com/shop:1.5.0",
                "WATCH deployments/shop-canary until every replica is available",
                "PATCH httproutes/shop: shop-stable 0, shop-canary 100",
                "GET httproutes/shop until Accepted and ResolvedRefs hold for it",
                "PATCH deployments/shop-stable: image registry.example.com/shop:1.5.0",
                "WATCH deployments/shop-stable until every replica is available",
                "PATCH httproutes/shop: shop-stable 100, shop-canary 0",
                "GET httproutes/shop until Accepted and ResolvedRefs hold for it",
                "PATCH httproutes/shop: no header routing",
                "DELETE deployments/shop-canary",
            ]
        )
    }
}
