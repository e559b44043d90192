import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

@Suite("Sites, slots and what runs in them")
struct SiteTests {
    @Test("given a new image, when it is written, then nothing answers until it has started")
    func image() throws {
        var cloud = Cloud()
        let host = try #require(cloud.world.slot("staging", of: "shop")?.host)
        #expect(cloud.visit(host).text == "shop:2\n")
        let body: JSON = ["properties": ["linuxFxVersion": "DOCKER|shop:3"]]
        #expect(cloud.send(.patch, "/sites/shop/slots/staging/config/web", body).status == 200)
        #expect(cloud.visit(host).status == 503)
        cloud.wait(30)
        #expect(cloud.visit(host, "/healthz?x=1").text == "shop:3\n")
    }

    @Test("given restarts that overlap, when a new image is written, then the old one answers until the new one does")
    func overlap() {
        var cloud = Cloud { $0.timings.restartsOverlap = true }
        cloud.world.failures = [AppServiceFailure(.crash, release: "shop:4")]
        func write(_ image: String) {
            let body: JSON = ["properties": ["linuxFxVersion": .string("DOCKER|" + image)]]
            #expect(cloud.send(.patch, "/sites/shop/config/web", body).status == 200)
        }
        write("shop:3")
        #expect(cloud.world.shares(of: "shop").releases == ["shop:1": 1])
        cloud.wait(30)
        #expect(cloud.world.shares(of: "shop").releases == ["shop:3": 1])
        write("shop:4")
        #expect(cloud.world.shares(of: "shop").releases == ["shop:3": 1])
        cloud.wait(231)
        #expect(cloud.world.shares(of: "shop").failed == 1, "the platform gives up on what does not start")
    }

    @Test(
        "given what goes wrong with an image, when it is started, then the slot's host tells",
        arguments: [
            (AppServiceFailure.Kind.imagePull, 503), (.crash, 503), (.neverHealthy, 503), (.status(500), 500),
            (.slow(.seconds(100)), 503),
        ]
    )
    func failures(_ kind: AppServiceFailure.Kind, _ status: Int) throws {
        var cloud = Cloud { $0.failures = [AppServiceFailure(kind, release: "shop:3")] }
        let body: JSON = ["properties": ["linuxFxVersion": "DOCKER|shop:3"]]
        #expect(cloud.send(.patch, "/sites/shop/slots/staging/config/web", body).status == 200)
        cloud.wait(60)
        #expect(cloud.visit(try #require(cloud.world.slot("staging", of: "shop")?.host)).status == status)
    }

    @Test("given the same value, when it is written again, then nothing restarts")
    func unchanged() {
        var cloud = Cloud()
        let body: JSON = ["properties": ["linuxFxVersion": "DOCKER|shop:1", "windowsFxVersion": .null]]
        #expect(cloud.send(.patch, "/sites/shop/config/web", body).status == 200)
        #expect(cloud.world.shares(of: "shop").failed == 0)
    }

    @Test("given several containers, when the main one's image is written, then that is what runs")
    func containers() {
        var cloud = Cloud { $0.sites[0].slots[0].content = .containers(main: "main", image: "shop:2") }
        #expect(cloud.world.slot("staging", of: "shop")?.release == "shop:2")
        let body: JSON = ["properties": ["image": "shop:3", "isMain": true, "targetPort": "80"]]
        let path = "/sites/shop/slots/staging/sitecontainers/main"
        #expect(cloud.send(.put, path, body).status == 200)
        #expect(cloud.send(.get, path).json?["properties"]?["image"] == "shop:3")
        #expect(cloud.world.slot("staging", of: "shop")?.release == "shop:3")
        #expect(cloud.send(.get, "/sites/shop/slots/staging/sitecontainers/nope").status == 404)
    }

    @Test(
        "given a plan of a lower tier, when a slot is made, then it is refused",
        arguments: ["Free", "Shared", "Basic"]
    )
    func tiers(_ tier: String) {
        var cloud = Cloud { $0.plans[0].tier = tier }
        let answer = cloud.send(.put, "/sites/shop/slots/green", ["location": "West Europe", "properties": [:]])
        #expect(answer.status == 409)
        #expect(answer.json?["Message"]?.string?.contains("'\(tier)' SKU") == true)
    }

