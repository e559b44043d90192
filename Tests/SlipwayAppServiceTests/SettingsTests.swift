import SlipwayAppService
import SlipwayAzure
import SlipwayBase
import SlipwayConfig
import Testing

@Suite("The appService section") struct SettingsTests {
    private static let head = "subscription: 11111111-1111-1111-1111-111111111111, resourceGroup: shop-rg"

    private func read(_ section: String) throws -> AppServiceSettings {
        let node = try ConfigNode.parse(text: section, file: "slipway.yaml")
        return try ConfigReader.decode(node) { AppServiceSettings(reading: $0) }
    }

    private static let door = FrontSettings(
        .frontDoor(originGroup: "shop"),
        profile: "edge",
        stable: "eu",
        candidate: "eu2"
    )

    @Test(
        "given a good section when it is read then its layout is the one that its names say",
        arguments: [
            ("site: shop", AppServiceLayout.site(name: "shop")),
            ("site: shop, slot: staging", .slot(site: "shop", name: "staging")),
            (
                "stable: shop-eu, canary: shop-eu2, frontDoor: "
                    + "{ profile: edge, originGroup: shop, stableOrigin: eu, canaryOrigin: eu2 }",
                .pair(stable: "shop-eu", canary: "shop-eu2", front: door)
            ),
        ]
    )
    func good(_ names: String, _ layout: AppServiceLayout) throws {
        #expect(try read("{ \(Self.head), \(names) }").layout == layout)
    }

    @Test("given every key when the section is read then each has its value")
    func everything() throws {
        let settings = try read(
            """
            subscription: AAAAAAAA-1111-1111-1111-111111111111
            tenant: 22222222-2222-2222-2222-222222222222
            resourceGroup: shop-rg
            site: shop
            slot: staging
            createSlot: true
            container: main
            artifact: bundle
            warmUp: { path: /healthz, statuses: [200, 204], successes: 2 }
            swap: { preview: true, timeout: 40m }
            autoRamp: true
            routingCookieTail: 1h
            lock: { container: https://shopstate.blob.core.windows.net/locks, duration: 3m }
            cloud: AzureUSGovernment
            credential: managedIdentity
            """
        )
        #expect(settings.scope.subscription == "aaaaaaaa-1111-1111-1111-111111111111")
        #expect(settings.scope.tenant == "22222222-2222-2222-2222-222222222222")
        #expect(settings.scope.cloud == "AzureUSGovernment" && settings.scope.credential == .managedIdentity)
        #expect(settings.createSlot && settings.autoRamp && settings.hasPreview)
        #expect(settings.container == "main" && settings.artifact == .bundle)
        #expect(settings.warmUp.path == "/healthz" && settings.warmUp.statuses == [200, 204])
        #expect(settings.warmUp.successes == 2)
        #expect(settings.swapTimeout == .seconds(2400) && settings.routingCookieTail == .seconds(3600))
        #expect(settings.lock?.description == "https://shopstate.blob.core.windows.net/locks")
        #expect(settings.lockSeconds == 180)
    }

    @Test("given the keys that must be there when nothing else is then the rest has its usual value")
    func usual() throws {
        let settings = try read("{ \(Self.head), site: shop, slot: staging }")
        #expect(settings.warmUp == AppServiceSettings.WarmUp() && settings.artifact == .image)
        #expect(settings.swapTimeout == .seconds(2100) && settings.routingCookieTail == .zero)
        #expect(settings.lock == nil && settings.lockSeconds == 120 && settings.scope.cloud == nil)
        #expect(!settings.createSlot && !settings.autoRamp && !settings.hasPreview)
    }

    @Test(
        "given a section that is wrong when it is read then the mistake is named",
        arguments: [
            ("{ subscription: shop, resourceGroup: rg, site: shop }", "a GUID, such as"),
            ("{ resourceGroup: rg, site: shop }", "subscription"),
            ("{ \(head) }", "must name its `site`, or two sites"),
            ("{ \(head), site: shop, stable: a1, canary: b1 }", "not both"),
            ("{ \(head), site: -shop }", "the name of a site"),
            ("{ \(head), site: shop, slot: production }", "a slot beside production"),
            ("{ \(head), site: shop, slot: a/b }", "the name of a slot"),
            ("{ \(head), site: shop, slots: staging }", "did you mean \"slot\"?"),
            ("{ \(head), site: shop, createSlot: true }", "`createSlot` belongs to `slot`"),
            ("{ \(head), stable: a1, canary: b1 }", "`frontDoor` or `trafficManager`"),
            ("{ \(head), stable: a1 }", "must name both `stable` and `canary`"),
            ("{ \(head), stable: a1, canary: A1, trafficManager: {} }", "two different sites"),
            ("{ \(head), stable: a1, canary: b1, slot: s1 }", "`slot` belongs to `site`"),
            ("{ \(head), site: shop, frontDoor: {} }", "`frontDoor` belongs to `stable` and `canary`"),
            ("{ \(head), site: shop, warmUp: { path: healthz } }", "a path, such as /healthz"),
            ("{ \(head), site: shop, warmUp: { path: //evil.example.com } }", "a path, such as /healthz"),
            ("{ \(head), site: shop, warmUp: { statuses: [200, 99] } }", "an HTTP status from 100 to 599"),
            ("{ \(head), site: shop, warmUp: { successes: 0 } }", "from 1 to 10"),
            ("{ \(head), site: shop, slot: s1, swap: { timeout: 5s } }", "a duration from"),
            ("{ \(head), site: shop, lock: { container: http://shop.example.com/locks } }", "https address"),
            ("{ \(head), site: shop, lock: { container: \"https://a.example.com/locks?sig=abc\" } }", "no query"),
            ("{ \(head), site: shop, lock: {} }", "container"),
            ("{ \(head), site: shop, cloud: AzureGermanCloud }", "AzureUSGovernment"),
            ("{ \(head), site: shop, credential: browser }", "azureCLI"),
        ]
    )
    func bad(_ section: String, _ words: String) {
        #expect { try read(section) } throws: { "\($0)".contains(words) }
    }
}
