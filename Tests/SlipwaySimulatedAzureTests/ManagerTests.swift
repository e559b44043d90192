import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

@Suite("Azure Resource Manager")
struct ManagerTests {
    private static let url = "https://management.azure.com\(Cloud.root)/sites/shop?api-version=2023-12-01"

    @Test("given no token or a wrong one, when a call is made, then it is 401 and says why")
    func tokens() {
        var cloud = Cloud()
        func code(_ authorization: String) -> String? {
            let answer = cloud.send(.get, Self.url, bytes: nil, headers: [.authorization: authorization])
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer ") == true)
            return answer.code
        }
        #expect(code("Basic abc") == "AuthenticationFailed")
        #expect(code("Bearer abc") == "InvalidAuthenticationToken")
        let storage = cloud.world.issueToken(for: "https://storage.azure.com/").reveal()
        #expect(code("Bearer \(storage)") == "InvalidAuthenticationTokenAudience")
        let short = cloud.world.issueToken(life: .seconds(10)).reveal()
        cloud.wait(11)
        #expect(code("Bearer \(short)") == "ExpiredAuthenticationToken")
        let request = Request(
            .get,
            Origin(scheme: "https", host: "management.azure.com"),
            "/subscriptions?api-version=2022-12-01"
        )
        #expect(cloud.world.respond(to: request, at: cloud.now).code == "AuthenticationFailed")
    }

