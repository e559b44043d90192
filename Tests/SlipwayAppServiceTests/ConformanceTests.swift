import SlipwayAppService
import SlipwayAzure
import SlipwayBase
import SlipwayConformance
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwayStrategies
import Testing

@Suite("The App Service provider keeps the rules of every provider") struct ConformanceTests {
    /// A site, and how the target names it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var site: AzureWorld.Seed.Site
        var plan = AzureWorld.Seed.Plan()
        var layout = AppServiceLayout.slot(site: "shop", name: "staging")
        var release = Rig.new
        /// Whether what ran before answers until what comes after it does.
        var overlaps = true
        var change: @Sendable (inout AzureWorld, inout AppServiceSettings) -> Void = { _, _ in }

        /// What becomes of production requests.
        func shares(_ world: AzureWorld) -> AzureShares {
            guard case .pair(_, _, let front) = layout else { return world.shares(of: "shop") }
            if case .frontDoor = front.kind { return world.shares(ofFrontDoor: "edge") }
            return world.shares(ofTrafficManager: "edge")
        }
    }

    /// `mayFail` for what restarts production itself.
    private func check(
        _ strategy: any Strategy,
        _ test: Case,
        accepting: Set<String> = [],
        mayFail: Bool = false
    ) async throws {
        let outages = Locked<Set<String>>([])
        let suite = Conformance(strategy: strategy, accepting: accepting) {
            var site = test.site
            site.settings["PASSWORD"] = Rig.secret
            let rig = Rig(site, layout: test.layout, plan: test.plan) { world, settings in
                world.timings.restartsOverlap = test.overlaps
                test.change(&world, &settings)
            }
            rig.transport.after { call, world in
                let failed = test.shares(world).failed
                if failed > 0 { _ = outages.withLock { $0.insert("\(failed) of production fails at \(call)") } }
                return nil
            }
            return Fixture(
                provider: rig.provider,
                time: rig.time,
                release: test.release,
                secrets: [Rig.secret, "Bearer"],
                writes: { rig.transport.writes.count }
            )
        }
        let findings = try await suite.findings()
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
        let failed = outages.withLock { $0 }
        #expect(mayFail || failed.isEmpty, "\(failed.sorted().prefix(5).joined(separator: "\n"))")
    }

    private static func bundles(isLinux: Bool) -> Case {
        let (site, plan) = Rig.zips(isLinux: isLinux)
        return Case(
            testDescription: "zip on \(isLinux ? "Linux" : "Windows")",
            site: site,
            plan: plan,
            release: Rig.zip
        )
    }

    private static let image = Case(
        testDescription: "image",
        site: .init("shop", image: Rig.formerImage, slots: ["staging"])
    )

    private static let containers = Case(
        testDescription: "site containers",
        site: .init(
            "shop",
            content: .containers(main: "main", image: Rig.formerImage),
            slots: [.init("staging", content: .containers(main: "main", image: "registry.example.com/shop:0"))]
        ),
        change: { $1.container = "main" }
    )

    private static let missing = Case(
        testDescription: "image, the slot is to be made",
        site: .init("shop", image: Rig.formerImage),
        change: { $1.createSlot = true }
    )

    private static let stopped = Case(
        testDescription: "image, the slot was stopped by a release",
        site: .init("shop", image: Rig.formerImage, slots: ["staging"]),
        change: { world, _ in
            world.setStopped(true, slot: "staging", of: "shop")
            world.setTag("slipway-stopped", "old: scaleDown", slot: "staging", of: "shop")
        }
    )

    static let cases = [image, containers, missing, stopped, bundles(isLinux: true), bundles(isLinux: false)]

    @Test("given a slot when production changes places with it then no rule is broken", arguments: cases)
    func blueGreen(_ test: Case) async throws {
        try await check(BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .keep), test)
        try await check(BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .scaleDown), test)
    }

    @Test(
        "given a slot that is deleted after the swap when production changes places with it then no rule is broken",
        arguments: [image, containers, missing, stopped]
    )
    func removing(_ test: Case) async throws {
        try await check(BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .remove), test)
    }

    @Test("given a swap with a preview when production changes places with the slot then no rule is broken")
    func preview() async throws {
        var test = Self.bundles(isLinux: false)
        test.change = { $1.hasPreview = true }
        try await check(BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .keep), test)
        try await check(CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(60))]), test)
    }

    @Test("given a slot when its share rises before the swap then no rule is broken", arguments: cases)
    func canary(_ test: Case) async throws {
        try await check(CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(60)), .setWeight(60)]), test)
    }

    @Test("given a tail of the routing cookie when a canary ends then it is waited for and no rule is broken")
    func tail() async throws {
        var test = Self.image
        test.change = { $1.routingCookieTail = .seconds(3600) }
        try await check(CanaryStrategy(steps: [.setWeight(20)]), test)
    }

    @Test("given a ramp of App Service's own when it raises the share then no rule is broken")
    func ramp() async throws {
        var test = Self.image
        test.change = { $1.autoRamp = true }
        let steps: [CanaryStrategy.Step] = [
            .setWeight(10), .pause(.seconds(600)), .setWeight(20), .pause(.seconds(600)), .setWeight(30),
            .pause(.seconds(600)),
        ]
        try await check(CanaryStrategy(steps: steps), test)
    }

    @Test("given a site without a slot when it is replaced in place and that is accepted then no rule is broken")
    func rolling() async throws {
        for var test in [Self.image, Self.containers] {
            test.layout = .site(name: "shop")
            try await check(RollingStrategy(), test, accepting: ["inPlaceRestart"], mayFail: true)
        }
    }

    private static let pair = ("shop-eu", "shop-eu2")

    /// Two sites; the legs of their front have the same names.
    private static func pair(_ kind: FrontSettings.Kind) -> Case {
        let front = FrontSettings(kind, profile: "edge", stable: pair.0, candidate: pair.1)
        return Case(
            testDescription: "two sites",
            site: .init(pair.0, image: Rig.formerImage),
            layout: .pair(stable: pair.0, canary: pair.1, front: front),
            change: { world, _ in
                world.seed(AzureWorld.Seed.Site(pair.1, image: "registry.example.com/shop:0"))
                let legs = [pair.0, pair.1].map { AzureWorld.Seed.Leg($0, .site($0), isEnabled: $0 == pair.0) }
                switch kind {
                case .frontDoor(let group):
                    world.seed(AzureWorld.Seed.FrontDoor("edge", originGroup: group, origins: legs))
                case .trafficManager: world.seed(AzureWorld.Seed.TrafficProfile("edge", endpoints: legs))
                }
            }
        )
    }

    @Test("given two sites behind Front Door or Traffic Manager when weights rise then no rule is broken")
    func fronts() async throws {
        let strategy = CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(60)), .setWeight(60)])
        try await check(strategy, Self.pair(.frontDoor(originGroup: "shop")), accepting: ["frontDoorWeights"])
        try await check(
            strategy,
            Self.pair(.trafficManager(.azureEndpoints)),
            accepting: ["trafficManagerWeights"]
        )
    }
}
