import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

@Suite("Front Door and Traffic Manager")
struct FrontTests {
    private static let root = "/subscriptions/\(AzureWorld.Seed.subscription)/resourceGroups/shop-rg/providers/"

    private func cloud() -> Cloud {
        Cloud { seed in
            seed.sites = [.init("shop-eu", image: "shop:1"), .init("shop-eu2", image: "shop:2")]
            let legs: [AzureWorld.Seed.Leg] = [
                .init("eu", .site("shop-eu"), weight: 90), .init("eu2", .site("shop-eu2"), weight: 10),
            ]
            seed.frontDoors = [.init("edge", originGroup: "shop", origins: legs)]
            seed.trafficProfiles = [.init("shop-tm", endpoints: legs)]
        }
    }

    @Test("given an origin's weight, when it is changed, then it is accepted first, and true at the edge much later")
    func frontDoor() throws {
        var cloud = cloud()
        let path = Self.root + "Microsoft.Cdn/profiles/edge/originGroups/shop/origins/eu2"
        #expect(cloud.send(.get, path, version: "2024-02-01").json?["properties"]?["weight"] == 10)
        let answer = cloud.send(.patch, path, ["properties": ["weight": 90]], version: "2024-02-01")
        #expect(answer.status == 202)
        let address = try #require(HTTPField.Name("Azure-AsyncOperation").flatMap { answer.headers[$0] })
        let first = cloud.send(.get, address, bytes: nil).json
        #expect(first?["status"] == "InProgress")
        #expect(first?["error"]?["code"] == "None")
        cloud.wait(21)
        #expect(cloud.send(.get, address, bytes: nil).json?["status"] == "Succeeded")
        #expect(cloud.world.shares(ofFrontDoor: "edge").share(of: "shop:2") == 0.1)
        cloud.wait(600)
        #expect(cloud.world.shares(ofFrontDoor: "edge").share(of: "shop:2") == 0.5)
    }

    @Test("given a weight of nothing, when it is written, then it is refused; a disabled origin gets nothing")
    func disabled() {
        var cloud = cloud()
        let path = Self.root + "Microsoft.Cdn/profiles/edge/originGroups/shop/origins/eu2"
        #expect(cloud.send(.patch, path, ["properties": ["weight": 0]], version: "2024-02-01").status == 400)
        #expect(
            cloud.send(.patch, path, ["properties": ["enabledState": "Disabled"]], version: "2024-02-01").status == 202
        )
        cloud.wait(1000)
        #expect(cloud.world.shares(ofFrontDoor: "edge").releases == ["shop:1": 1])
    }

    @Test("given an endpoint's weight, when it is changed, then half of the clients go by the old one for a while")
    func trafficManager() {
        var cloud = cloud()
        let path = Self.root + "Microsoft.Network/trafficManagerProfiles/shop-tm"
        #expect(
            cloud.send(.get, path, version: "2022-04-01").json?["properties"]?["trafficRoutingMethod"] == "Weighted"
        )
        let body: JSON = ["properties": ["weight": 90]]
        #expect(cloud.send(.patch, path + "/azureEndpoints/eu2", body, version: "2022-04-01").status == 200)
        #expect(cloud.world.shares(ofTrafficManager: "shop-tm").share(of: "shop:2") == 0.3)
        cloud.wait(61)
        #expect(cloud.world.shares(ofTrafficManager: "shop-tm").share(of: "shop:2") == 0.5)
        let wrong: JSON = ["properties": ["weight": 1001]]
        #expect(cloud.send(.patch, path + "/azureEndpoints/eu2", wrong, version: "2022-04-01").status == 400)
    }
}
