import SlipwayAppService
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwayStrategies
import Testing

@Suite("What cannot be released, and what to do about it") struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var site = AzureWorld.Seed.Site("shop", image: Rig.formerImage, slots: ["staging"])
        var plan = AzureWorld.Seed.Plan()
        var layout = AppServiceLayout.slot(site: "shop", name: "staging")
        var strategy: any Strategy = BlueGreenStrategy()
        var expected: [String]
        var change: @Sendable (inout AzureWorld, inout AppServiceSettings) -> Void = { _, _ in }
    }

    private static func rules(_ names: String...) -> JSON {
        let rules = names.map { name -> JSON in
            ["actionHostName": "x.example.net", "reroutePercentage": 10.0, "name": .string(name)]
        }
        return ["rampUpRules": .array(rules)]
    }

    static let sites: [Case] = [
        Case(
            testDescription: "no slots in the tier",
            site: .init("shop", image: Rig.formerImage),
            plan: .init(tier: "Basic"),
            expected: ["Basic, which has no slots", "Standard or higher"]
        ),
        Case(
            testDescription: "no such slot",
            layout: .slot(site: "shop", name: "stagin"),
            expected: ["shop has no slot stagin", "`slot: staging`"]
        ),
        Case(
            testDescription: "no slot at all",
            site: .init("shop", image: Rig.formerImage),
            expected: ["shop has no slot staging", "`createSlot: true`"]
        ),
        Case(
            testDescription: "a stopped slot",
            expected: ["shop's slot staging does not run (Stopped)", "az webapp start"],
            change: { world, _ in world.setStopped(true, slot: "staging", of: "shop") }
        ),
        Case(
            testDescription: "a stopped site",
            expected: ["shop does not run (Stopped)", "az webapp start"],
            change: { world, _ in world.setStopped(true, of: "shop") }
        ),
        Case(
            testDescription: "rules of others",
            expected: ["rules already share production (beta 10%)", "az webapp traffic-routing clear"],
            change: { world, _ in world.setConfig("experiments", rules("beta"), of: "shop") }
        ),
        Case(
            testDescription: "a rule of ours that was left",
            strategy: CanaryStrategy(steps: [.setWeight(10)]),
            expected: ["rules already share production (staging 10%)", "finishing the release"],
            change: { world, _ in world.setConfig("experiments", rules("staging"), of: "shop") }
        ),
        Case(
            testDescription: "a slot that swaps by itself",
            expected: ["swapped with production by itself", "auto-swap --disable"],
            change: { world, _ in world.setConfig("autoSwapSlotName", "production", slot: "staging", of: "shop") }
        ),
        Case(
            testDescription: "a preview in a container",
            expected: ["without a preview", "`swap: { preview: false }`"],
            change: { $1.hasPreview = true }
        ),
        Case(
            testDescription: "differences that App Service refuses",
            site: {
                var site = AzureWorld.Seed.Site("shop", image: Rig.formerImage, slots: ["staging"])
                site.blockingDifferences = ["StorageMount"]
                return site
            }(),
            expected: ["would not swap shop's slot staging", "StorageMount"]
        ),
        Case(
            testDescription: "a slot of another kind",
            site: .init(
                "shop",
                content: .image(Rig.formerImage),
                slots: [.init("staging", content: .bundle("v1"))]
            ),
            expected: ["not of one kind", "createSlot: true"]
        ),
        Case(
            testDescription: "rolling that is not accepted",
            strategy: RollingStrategy(),
            expected: ["replaces a container in place by restarting it", "accept: [inPlaceRestart]"]
        ),
        Case(
            testDescription: "rolling in batches",
            strategy: RollingStrategy(maxUnavailable: .count(1)),
            expected: ["restarts instances as it sees fit"]
        ),
        Case(
            testDescription: "rolling of a zip",
            site: Rig.zips().0,
            strategy: RollingStrategy(),
            expected: ["nothing to go back to", "with a `slot`"]
        ),
        Case(
            testDescription: "blue-green without a slot",
            layout: .site(name: "shop"),
            expected: ["names no slot", "names a `slot`"]
        ),
        Case(
            testDescription: "headers",
            strategy: CanaryStrategy(steps: [.setHeaderRoute([.init(name: "x", value: "1")]), .setWeight(10)]),
            expected: ["not by headers"]
        ),
        Case(
            testDescription: "a size of its own",
            strategy: CanaryStrategy(steps: [.setCanaryScale(.replicas(1)), .setWeight(10)]),
            expected: ["has no size of its own", "without `setCanaryScale`"]
        ),
    ]

    @Test(
        "given a site that cannot do it when it is planned then the sentence says why and what to do",
        arguments: sites
    )
    func planned(_ test: Case) async throws {
        let rig = Rig(test.site, layout: test.layout, plan: test.plan, change: test.change)
        let observation = try await rig.provider.observe()
        #expect(throws: PlanFailure.self) { try test.strategy.plan(from: observation, to: Rig.new, accepting: []) }
        do throws(PlanFailure) {
            _ = try test.strategy.plan(from: observation, to: Rig.new, accepting: [])
        } catch {
            for words in test.expected { #expect(error.summary.contains(words), "\(error.summary)") }
        }
        #expect(rig.transport.writes.isEmpty)
    }

    @Test("given a swap that is prepared when it is planned then the cure is named, and so with authentication")
    func previews() async throws {
        for (hasAuthentication, words) in [(false, "has been prepared"), (true, "has site authentication")] {
            let (seed, plan) = Rig.zips(isLinux: false)
            var site = seed
            site.hasAuthentication = hasAuthentication
            let rig = Rig(site, plan: plan) { $1.hasPreview = true }
            if !hasAuthentication {
                let context = try await rig.context(Rig.zip)
                try await rig.bring(.staged(release: Rig.zip, scale: .full), context)
            }
            let observation = try await rig.provider.observe()
            #expect {
                try BlueGreenStrategy().plan(
                    from: observation,
                    to: Release(version: "3", artifact: .label(name: "3")),
                    accepting: []
                )
            } throws: { "\($0)".contains(words) }
        }
    }

    @Test("given names that nobody has when the target is looked at then the nearest ones are named")
    func names() async throws {
        let rig = Rig(layout: .slot(site: "shopp", name: "staging"))
        await #expect { try await rig.provider.observe() } throws: { "\($0)".contains("did you mean “shop”?") }
        let other = Rig { $1.scope.resourceGroup = "no-rg" }
        await #expect { try await other.provider.observe() } throws: {
            "\($0)".contains("check the name of the resource group")
        }
        let third = Rig { $1.scope.subscription = "99999999-1111-1111-1111-111111111111" }
        await #expect { try await third.provider.observe() } throws: {
            "\($0)".contains("check the number of the subscription")
        }
    }

    @Test("given a release of the wrong kind when it is staged then nothing is written and the right key is named")
    func kinds() async throws {
        let rig = Rig()
        let context = try await rig.context(Rig.zip)
        await #expect { try await rig.bring(.staged(release: Rig.zip, scale: .full), context) } throws: {
            "\($0)".contains("give `release.image`")
        }
        #expect(rig.transport.writes.isEmpty)
        let (site, plan) = Rig.zips()
        let zips = Rig(site, plan: plan)
        let other = try await zips.context()
        await #expect { try await zips.bring(.staged(release: Rig.new, scale: .full), other) } throws: {
            "\($0)".contains("give `release.bundle`")
        }
        #expect(zips.transport.writes.isEmpty)
    }

    @Test("given an identity that may not do it when it is told so then the missing right is named")
    func denied() async throws {
        let rig = Rig { world, _ in world.denied = ["Microsoft.Web/sites/slots/config/write"] }
        let context = try await rig.context()
        await #expect { try await rig.bring(.staged(release: Rig.new, scale: .full), context) } throws: {
            ($0 as? ProviderFailure)?.kind == .refused && "\($0)".contains("Microsoft.Web/sites/slots/config/write")
        }
    }

    @Test("given answers of no known form when the target is looked at then they pass as failures that may pass")
    func garbage() async throws {
        for body in ["<html>no</html>", "", "[]", "{}"] {
            let rig = Rig()
            rig.transport.before { call, _ in
                call == "GET sites/shop" ? .success(Response(status: 200, body: Array(body.utf8))) : nil
            }
            await #expect { try await rig.provider.observe() } throws: {
                ($0 as? ProviderFailure)?.kind == .transient
            }
        }
    }

    @Test("given what is warned of when a target is looked at then names of settings are told and no value is")
    func warnings() async throws {
        var site = AzureWorld.Seed.Site("shop", image: Rig.formerImage, slots: ["staging"])
        (site.settings, site.stickySettings) = (["PASSWORD": Rig.secret, "STAGE": "prod-value"], ["STAGE"])
        let rig = Rig(site)
        let observation = try await rig.provider.observe()
        let said = (observation.warnings + observation.summary).joined(separator: "\n")
        for words in ["AppSetting PASSWORD", "AppSetting STAGE", "no lock between machines", "subscription"] {
            #expect(said.contains(words), "\(said)")
        }
        #expect(observation.cautions[.weights]?.contains("cookie") == true && !said.contains("cookie"))
        #expect(!said.contains(Rig.secret) && !said.contains("prod-value"))
        #expect(observation.snapshot.text.contains(Rig.secret) == false)
    }
}
