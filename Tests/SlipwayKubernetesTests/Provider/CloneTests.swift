import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("A second fleet is made like the first, and takes none of its traffic") struct CloneTests {
    private func deployment(
        _ name: String,
        labels: JSON,
        selector: JSON,
        _ change: (inout JSON) -> Void = { _ in }
    ) -> JSON {
        var deployment: JSON = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": [
                "name": .string(name), "labels": labels,
                "annotations": ["team": "checkout", "kubectl.kubernetes.io/last-applied-configuration": "{}"],
            ],
            "spec": [
                "replicas": 3, "selector": ["matchLabels": selector],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": [
                        "containers": [
                            [
                                "name": "shop", "image": .string(Rig.old), "ports": [["containerPort": 8080]],
                                "resources": ["limits": ["memory": "64Mi"]],
                                "livenessProbe": ["tcpSocket": ["port": 8080]],
                            ],
                            ["name": "proxy", "image": "registry.example.com/proxy:3"],
                        ]
                    ],
                ],
            ],
        ]
        change(&deployment)
        return deployment
    }

    private func service(_ name: String, _ selector: JSON) -> JSON {
        [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)],
            "spec": ["selector": selector, "ports": [["port": 80, "targetPort": 8080]]],
        ]
    }

    /// The provider on a cluster with just these objects.
    private func staged(
        _ layout: KubernetesLayout,
        _ objects: [JSON]
    ) async throws -> (world: KubernetesWorld, candidate: JSON) {
        var seed = KubernetesWorld.Seed()
        seed.objects = objects
        let time = VirtualTime()
        let transport = SimulatedTransport(try KubernetesWorld(seed, at: time.now), time: time)
        let provider = KubernetesProvider(
            target: "seoul",
            layout: layout,
            container: "shop",
            namespace: "default",
            origin: Rig.origin,
            transport: transport,
            time: time
        )
        let before = try await provider.observe()
        let context = PlanContext(target: "seoul", old: before.live, new: Rig.new, snapshot: before.snapshot)
        let call = Call(action: .staged(release: Rig.new, scale: .full), key: "k", context: context, fence: 1)
        for _ in 0..<50 {
            guard case .running(_, let wait, _) = try await provider.advance(call) else { break }
            time.advance(by: wait)
        }
        let world = transport.withWorld { $0 }
        return (world, try #require(world.object(.deployment, layout.candidate)))
    }

    private let layout = KubernetesLayout.blueGreen(
        blue: KubernetesFleet(deployment: "shop-blue"),
        green: KubernetesFleet(deployment: "shop-green"),
        front: .service(name: "shop"),
        preview: nil
    )

    @Test(
        "given labels of any kind when a fleet is made then the Service that leads to the first leads to it alone",
        arguments: [
            // What names the fleet stands in both, in the pods alone, in a bare word, or nowhere at all.
            (["app": "shop", "color": "blue"], ["app": "shop", "color": "blue"], ["app": "shop", "color": "blue"]),
            (["app": "shop-blue", "version": "blue"], ["app": "shop-blue"], ["version": "blue"]),
            (["app": "shop", "color": "blue"], ["app": "shop", "color": "blue"], ["color": "blue"]),
            (["app": "shop", "role": "web"], ["app": "shop"], ["app": "shop"]),
            (["app": "shop", "role": "web"], ["app": "shop"], ["role": "web"]),
            (["app": "shop", "tier": "one"], ["app": "shop", "tier": "one"], ["tier": "one"]),
        ] as [(JSON, JSON, JSON)]
    )
    func apart(_ labels: JSON, _ selector: JSON, _ front: JSON) async throws {
        let (world, green) = try await staged(
            layout,
            [deployment("shop-blue", labels: labels, selector: selector), service("shop", front)]
        )
        let traffic = world.traffic(for: .service("shop"))
        #expect(traffic.images == [Rig.old: 1])
        let matched = green[path: "spec", "selector", "matchLabels"]
        let pods = green[path: "spec", "template", "metadata", "labels"]
        for (key, value) in matched?.object?.members ?? [] { #expect(pods?[key] == value) }
        #expect(matched?.object?.members.contains { labels[$0.key] != $0.value } == true)
        #expect(world.readyPods(of: "shop-blue") == [Rig.old: 3])
        #expect(world.readyPods(of: "shop-green") == ["registry.example.com/shop:1.5.0": 3])
    }

    @Test(
        "given a fleet when another is made like it then probes, resources and the other container come along, and what was applied does not"
    )
    func alike() async throws {
        let labels: JSON = ["app": "shop", "color": "blue"]
        let (_, green) = try await staged(
            layout,
            [deployment("shop-blue", labels: labels, selector: labels), service("shop", labels)]
        )
        let containers = green[path: "spec", "template", "spec", "containers"]
        #expect(containers?[0]?["image"] == "registry.example.com/shop:1.5.0")
        #expect(containers?[0]?[path: "resources", "limits", "memory"] == "64Mi")
        #expect(containers?[0]?[path: "livenessProbe", "tcpSocket", "port"] == 8080)
        #expect(containers?[1]?["image"] == "registry.example.com/proxy:3")
        let annotations = green[path: "metadata", "annotations"]
        #expect(annotations?["team"] == "checkout")
        #expect(annotations?["kubectl.kubernetes.io/last-applied-configuration"] == nil)
        #expect(green[path: "metadata", "labels", "color"] == "green")
    }

    @Test(
        "given affinity to its own pods and to others when a fleet is made then the former speaks of it, the latter is kept"
    )
    func affinity() async throws {
        let labels: JSON = ["app": "shop", "color": "blue"]
        let own: JSON = ["matchLabels": ["app": "shop", "color": "blue"]]
        let expressions: JSON = ["matchExpressions": [["key": "color", "operator": "In", "values": ["blue", "red"]]]]
        let cache: JSON = ["matchLabels": ["app": "cache", "color": "grey"]]
        func terms(_ selectors: [JSON]) -> JSON {
            [
                "requiredDuringSchedulingIgnoredDuringExecution": .array(
                    selectors.map { ["topologyKey": "zone", "labelSelector": $0] }
                )
            ]
        }
        let node: JSON = [
            "preferredDuringSchedulingIgnoredDuringExecution": [
                [
                    "weight": 1,
                    "preference": ["matchExpressions": [["key": "color", "operator": "In", "values": ["blue"]]]],
                ]
            ]
        ]
        let blue = deployment("shop-blue", labels: labels, selector: labels) { deployment in
            deployment[path: "spec", "template", "spec", "affinity"] = [
                "podAntiAffinity": terms([own, expressions]), "podAffinity": terms([cache]), "nodeAffinity": node,
            ]
            deployment[path: "spec", "template", "spec", "topologySpreadConstraints"] = [
                ["maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": own]
            ]
        }
        let (_, green) = try await staged(layout, [blue, service("shop", labels)])
        let spec = green[path: "spec", "template", "spec"]
        let renamed: JSON = ["matchLabels": ["app": "shop", "color": "green"]]
        let expected: JSON = ["matchExpressions": [["key": "color", "operator": "In", "values": ["green", "red"]]]]
        #expect(spec?[path: "affinity", "podAntiAffinity"] == terms([renamed, expected]))
        #expect(spec?[path: "affinity", "podAffinity"] == terms([cache]))
        #expect(spec?[path: "affinity", "nodeAffinity"] == node)
        #expect(spec?["topologySpreadConstraints"]?[0]?["labelSelector"] == renamed)
    }

    @Test(
        "given Services that cannot tell two fleets apart when a target is looked at then it is impossible, and said why"
    )
    func overlapping() async throws {
        let rig = try Rig(Rig.canary) { $0.edit("services/shop-canary", ["spec": ["selector": ["fleet": .null]]]) }
        let failure = await #expect(throws: PlanFailure.self) {
            try await rig.plan(CanaryStrategy(steps: [.setWeight(9)]))
        }
        #expect(
            failure?.summary
                == "seoul: canary is impossible here: Services shop-stable and shop-canary select pods of the other fleet too; "
                + "use Services whose selectors tell the two fleets apart, and try again instead."
        )
    }

    @Test(
        "given a preview Service when green is staged then it leads there, and back where it led when green is taken down"
    )
    func preview() async throws {
        let layout = KubernetesLayout.blueGreen(
            blue: KubernetesFleet(deployment: "shop-blue"),
            green: KubernetesFleet(deployment: "shop-green"),
            front: .service(name: "shop"),
            preview: "preview"
        )
        let rig = try Rig(layout) { $0.edit("services/preview", ["spec": ["selector": ["fleet": "nobody"]]]) }
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        #expect(rig.transport.world.traffic(for: .service("preview")).images == ["registry.example.com/shop:1.5.0": 1])
        try await rig.bring(.unstaged(release: Rig.new), context)
        #expect(rig.object(.service, "preview")?[path: "spec", "selector"] == ["app": "shop", "fleet": "nobody"])
    }

    @Test("given a preview Service that is missing when a target is looked at then it is impossible, and said why")
    func noPreview() async throws {
        let rig = try Rig(Rig.blueGreen)
        let layout = KubernetesLayout.blueGreen(
            blue: KubernetesFleet(deployment: "shop-blue"),
            green: KubernetesFleet(deployment: "shop-green"),
            front: .service(name: "shop"),
            preview: "preview"
        )
        let provider = KubernetesProvider(
            target: "seoul",
            layout: layout,
            namespace: "default",
            origin: Rig.origin,
            transport: rig.transport,
            time: rig.time
        )
        let why = Fidelity.impossible(
            why: "Service preview is not there to preview by",
            instead: "a target without `previewService`"
        )
        #expect(try await provider.observe().capabilities[.blueGreen] == why)
    }
}

extension KubernetesLayout {
    fileprivate var candidate: String {
        switch self {
        case .rolling(let name): name
        case .blueGreen(_, let green, _, _): green.deployment
        case .canary(_, let canary, _): canary.deployment
        }
    }
}