    @Test(
        "given a challenge for claims, when the token was asked for without them, then they are named, else it is good"
    )
    func challenge() throws {
        var cloud = Cloud()
        let claims = #"{"access_token":{"nbf":{"essential":true}}}"#
        cloud.world.demand(claims: claims)
        let answer = cloud.send(.get, Self.url, bytes: nil)
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate]?.contains("error=\"insufficient_claims\", claims=\"") == true)
        var form =
            "grant_type=client_credentials&client_id=\(AzureWorld.Seed.client)&client_secret=simulated-client-secret"
        form += "&scope=https%3A%2F%2Fmanagement.azure.com%2F%2F.default&claims=" + claims.replacing("\"", with: "%22")
        let token = cloud.token(form).json?["access_token"]?.string ?? ""
        #expect(cloud.send(.get, Self.url, bytes: nil, headers: [.authorization: "Bearer \(token)"]).status == 200)
    }

    @Test(
        "given something that is not there, when it is asked for, then the refusal says what: subscription, group or resource"
    )
    func absent() {
        var cloud = Cloud()
        #expect(cloud.send(.get, "/subscriptions/nope?x=1").code == "SubscriptionNotFound")
        let group = Cloud.root.replacing("shop-rg", with: "nope")
        #expect(
            cloud.send(.get, group.replacing("/providers", with: "//providers") + "/sites/shop").code
                == "ResourceGroupNotFound"
        )
        let missing = cloud.send(.get, "/sites/nope")
        #expect(missing.status == 404)
        #expect(missing.code == "ResourceNotFound")
        #expect(missing.json?["error"]?["message"]?.string?.contains("Microsoft.Web/sites/nope") == true)
        #expect(cloud.send(.get, "/sites/shop/nonsense").status == 404)
        #expect(cloud.send(.post, "/sites/shop").status == 405)
        #expect(cloud.send(.delete, "/serverfarms/shop-plan").status == 405)
        #expect(cloud.send(.get, "/nothing/at/all").status == 404)
    }

    @Test("given ids in another case, when they are used, then they name the same")
    func anyCase() {
        var cloud = Cloud()
        let target = Cloud.root.uppercased() + "/SITES/Shop/SLOTS/Staging"
        #expect(
            cloud.send(.get, target.replacing("/SUBSCRIPTIONS", with: "/subscriptions"), version: Cloud.version).status
                == 200
        )
    }

    @Test("given no version of the API, or one that is unknown, when a call is made, then it is refused")
    func versions() {
        var cloud = Cloud()
        let url = "https://management.azure.com\(Cloud.root)/sites/shop"
        #expect(cloud.send(.get, url, bytes: nil).code == "MissingApiVersionParameter")
        #expect(cloud.send(.get, "/sites/shop", version: "1999-01-01").code == "NoRegisteredProviderFound")
        #expect(cloud.send(.get, "/subscriptions", version: "1999-01-01").code == "InvalidApiVersionParameter")
    }

    @Test("given a body that is no JSON, when it is sent, then it is InvalidRequestContent")
    func body() {
        var cloud = Cloud()
        let url = "https://management.azure.com\(Cloud.root)/sites/shop/config/web?api-version=2023-12-01"
        let answer = cloud.send(.patch, url, bytes: Array("{\"properties\":".utf8))
        #expect(answer.status == 400)
        #expect(answer.code == "InvalidRequestContent")
    }

    @Test(
        "given a quota, when it is used up, then it is 429 with a wait, after which there is more; writes have their own"
    )
    func throttling() throws {
        var cloud = Cloud {
            $0.throttling = ARMThrottling(readsMax: 3, readsPerSecond: 0.5, writesMax: 2, writesPerSecond: 1)
        }
        let name = try #require(HTTPField.Name("x-ms-ratelimit-remaining-subscription-reads"))
        let left = (0..<3).map { _ in cloud.send(.get, "/sites/shop").headers[name] }
        #expect(left == ["2", "1", "0"])
        let refused = cloud.send(.get, "/sites/shop")
        #expect(refused.status == 429)
        #expect(refused.headers[.retryAfter] == "2")
        #expect(cloud.send(.post, "/sites/shop/config/appsettings/list").status == 200)
        cloud.wait(2)
        #expect(cloud.send(.get, "/sites/shop").status == 200)
    }

    @Test(
        "given a right that is missing, when the action is tried, then it is AuthorizationFailed and names the action"
    )
    func denied() {
        var cloud = Cloud()
        cloud.world.denied = ["Microsoft.Web/sites/slots/slotsswap/action"]
        let answer = cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody)
        #expect(answer.status == 403)
        #expect(answer.code == "AuthorizationFailed")
        #expect(cloud.send(.get, "/sites/shop").status == 200)
    }

    @Test("given what az asks first, when it is asked, then clouds, subscriptions and groups are told")
    func beginnings() throws {
        var cloud = Cloud()
        let endpoints = cloud.send(.get, "https://127.0.0.1:8443/metadata/endpoints?api-version=2022-09-01", bytes: nil)
            .json
        #expect(endpoints?["resourceManager"] == "https://127.0.0.1:8443/")
        let all = try cloud.json(.get, "/subscriptions")
        #expect(all["value"]?[0]?["tenantId"] == .string(AzureWorld.Seed.tenant))
        #expect(try cloud.json(.get, "/subscriptions/\(AzureWorld.Seed.subscription)")["state"] == "Enabled")
        let group = try cloud.json(.get, "/subscriptions/\(AzureWorld.Seed.subscription)/resourcegroups/SHOP-RG")
        #expect(group["name"] == "shop-rg")
    }

    @Test("given paths of every kind, when they are asked for in every way, then each is answered and nothing breaks")
    func everyPath() {
        var cloud = Cloud { $0.clusters = [.init()] }
        let words = [
            "sites", "shop", "slots", "staging", "config", "web", "appsettings", "list", "slotsswap", "extensions",
            "deploymentStatus", "operationresults", "sitecontainers", "serverfarms", "managedClusters", "shop-aks", "",
            "%2F", "..", "instances", "basicPublishingCredentialsPolicies", "profiles", "originGroups",
        ]
        let providers = [
            "Microsoft.Web", "Microsoft.ContainerService", "Microsoft.Cdn", "Microsoft.Network", "Nonsense.Here",
        ]
        var draw = 7
        func next(_ count: Int) -> Int {
            draw = (draw &* 1_103_515_245 &+ 12_345) & 0x7FFF_FFFF
            return (draw >> 8) % count
        }
        for _ in 0..<3000 {
            var path = "/subscriptions/\(AzureWorld.Seed.subscription)/resourceGroups/shop-rg"
            path += "/providers/" + providers[next(providers.count)]
            for _ in 0..<next(8) { path += "/" + words[next(words.count)] }
            let methods: [HTTPRequest.Method] = [.get, .put, .patch, .post, .delete, .head, .options]
            let bodies: [JSON?] = [nil, [:], [], "text", ["properties": []], ["properties": ["siteConfig": 7]]]
            let method = methods[next(methods.count)]
            let answer = cloud.send(method, path, bodies[next(bodies.count)], version: "2023-12-01")
            #expect((200..<600).contains(answer.status))
            cloud.wait(next(30))
        }
    }
}
