import SlipwayAppService
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwayStrategies
import Testing

@Suite("What a plan says it will do") struct OutlineTests {
    private func lines(_ rig: Rig, _ strategy: any Strategy, _ release: Release = Rig.new, accepting: Set<String> = [])
        async throws -> [[String]]
    {
        let observation = try await rig.provider.observe()
        let plan = try strategy.plan(from: observation, to: release, accepting: accepting)
        return plan.outlined(by: rig.provider).steps.filter { !$0.calls.isEmpty }.map(\.calls)
    }

    @Test("given a swap when it is planned then its calls are told in order")
    func swap() async throws {
        let found = try await lines(Rig(), BlueGreenStrategy(scaleDownDelay: .zero))
        #expect(
            found == [
                [
                    "PATCH slots/staging: the tag slipway-stopped, then POST slots/staging/stop "
                        + "(only if the image differs)",
                    "PATCH slots/staging/config/web: registry.example.com/shop:2 (only if it differs)",
                    "POST slots/staging/start, then PATCH slots/staging without the tag slipway-stopped "
                        + "(only if it is stopped)",
                    "GET / on the host of slots/staging until it answers",
                ],
                [
                    "POST slots/staging/slotsswap (only while production runs 1)",
                    "GET its operation until it is over, and sites/shop until it shows a newer swap and runs 2",
                ],
                ["PATCH slots/staging: the tag slipway-stopped", "POST slots/staging/stop"],
            ]
        )
    }

    @Test("given a zip with a preview when it is planned then deployment and preview are told")
    func preview() async throws {
        let (site, plan) = Rig.zips(isLinux: false)
        let rig = Rig(site, plan: plan) { $1.hasPreview = true }
        let found = try await lines(rig, BlueGreenStrategy(disposal: .remove), Rig.zip)
        #expect(
            found[0] == [
                "POST /api/publish from shop.zip (only if it is not there)",
                "GET the deployment until it runs, then PUT its marker",
                "GET / on the host of slots/staging until it answers",
                "POST slots/staging/applySlotConfig: production's settings on it, then GET / again until it answers",
            ]
        )
        #expect(found[1][0].hasPrefix("POST slots/staging/slotsswap, completing what was prepared (only while "))
        #expect(found[2] == ["DELETE slots/staging, with the zip that it runs, which cannot be brought back"])
    }

    @Test("given a canary when it is planned then its rules come before the swap, and the tail is told")
    func canary() async throws {
        let rig = Rig { $1.routingCookieTail = .seconds(3600) }
        let found = try await lines(rig, CanaryStrategy(steps: [.setWeight(20)]))
        #expect(
            found[1][1] == "PATCH sites/shop/config/web: our rule among experiments.rampUpRules, 20% to slots/staging"
        )
        #expect(found[2][0] == "PATCH sites/shop/config/web: experiments.rampUpRules without ours")
        #expect(found[2][1].hasPrefix("wait 1h for clients"))
        #expect(found[3][0].hasPrefix("POST slots/staging/slotsswap"))
    }

    @Test("given what the platform cannot do when it is outlined then the lines say so")
    func impossible() async throws {
        let rig = Rig()
        let context = try await rig.context()
        let matched = Action.matched(headers: [HeaderMatch(name: "x", value: "1")], release: Rig.new)
        #expect(rig.provider.outline(matched, in: context)[0].hasPrefix("impossible"))
        let trial = Trial(percent: 10, duration: .seconds(300))
        #expect(
            rig.provider.outline(.replacedAfterTrial(release: Rig.new, trial: trial), in: context)[0].hasPrefix(
                "impossible"
            )
        )
    }
}
