import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

@Suite("Swapping slots")
struct SwapTests {
    @Test("given a warm slot, when it is swapped, then the address changes at every poll and routing is switched once")
    func plain() throws {
        var cloud = Cloud()
        let before = cloud.now
        let accepted = cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody)
        #expect(accepted.status == 202)
        #expect(accepted.headers[.retryAfter] == "15")
        #expect(accepted.body.isEmpty)
        let answers = cloud.follow(accepted)
        #expect(answers.last?.status == 200)
        #expect(answers.last?.json?["name"] == "shop/staging")
        #expect(Set(answers.dropLast().map { $0.headers[.location] }).count == answers.count - 1)
        let site = try cloud.json(.get, "/sites/shop")["properties"]
        #expect(site?["slotSwapStatus"]?["destinationSlotName"] == "Production")
        #expect(site?["slotSwapStatus"]?["sourceSlotName"] == "staging")
        let time = try #require(Timestamp(rfc3339: site?["slotSwapStatus"]?["timestampUtc"]?.string ?? ""))
        #expect(time > before)
        #expect(site?["siteConfig"]?["linuxFxVersion"] == "DOCKER|shop:2")
        #expect(cloud.world.slot("staging", of: "shop")?.release == "shop:1")
        #expect(cloud.world.shares(of: "shop").releases == ["shop:2": 1])
    }

    @Test("given a swap that was done, when it is asked for again, then the old release is back: it is a toggle")
    func toggle() throws {
        var cloud = Cloud()
        for release in ["shop:2", "shop:1"] {
            _ = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
            cloud.wait(60)
            #expect(cloud.world.slot(of: "shop")?.release == release)
        }
    }

    @Test("given sticky settings, when slots are swapped, then these stay and the others move")
    func sticky() throws {
        var cloud = Cloud { seed in
            seed.sites[0].settings = ["color": "red", "level": "prod"]
            seed.sites[0].slots[0].settings = ["color": "blue", "level": "test"]
            seed.sites[0].stickySettings = ["level"]
        }
        _ = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
        let production = try cloud.json(.post, "/sites/shop/config/appsettings/list")["properties"]
        let staging = try cloud.json(.post, "/sites/shop/slots/staging/config/appsettings/list")["properties"]
        #expect(production == ["color": "blue", "level": "prod"])
        #expect(staging == ["color": "red", "level": "test"])
    }

    @Test("given what never answers, when it is swapped, then the operation ends with 417 and nothing has changed")
    func neverHealthy() throws {
        var cloud = Cloud { $0.failures = [AppServiceFailure(.neverHealthy, release: "shop:2")] }
        let answers = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
        let last = try #require(answers.last)
        #expect(last.status == 417)
        #expect(last.json?["Message"]?.string?.contains("did not respond to http ping") == true)
        #expect(cloud.now - Cloud.start >= .seconds(1200))
        let site = try cloud.json(.get, "/sites/shop")["properties"]
        #expect(site?["slotSwapStatus"] == .null)
        #expect(cloud.world.shares(of: "shop").releases == ["shop:1": 1])
        #expect(cloud.world.slot("staging", of: "shop")?.preparedFor == nil)
    }

    @Test("given a status that counts as warm, when what runs answers another one, then the swap waits in vain")
    func warmStatuses() {
        var cloud = Cloud { seed in
            seed.failures = [AppServiceFailure(.status(500), release: "shop:2")]
            seed.sites[0].slots[0].settings = ["WEBSITE_SWAP_WARMUP_PING_STATUSES": "200,202"]
        }
        #expect(cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody)).last?.status == 417)
        var lenient = Cloud { $0.failures = [AppServiceFailure(.status(500), release: "shop:2")] }
        #expect(
            lenient.follow(lenient.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody)).last?.status == 200
        )
    }

    @Test("given machines that changed, when it is swapped, then the operation ends with 400 and may be tried again")
    func allocation() {
        var cloud = Cloud { $0.failures = [AppServiceFailure(.allocation, times: 1)] }
        let first = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
        #expect(first.last?.status == 400)
        let second = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
        #expect(second.last?.status == 200)
    }

    @Test("given a swap under way, when anything is written, then another operation is in progress")
    func busy() {
        var cloud = Cloud()
        _ = cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody)
        for (method, path) in [("POST", "slotsswap"), ("POST", "restart"), ("POST", "applySlotConfig")] {
            let answer = cloud.send(.init(method) ?? .post, "/sites/shop/slots/staging/\(path)", swapBody)
            #expect(answer.status == 409)
            #expect(answer.code == "Conflict")
            #expect(answer.json?["Message"]?.string?.contains("another operation is in progress") == true)
            #expect(answer.json?["Details"]?[2]?["ErrorEntity"]?["ExtendedCode"] == "59205")
        }
        #expect(cloud.send(.patch, "/sites/shop/config/web", ["properties": ["alwaysOn": false]]).status == 409)
        #expect(cloud.send(.get, "/sites/shop").status == 200)
    }

    @Test("given a stopped slot, when it is swapped, then it is refused before anything begins")
    func stopped() {
        var cloud = Cloud()
        #expect(cloud.send(.post, "/sites/shop/slots/staging/stop").status == 200)
        #expect(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody).status == 409)
        #expect(cloud.world.swaps.isEmpty)
    }

    @Test("given an address that was given out long ago, when it is asked, then it is gone; the newest one is not")
    func oldAddress() throws {
        var cloud = Cloud { $0.failures = [AppServiceFailure(.slow(.seconds(600)), release: "shop:2")] }
        let first = cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody)
        let url = try #require(first.headers[.location])
        #expect(url.utf8.count > 2500)
        var newest = url
        for _ in 0..<10 {
            cloud.wait(15)
            newest = try #require(cloud.send(.get, newest, bytes: nil).headers[.location])
        }
        #expect(cloud.send(.get, url, bytes: nil).status == 404)
        #expect(cloud.send(.get, newest, bytes: nil).status == 202)
        #expect(cloud.world.swaps[0].outdatedPolls == 0)
    }

    @Test("given a swap without effect, when its operation has ended well, then the timestamp has not moved")
    func withoutEffect() throws {
        var cloud = Cloud { $0.failures = [AppServiceFailure(.swapWithoutEffect, times: 1)] }
        let answers = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
        #expect(answers.last?.status == 200)
        #expect(try cloud.json(.get, "/sites/shop")["properties"]?["slotSwapStatus"] == .null)
        #expect(cloud.world.slot(of: "shop")?.release == "shop:1")
    }

    @Test("given no slot of that name, or no target, when it is swapped, then the refusal says which")
    func unknown() {
        var cloud = Cloud()
        #expect(cloud.send(.post, "/sites/shop/slots/nope/slotsswap", swapBody).code == "ResourceNotFound")
        #expect(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", ["targetSlot": "nope"]).status == 404)
        #expect(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", [:]).status == 400)
    }
}
