import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwayModel
import Testing

@testable import SlipwayAppService

@Suite("What App Service answers") struct ReplyTests {
    private func answer(_ cassette: Cassette, _ number: Int) throws -> JSON {
        guard case .response(let response) = cassette.interactions[number].outcome else { return .null }
        return try JSON(parsing: response.bytes)
    }

    @Test("given a recorded site when it is read then a prepared and a finished swap are seen")
    func swaps() throws {
        guard let cassette = try AzureData.cassette("test_webapp_slot_swap") else { return }
        let prepared = try #require(AppServiceReplies.site(try answer(cassette, 22)))
        #expect(prepared.targetSwapSlot == "staging" && prepared.swap == nil && prepared.isRunning)
        #expect(!prepared.isLinux && !prepared.isContainer && prepared.tier == "Standard")
        #expect(prepared.host == "slot-swap-web000003.azurewebsites.net")
        #expect(prepared.scmHost == "slot-swap-web000003.scm.azurewebsites.net")
        let swapped = try #require(AppServiceReplies.site(try answer(cassette, 32)))
        #expect(swapped.targetSwapSlot == nil && swapped.swap?.source == "staging")
        #expect(swapped.swap?.date == Timestamp(rfc3339: "2024-04-26T19:52:37.611Z"))
        let config = try #require(AppServiceReplies.config(try answer(cassette, 13)))
        #expect(config.rules.isEmpty && config.image == nil && !config.hasAuthentication)
        #expect(AppServiceReplies.slotNames(try answer(cassette, 18)).all == ["s1"])
    }

    @Test("given a recorded plan and image when they are read then tier and image are known")
    func container() throws {
        guard let cassette = try AzureData.cassette("test_container_webapp_docker_image_name") else { return }
        let plan = AppServiceReplies.plan(try answer(cassette, 1))
        #expect(plan.tier == "Basic" && !plan.hasSlots && plan.workers == 1)
        let site = try #require(AppServiceReplies.site(try answer(cassette, 6)))
        #expect(site.isLinux && site.isContainer)
        #expect(AppServiceReplies.config(try answer(cassette, 17))?.image == "nginx")
    }

    @Test("given recorded rules when they are read then they are whole")
    func rules() throws {
        guard let cassette = try AzureData.cassette("test_traffic_routing") else { return }
        let config = try #require(AppServiceReplies.config(try answer(cassette, 13)))
        let rule = RampRule(try #require(config.rules.first))
        #expect(rule.name == "staging" && rule.percent == 15)
        #expect(rule.host == "slot-traffic-web000003-staging.azurewebsites.net")
    }

    @Test("given recorded and published deployments when they are read then what runs is told from what does not")
    func deployments() throws {
        guard let cassette = try AzureData.cassette("test_one_deploy_scm") else { return }
        let deployment = try #require(KuduDeployment(try answer(cassette, 16)))
        #expect(deployment.id == "81f0f280-7aca-4abd-9425-e0bc81f7fc25" && !deployment.isOver && !deployment.isDone)
        #expect(AppServiceReplies.runtime(try answer(cassette, 17)) == .going("BuildInProgress"))
        #expect(AppServiceReplies.runtime(try answer(cassette, 21)) == .running)
        guard let bytes = AzureData.text("rest-api-examples/GetSiteDeploymentStatusSlot.json") else { return }
        let example = try JSON(parsing: bytes)
        let body = try #require(example["responses"]?["202"]?["body"])
        #expect(AppServiceReplies.runtime(body) == .going("RuntimeStarting"))
    }

    @Test("given an application that does not start when its status is read then its words are told")
    func failed() throws {
        let json = try JSON(
            parsing: #"{"properties":{"status":"RuntimeFailed","numberOfInstancesFailed":2,"errors":[{"#
                + #""extendedCode":"04915","message":"it exits"}]}}"#
        )
        #expect(AppServiceReplies.runtime(json) == .failed("RuntimeFailed, 2 instances failed: it exits"))
        #expect(AppServiceReplies.runtime([:]) == .unknown("no status"))
    }

    @Test("given differences when they are read then no value is kept")
    func differences() throws {
        let element = try JSON(
            parsing: #"{"properties":{"level":"Error","settingType":"AppSetting","diffRule":"X","settingName":"KEY","#
                + #""valueInCurrentSlot":"secret-1","valueInTargetSlot":"secret-2","description":"secret-3"}}"#
        )
        let found = try #require(AppServiceReplies.differences([element]).first)
        #expect(found.isError && found.words == "AppSetting KEY (X)")
        #expect(!"\(found)".contains("secret"))
    }

    @Test(
        "given an image when it is read as a release then its version is its tag",
        arguments: [
            ("registry.example.com:5000/shop:2.4.1", "2.4.1"), ("nginx", "nginx"),
            ("shop@sha256:0123", "shop@sha256:0123"),
        ]
    )
    func versions(_ image: String, _ version: String) {
        #expect(Content.image(image).release?.version == version)
    }

    @Test("given what a plan keeps when it is read back then it is the same")
    func snapshots() {
        let marker = Marker(version: "v1", sha256: "ab", deployment: "d-1")
        let contents: [Content] = [
            .image("a/b:1"), .package(deployment: "d-1", marker: marker), .package(deployment: nil, marker: nil),
            .composed,
        ]
        for content in contents { #expect(Content(content.json) == content) }
        var memory = Memory()
        (memory.attempts, memory.deployment, memory.isClearing) = (2, "d-1", true)
        var intent = Memory.Intent(fence: 7, notBefore: Timestamp(milliseconds: 5), swapped: nil)
        (intent.sent, intent.isBlind) = (Timestamp(milliseconds: 6), true)
        memory.intent = intent
        #expect(Memory(memory.token) == memory)
        #expect(Memory().token == nil)
    }

    @Test("given the log of a container when it is read then only lines after the change that tell of trouble count")
    func logs() {
        let start = Timestamp(rfc3339: "2026-01-01T00:00:10Z") ?? Timestamp(milliseconds: 0)
        let old = "2026-01-01T00:00:05.123Z ERROR - Image pull failed: old"
        let new = "2026-01-01T00:00:15.123Z ERROR - Container shop didn't respond to HTTP pings on port: 80"
        #expect(ContainerLog.trouble(in: old, since: start) == nil)
        #expect(ContainerLog.trouble(in: "\(old)\n\(new)\n2026-01-01T00:00:20Z INFO - bye", since: start) == new)
        let origin = Origin(scheme: "https", host: "shop.scm.example.net")
        let list: JSON = [
            ["lastUpdated": "2", "href": "https://shop.scm.example.net/api/vfs/b"],
            ["lastUpdated": "3", "href": "https://evil.example.com/api/vfs/c"],
            ["lastUpdated": "1", "href": "https://shop.scm.example.net/api/vfs/a"],
        ]
        #expect(ContainerLog.newest(list, on: origin) == "/api/vfs/b")
    }
}
