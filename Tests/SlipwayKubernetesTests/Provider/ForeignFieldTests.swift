import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("What is not ours survives") struct ForeignFieldTests {
    /// An object without what servers and controllers keep on it, and without our own annotations.
    private func bare(_ object: JSON?) -> JSON {
        guard var object else { return .null }
        object["status"] = nil
        for key in ["resourceVersion", "generation", "managedFields", "uid", "creationTimestamp"] {
            object[path: "metadata", key] = nil
        }
        let annotations = (object[path: "metadata", "annotations"]?.object?.members ?? []).filter {
            !$0.key.hasPrefix("slipway.dev/") && $0.key != "deployment.kubernetes.io/revision"
        }
        object[path: "metadata", "annotations"] = .object(JSONObject(annotations.map { ($0.key, $0.value) }))
        return object
    }

    private func everything(_ rig: Rig) -> [String: JSON] {
        let kinds: [ResourceKind] = [.deployment, .service, .ingress, .httpRoute, .virtualService]
        var all: [String: JSON] = [:]
        for kind in kinds {
            for object in rig.transport.world.objects(kind) {
                all["\(kind) \(object[path: "metadata", "name"]?.string ?? "")"] = bare(object)
            }
        }
        return all
    }

    private let foreign: JSON = [
        "metadata": ["annotations": ["team": "checkout"], "labels": ["owner": "someone"]]
    ]

    /// Gives the rule of ours a name, a filter and a time-out, and puts rules of others around it.
    private func furnish(_ world: inout KubernetesWorld) {
        var rule = world.object(.httpRoute, "shop")?[path: "spec", "rules"]?[0] ?? [:]
        rule["filters"] = [
            ["type": "RequestHeaderModifier", "requestHeaderModifier": ["set": [["name": "x-shop", "value": "1"]]]]
        ]
        let mirror: JSON = [
            "matches": [
                [
                    "path": ["type": "Exact", "value": "/health"], "method": "GET",
                    "headers": [["name": "env", "value": "prod"]],
                ]
            ],
            "filters": [["type": "URLRewrite", "urlRewrite": ["hostname": "other.example.test"]]],
            "backendRefs": [["name": "elsewhere", "port": 80, "weight": 3]],
        ]
        world.edit("httproutes/shop", ["spec": ["rules": [mirror, rule, mirror]]])
        world.edit("httproutes/shop", foreign)
    }

    private let elsewhere: JSON = [
        "apiVersion": "v1", "kind": "Service", "metadata": ["name": "elsewhere"],
        "spec": ["selector": ["app": "elsewhere"], "ports": [["port": 80]]],
    ]

    @Test(
        "given a route with rules and filters of others when a canary runs there and back then every object is as it was"
    )
    func route() async throws {
        let rig = try Rig(Rig.canary) { world in
            try world.seed(elsewhere)
            furnish(&world)
            for name in ["shop-stable"] { world.edit("deployments/\(name)", foreign) }
        }
        rig.time.advance(by: .seconds(5))
        let before = everything(rig)
        let testers = HeaderMatch(name: "x-tester", value: "yes")
        let plan = try await rig.plan(CanaryStrategy(steps: [.setHeaderRoute([testers]), .setWeight(50)]))
        try await rig.run(plan)
        let promoted = rig.object(.httpRoute, "shop")
        #expect(bare(promoted) == before["httpRoute shop"])
        #expect(rig.object(.deployment, "shop-stable")?[path: "metadata", "annotations", "team"] == "checkout")
        #expect(rig.image(of: "shop-stable") == "registry.example.com/shop:1.5.0")
        for step in plan.steps.reversed() { for action in step.undo { try await rig.bring(action, plan.context) } }
        #expect(everything(rig) == before)
    }

    @Test("given a Service with more keys in its selector when it is switched there and back then they are kept")
    func service() async throws {
        let rig = try Rig(Rig.blueGreen) { world in
            world.edit("services/shop", foreign)
            world.edit("services/shop", ["spec": ["sessionAffinity": "ClientIP"]])
        }
        let before = everything(rig)
        let plan = try await rig.plan(BlueGreenStrategy(disposal: .scaleDown))
        try await rig.run(plan)
        let service = rig.object(.service, "shop")
        #expect(service?[path: "spec", "selector"] == ["app": "shop", "fleet": "shop-green"])
        #expect(service?[path: "spec", "sessionAffinity"] == "ClientIP")
        for step in plan.steps.reversed() { for action in step.undo { try await rig.bring(action, plan.context) } }
        #expect(everything(rig) == before)
    }

    @Test("given an Ingress with annotations and paths of others when a canary runs there and back then they are kept")
    func ingress() async throws {
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "shop-stable"),
            canary: KubernetesFleet(deployment: "shop-canary"),
            front: .ingress(name: "shop")
        )
        let rig = try Rig(layout) { world in
            world.edit("ingresses/shop", foreign)
            world.edit("ingresses/shop", ["metadata": ["annotations": ["nginx.ingress.kubernetes.io/limit-rps": "5"]]])
        }
        let before = everything(rig)
        let plan = try await rig.plan(CanaryStrategy(steps: [.setWeight(20)]))
        try await rig.bring(.staged(release: Rig.new, scale: .full), plan.context)
        try await rig.bring(.routed(percent: 20, release: Rig.new), plan.context)
        let canary = rig.object(.ingress, "shop-canary")?[path: "metadata", "annotations"]
        #expect(canary?["nginx.ingress.kubernetes.io/canary-weight"] == "20")
        #expect(canary?["nginx.ingress.kubernetes.io/limit-rps"] == nil)
        #expect(bare(rig.object(.ingress, "shop")) == before["ingress shop"])
        try await rig.run(plan, andBack: true)
        #expect(everything(rig) == before)
    }

    @Test("given a rolling release with bounds when it is taken back then the bounds are those from before")
    func bounds() async throws {
        let rig = try Rig(Rig.rolling) { world in
            let bounds: JSON = ["maxSurge": "50%", "maxUnavailable": 0]
            world.edit("deployments/shop", ["spec": ["strategy": ["rollingUpdate": bounds]]])
            world.edit("deployments/shop", foreign)
        }
        let before = everything(rig)
        let plan = try await rig.plan(RollingStrategy(maxSurge: .count(1), maxUnavailable: .percent(10)))
        try await rig.run(plan)
        let now = rig.object(.deployment, "shop")?[path: "spec", "strategy", "rollingUpdate"]
        #expect(now == ["maxSurge": 1, "maxUnavailable": "10%"])
        for step in plan.steps.reversed() { for action in step.undo { try await rig.bring(action, plan.context) } }
        #expect(everything(rig) == before)
    }

    @Test(
        "given an autoscaled stable fleet when a canary runs then its replicas are never written, and the canary follows its size"
    )
    func autoscaled() async throws {
        let rig = try Rig(Rig.canary) { world in
            try world.seed(SeedAutoscaler("shop", deployment: "shop-stable", least: 2, most: 20))
        }
        rig.transport.before { call, _ in
            let isStable = call.request.words == "PATCH deployments/shop-stable"
            if isStable, call.request.json?[path: "spec", "replicas"] != nil { Issue.record("replicas were written") }
            return nil
        }
        let observation = try await rig.provider.observe()
        #expect(observation.warnings == ["shop-stable is autoscaled: its number of replicas is left alone."])
        let plan = try await rig.plan(CanaryStrategy(steps: [.setWeight(50)]))
        rig.transport.withWorld { $0.autoscale("shop", to: 8) }
        rig.time.advance(by: .seconds(20))
        #expect(try await rig.provider.observe().fingerprint == observation.fingerprint)
        try await rig.bring(.staged(release: Rig.new, scale: .percent(50)), plan.context)
        #expect(rig.object(.deployment, "shop-canary")?[path: "spec", "replicas"] == 4)
        try await rig.run(plan, andBack: true)
        #expect(rig.object(.deployment, "shop-stable")?[path: "spec", "replicas"] == 8)
    }

    @Test("given an autoscaled idle canary of some size when the plan is taken back then its autoscaler keeps its size")
    func autoscaledCanary() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        rig.transport.withWorld { world in
            try? world.seed(SeedAutoscaler("canary", deployment: "shop-canary", least: 2, most: 9))
            world.autoscale("canary", to: 6)
        }
        rig.time.advance(by: .seconds(20))
        let again = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .percent(25)), again)
        try await rig.bring(.unstaged(release: Rig.new), again)
        #expect(rig.object(.deployment, "shop-canary")?[path: "spec", "replicas"] == 6)
    }
}
