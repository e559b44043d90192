import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("Header routes") struct HeaderRouteTests {
    private let testers = HeaderMatch(name: "X-Tester", value: "yes")

    private func rules(_ rig: Rig) -> [JSON] { rig.object(.httpRoute, "shop")?[path: "spec", "rules"]?.array ?? [] }

    @Test(
        "given a rule that matches a header already when testers are led then one rule is added, and taken away again"
    )
    func ownHeaders() async throws {
        let rig = try Rig(Rig.canary) { world in
            var rule = world.object(.httpRoute, "shop")?[path: "spec", "rules"]?[0] ?? [:]
            rule["matches"] = [
                ["path": ["type": "PathPrefix", "value": "/"], "headers": [["name": "env", "value": "prod"]]]
            ]
            world.edit("httproutes/shop", ["spec": ["rules": [rule]]])
        }
        rig.time.advance(by: .seconds(5))
        let before = rules(rig)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        try await rig.bring(.matched(headers: [testers], release: Rig.new), context)
        #expect(rules(rig).count == 2)
        let headers = rules(rig)[0]["matches"]?[0]?["headers"]?.array ?? []
        #expect(headers.compactMap { $0["name"]?.string } == ["env", "X-Tester"])
        try await rig.bring(.matched(headers: [], release: Rig.new), context)
        #expect(rules(rig) == before)
    }

    @Test("given a header rule when weight is given then only the rule of ours changes, and the index still means it")
    func index() async throws {
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "shop-stable"),
            canary: KubernetesFleet(deployment: "shop-canary"),
            front: .httpRoute(name: "shop", rule: 1)
        )
        let rig = try Rig(layout)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        try await rig.bring(.matched(headers: [testers], release: Rig.new), context)
        try await rig.bring(.routed(percent: 40, release: Rig.new), context)
        let weights = rules(rig).map { $0["backendRefs"]?.array?.compactMap { $0["weight"]?.int } }
        #expect(weights == [[100], [1], [60, 40]])
        try await rig.bring(.matched(headers: [HeaderMatch(name: "x-other", value: "1")], release: Rig.new), context)
        #expect(rules(rig).count == 3)
        #expect(rules(rig)[1]["matches"]?[0]?["headers"]?[0]?["name"] == "x-other")
    }

    @Test("given several headers and comparisons when they are led then each leads there by itself")
    func comparisons() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        let headers = [
            testers, HeaderMatch(name: "x-group", comparison: .prefix, value: "a.b"),
            HeaderMatch(name: "x-id", comparison: .regex, value: "[0-9]+"),
        ]
        try await rig.bring(.matched(headers: headers, release: Rig.new), context)
        let conditions = (rules(rig)[0]["matches"]?.array ?? []).compactMap { $0["headers"]?[0] }
        #expect(
            conditions == [
                ["name": "X-Tester", "type": "Exact", "value": "yes"],
                ["name": "x-group", "type": "RegularExpression", "value": "a\\.b.*"],
                ["name": "x-id", "type": "RegularExpression", "value": "[0-9]+"],
            ]
        )
        let before = rig.writes.count
        try await rig.bring(.matched(headers: headers, release: Rig.new), context)
        #expect(rig.writes.count == before)
        var exact = headers
        exact[2].comparison = .exact
        try await rig.bring(.matched(headers: exact, release: Rig.new), context)
        #expect(rules(rig)[0]["matches"]?[2]?["headers"]?[0]?["type"] == "Exact")
    }

    @Test("given two rules that lead to the fleets when header routing is planned then it is impossible, and said why")
    func twoRules() async throws {
        let rig = try Rig(Rig.canary) { world in
            let rule = world.object(.httpRoute, "shop")?[path: "spec", "rules"]?[0] ?? [:]
            world.edit("httproutes/shop", ["spec": ["rules": [rule, rule]]])
        }
        rig.time.advance(by: .seconds(5))
        let strategy = CanaryStrategy(steps: [.setHeaderRoute([testers]), .setWeight(50)])
        let failure = await #expect(throws: PlanFailure.self) { try await rig.plan(strategy) }
        #expect(
            failure?.summary
                == "seoul: canary is impossible here: 2 rules of HTTPRoute shop lead to the two Services, "
                + "and a header rule is made from one; use `rule:` to name the one that is ours instead."
        )
    }

    @Test(
        "given a VirtualService with routes of others before ours when testers are led then those keep their requests"
    )
    func virtualService() async throws {
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "shop-stable"),
            canary: KubernetesFleet(deployment: "shop-canary"),
            front: .virtualService(name: "shop", route: "main")
        )
        let rig = try Rig(layout) { world in
            var main = world.object(.virtualService, "shop")?[path: "spec", "http"]?[0] ?? [:]
            main["match"] = [["uri": ["prefix": "/shop"]], ["uri": ["prefix": "/cart"]]]
            main["timeout"] = "3s"
            let admin: JSON = [
                "name": "admin", "match": [["uri": ["prefix": "/admin"]]],
                "route": [["destination": ["host": "admin"]]],
            ]
            world.edit("virtualservices/shop", ["spec": ["http": [admin, main]]])
        }
        let before = rig.object(.virtualService, "shop")?["spec"]
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        try await rig.bring(.matched(headers: [testers], release: Rig.new), context)
        let routes = rig.object(.virtualService, "shop")?[path: "spec", "http"]?.array ?? []
        #expect(routes.compactMap { $0["name"]?.string } == ["admin", "slipway-headers", "main"])
        #expect(
            routes[1]["match"] == [
                ["uri": ["prefix": "/shop"], "headers": ["x-tester": ["exact": "yes"]]],
                ["uri": ["prefix": "/cart"], "headers": ["x-tester": ["exact": "yes"]]],
            ]
        )
        #expect(routes[1]["timeout"] == "3s")
        #expect(routes[1]["route"] == [["destination": ["host": "shop-canary"]]])
        try await rig.bring(.routed(percent: 10, release: Rig.new), context)
        try await rig.bring(.routed(percent: 0, release: Rig.new), context)
        try await rig.bring(.unstaged(release: Rig.new), context)
        #expect(rig.object(.virtualService, "shop")?["spec"] == before)
    }

    @Test("given an Ingress when testers are led then one header by value or pattern is what ingress-nginx can do")
    func ingress() async throws {
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "shop-stable"),
            canary: KubernetesFleet(deployment: "shop-canary"),
            front: .ingress(name: "shop")
        )
        let rig = try Rig(layout)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        try await rig.bring(.matched(headers: [testers], release: Rig.new), context)
        func note(_ name: String) -> JSON? {
            rig.object(.ingress, "shop-canary")?[path: "metadata", "annotations"]?[
                "nginx.ingress.kubernetes.io/\(name)"
            ]
        }
        #expect(note("canary-by-header") == "X-Tester" && note("canary-by-header-value") == "yes")
        #expect(note("canary-weight") == "0")
        let failure = await #expect(throws: ProviderFailure.self) {
            try await rig.bring(.matched(headers: [testers, testers], release: Rig.new), context)
        }
        #expect(failure?.kind == .refused)
        try await rig.bring(.matched(headers: [], release: Rig.new), context)
        #expect(note("canary-by-header") == nil && note("canary-by-header-value") == nil)
    }

    @Test("given a canary Ingress whose weights add up to a thousand when weight is given then it is of a thousand")
    func total() async throws {
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "shop-stable"),
            canary: KubernetesFleet(deployment: "shop-canary"),
            front: .ingress(name: "shop")
        )
        let rig = try Rig(layout)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        try await rig.bring(.routed(percent: 20, release: Rig.new), context)
        let total: JSON = ["metadata": ["annotations": ["nginx.ingress.kubernetes.io/canary-weight-total": "1000"]]]
        rig.edit("ingresses/shop-canary", total)
        try await rig.bring(.routed(percent: 20, release: Rig.new), context)
        let annotations = rig.object(.ingress, "shop-canary")?[path: "metadata", "annotations"]
        #expect(annotations?["nginx.ingress.kubernetes.io/canary-weight"] == "200")
        #expect(
            abs(rig.transport.world.traffic(for: .ingress("shop")).share(of: Rig.new.artifact.description) - 0.2)
                < 0.001
        )
    }
}
