import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

@Suite("Swapping with a preview")
struct PreviewTests {
    private func cloud() -> Cloud {
        Cloud { seed in
            seed.sites[0].settings = ["level": "prod"]
            seed.sites[0].slots[0].settings = ["level": "test"]
            seed.sites[0].stickySettings = ["level"]
        }
    }

    @Test("given a preview, when it is asked for, then production names the slot, which restarts with its settings")
    func applied() throws {
        var cloud = cloud()
        let answer = cloud.send(.post, "/sites/shop/slots/staging/applySlotConfig", swapBody)
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
        #expect(try cloud.json(.get, "/sites/shop")["properties"]?["targetSwapSlot"] == "staging")
        let settings = try cloud.json(.post, "/sites/shop/slots/staging/config/appsettings/list")
        #expect(settings["properties"]?["level"] == "prod")
        #expect(cloud.world.slot("staging", of: "shop")?.isReady == false)
        cloud.wait(60)
        #expect(cloud.world.slot("staging", of: "shop")?.isReady == true)
    }

    @Test("given a pending preview, when it is swapped, then the preview is completed and nothing is pending")
    func completed() throws {
        var cloud = cloud()
        _ = cloud.send(.post, "/sites/shop/slots/staging/applySlotConfig", swapBody)
        cloud.wait(60)
        _ = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
        let site = try cloud.json(.get, "/sites/shop")["properties"]
        #expect(site?["targetSwapSlot"] == .null)
        #expect(site?["slotSwapStatus"]?["sourceSlotName"] == "staging")
        #expect(cloud.world.slot(of: "shop")?.release == "shop:2")
        #expect(cloud.world.slot("staging", of: "shop")?.settings["level"] == "test")
    }

    @Test(
        "given a pending preview, when it is reset, then the slot has its own settings back, whoever is named",
        arguments: ["/sites/shop", "/sites/shop/slots/staging"]
    )
    func reset(_ path: String) throws {
        var cloud = cloud()
        _ = cloud.send(.post, "/sites/shop/slots/staging/applySlotConfig", swapBody)
        #expect(cloud.send(.post, path + "/resetSlotConfig").status == 200)
        #expect(try cloud.json(.get, "/sites/shop")["properties"]?["targetSwapSlot"] == .null)
        #expect(cloud.world.slot("staging", of: "shop")?.settings["level"] == "test")
        #expect(cloud.send(.post, path + "/resetSlotConfig").status == 200, "without a preview nothing happens")
    }

    @Test("given a pending preview, when the slot is written to, then it cannot be changed")
    func blocked() {
        var cloud = cloud()
        _ = cloud.send(.post, "/sites/shop/slots/staging/applySlotConfig", swapBody)
        let answer = cloud.send(
            .patch,
            "/sites/shop/slots/staging/config/web",
            ["properties": ["linuxFxVersion": "DOCKER|shop:3"]]
        )
        #expect(answer.status == 409)
        #expect(answer.json?["Message"]?.string?.contains("prepared for swap") == true)
    }

    @Test("given a site with authentication, when a preview is asked for, then it is refused")
    func authentication() {
        var cloud = Cloud { $0.sites[0].hasAuthentication = true }
        let answer = cloud.send(.post, "/sites/shop/slots/staging/applySlotConfig", swapBody)
        #expect(answer.status == 409)
        #expect(answer.json?["Message"]?.string?.contains("site authentication") == true)
    }
}