    @Test("given no configuration, when a slot is made, then it is production's; an empty one is empty")
    func cloned() {
        var cloud = Cloud()
        #expect(cloud.send(.put, "/sites/shop/slots/green", ["properties": [:]]).status == 200)
        #expect(cloud.world.slot("green", of: "shop")?.release == "shop:1")
        #expect(cloud.send(.put, "/sites/shop/slots/blue", ["properties": ["siteConfig": [:]]]).status == 200)
        #expect(cloud.world.slot("blue", of: "shop")?.release == "empty")
        #expect(cloud.send(.delete, "/sites/shop/slots/blue").status == 200)
        #expect(cloud.send(.delete, "/sites/shop/slots/blue").status == 204)
        #expect(cloud.world.slots(of: "shop") == ["production", "staging", "green"])
    }

    @Test("given host names, when two slots have like names, then nobody could have guessed them")
    func hosts() throws {
        let cloud = Cloud()
        let host = try #require(cloud.world.slot("staging", of: "shop")?.host)
        #expect(host.hasPrefix("shop-staging-"))
        #expect(host != "shop-staging.azurewebsites.net")
        #expect(cloud.world.slot("staging", of: "shop")?.kuduHost.contains(".scm.") == true)
    }

    @Test("given more slots than a page has, when they are listed, then the next page is on the same host")
    func pages() throws {
        var cloud = Cloud { seed in
            for name in ["a", "b", "c"] { seed.sites[0].slots.append(.init(name, content: .image("shop:1"))) }
        }
        let first = try cloud.json(.get, "/sites/shop/slots")
        #expect(first["value"]?.array?.count == 3)
        let next = try #require(first["nextLink"]?.string)
        let second = cloud.send(.get, next, bytes: nil).json
        #expect(second?["value"]?.array?.count == 1)
        #expect(second?["nextLink"] == .null)
    }

    @Test("given sticky names, when they are read and written, then they belong to production and are replaced whole")
    func stickyNames() throws {
        var cloud = Cloud()
        let path = "/sites/shop/config/slotConfigNames"
        #expect(try cloud.json(.get, path)["properties"]?["appSettingNames"] == .null)
        _ = try cloud.json(.put, path, ["properties": ["appSettingNames": ["level"]]])
        #expect(try cloud.json(.get, path)["properties"]?["appSettingNames"] == ["level"])
        #expect(cloud.send(.get, "/sites/shop/slots/staging/config/slotConfigNames").status == 404)
        #expect(cloud.send(.get, "/sites/shop/config/appsettings").status == 405, "secrets need a POST")
    }

    @Test("given two slots that differ, when the differences are asked for, then they are told by level")
    func differences() throws {
        var cloud = Cloud { seed in
            seed.sites[0].settings = ["color": "red", "level": "prod"]
            seed.sites[0].slots[0].settings = ["color": "blue"]
            seed.sites[0].stickySettings = ["level"]
            seed.sites[0].blockingDifferences = ["VnetName"]
        }
        let found = try cloud.json(.post, "/sites/shop/slots/staging/slotsdiffs", swapBody)["value"]?.array ?? []
        let levels = Dictionary(
            uniqueKeysWithValues: found.compactMap { entry in
                (entry["properties"]?["settingName"]?.string).map { ($0, entry["properties"]?["level"]?.string) }
            }
        )
        #expect(
            levels == [
                "VnetName": "Error", "LinuxFxVersion": "Information", "color": "Information", "level": "Warning",
            ]
        )
    }

    @Test("given a site that is locked, when it is written to, then it is 429 with the code of the lock, and later not")
    func lock() {
        var cloud = Cloud()
        cloud.world.lock(site: "shop", for: .seconds(30))
        let answer = cloud.send(.post, "/sites/shop/restart")
        #expect(answer.status == 429)
        #expect(answer.json?["Details"]?[2]?["ErrorEntity"]?["ExtendedCode"] == "59206")
        cloud.wait(31)
        #expect(cloud.send(.post, "/sites/shop/restart").status == 200)
    }

    @Test("given answers for labs, when a site is asked for, then the keys that clients look at are there")
    func terse() throws {
        var cloud = Cloud { $0.isTerse = true }
        let site = try cloud.json(.get, "/sites/shop")
        #expect(site["properties"]?["hostNameSslStates"]?.array?.count == 2)
        #expect(site["properties"]?["siteConfig"]?["linuxFxVersion"] == "DOCKER|shop:1")
        #expect(try cloud.json(.get, "/sites/shop/config/web")["properties"]?["siteAuthEnabled"] == false)
        #expect(site.bytes.count < 2500)
    }
}
