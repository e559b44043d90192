import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

@Suite("Routing a share to a slot")
struct RoutingTests {
    /// A cloud with this share for the slot.
    private func cloud(_ percent: Double, more: JSON = [:]) throws -> Cloud {
        var cloud = Cloud()
        try route(percent, in: &cloud, more: more)
        return cloud
    }

    private func route(_ percent: Double?, in cloud: inout Cloud, more: JSON = [:]) throws {
        var rules: [JSON] = []
        if let percent {
            let host = try #require(cloud.world.slot("staging", of: "shop")?.host)
            var rule = more
            rule["actionHostName"] = .string(host)
            rule["reroutePercentage"] = .double(percent)
            rule["name"] = "staging"
            rules = [rule]
        }
        let body: JSON = ["properties": ["experiments": ["rampUpRules": .array(rules)]]]
        let answer = cloud.send(.patch, "/sites/shop/config/web", body)
        #expect(answer.status == 200)
        #expect(answer.json?["type"] == "Microsoft.Web/sites", "a PATCH answers with the site's own id and type")
        #expect(answer.json?["id"]?.string?.hasSuffix("/sites/shop") == true)
    }

    @Test("given a rule, when it is written, then its share goes to the slot and other settings stay")
    func shares() throws {
        var cloud = try cloud(20)
        let config = try cloud.json(.get, "/sites/shop/config/web")["properties"]
        #expect(config?["linuxFxVersion"] == "DOCKER|shop:1")
        #expect(config?["experiments"]?["rampUpRules"]?[0]?["reroutePercentage"] == 20.0)
        #expect(config?["routingRules"] == config?["experiments"]?["rampUpRules"])
        #expect(cloud.world.shares(of: "shop").releases == ["shop:1": 0.8, "shop:2": 0.2])
        #expect(cloud.world.rules(of: "shop") == ["staging": 20])
    }

    @Test("given a rule for a host that is no slot, when it is written, then its share fails")
    func wrongHost() {
        var cloud = Cloud()
        let rule: JSON = [
            "actionHostName": "shop-staging.azurewebsites.net", "reroutePercentage": 100.0, "name": "staging",
        ]
        let body: JSON = ["properties": ["experiments": ["rampUpRules": [rule]]]]
        #expect(cloud.send(.patch, "/sites/shop/config/web", body).status == 200)
        #expect(cloud.world.shares(of: "shop").failed == 1)
    }

    @Test("given a share that was taken away, when an hour has not passed, then the clients it had are pinned")
    func pinned() throws {
        var cloud = try cloud(20)
        try route(nil, in: &cloud)
        #expect(cloud.world.shares(of: "shop").releases == ["shop:1": 1])
        #expect(cloud.world.shares(of: "shop").pinned == ["shop:2": 0.2])
        cloud.wait(3601)
        #expect(cloud.world.shares(of: "shop").pinned.isEmpty)
    }

    @Test(
        "given visitors, when a rule gives a fifth to the slot, then about a fifth comes there, and stays by its cookie"
    )
    func visitors() throws {
        var cloud = try cloud(20)
        let host = try #require(cloud.world.slot(of: "shop")?.host)
        var answers: [String: Int] = [:]
        for _ in 0..<500 { answers[cloud.visit(host).text, default: 0] += 1 }
        #expect((70...130).contains(answers["shop:2\n"] ?? 0))
        #expect(answers.count == 2)
        #expect(cloud.visit(host, cookie: "x-ms-routing-name=staging").text == "shop:2\n")
        #expect(cloud.visit(host, cookie: "x-ms-routing-name=self").text == "shop:1\n")
        try route(nil, in: &cloud)
        let pinned = cloud.visit(host, cookie: "a=b; x-ms-routing-name=staging")
        #expect(pinned.text == "shop:2\n", "a rule that is gone moves nobody")
        #expect(pinned.headers[.setCookie]?.contains("x-ms-routing-name=staging") == true)
    }

    @Test("given a rule that raises itself, when its intervals pass, then the share grows up to its most")
    func ramp() throws {
        let steps: JSON = ["changeStep": 15, "changeIntervalInMinutes": 2, "maxReroutePercentage": 50]
        var cloud = try cloud(10, more: steps)
        var seen: [Double] = []
        for _ in 0..<5 {
            cloud.wait(120)
            seen.append(cloud.world.rules(of: "shop")["staging"] ?? 0)
        }
        #expect(seen == [25, 40, 50, 50, 50])
    }

    @Test("given shares of more than the whole, or rules without a name, when they are written, then they are refused")
    func invalid() {
        var cloud = Cloud()
        let pairs: [(JSON, JSON)] = [("a", 60), ("b", 60), ("c", -1), (.null, 10)]
        for chosen in [[pairs[0], pairs[1]], [pairs[2]], [pairs[3]], [pairs[0], pairs[0]]] {
            let rules = chosen.map { name, share -> JSON in ["name": name, "reroutePercentage": share] }
            let body: JSON = ["properties": ["experiments": ["rampUpRules": .array(rules)]]]
            #expect(cloud.send(.patch, "/sites/shop/config/web", body).status == 400)
        }
        #expect(cloud.world.rules(of: "shop").isEmpty)
    }
}
