import HTTPTypes
import SlipwayAppService
import SlipwayAzure
import SlipwayBase
import SlipwayEngine
import SlipwayHTTP
import SlipwayModel
import SlipwaySigning
import SlipwaySimulatedAzure
import SlipwayStrategies
import Testing

/// App Service lets the container before a change answer until the one after it does, for up to 230 s.
@Suite("The container before a release, which answers in its place") struct FormerContainerTests {
    /// Longer than it can answer.
    private static let deadline = Duration.seconds(900)

    enum Way: String, CaseIterable, Sendable {
        case blueGreen, canary

        var strategy: any Strategy {
            switch self {
            case .blueGreen: BlueGreenStrategy(disposal: .keep, deadline: deadline)
            case .canary:
                CanaryStrategy(
                    steps: [.setWeight(20), .pause(.seconds(60)), .setWeight(60), .pause(.seconds(60))],
                    deadline: deadline
                )
            }
        }
    }

    private static let bad: [AppServiceFailure.Kind] = [.neverHealthy, .crash, .status(500)]
    private static let image = AzureWorld.Seed.Site("shop", image: Rig.formerImage, slots: ["staging"])
    private static let containers = AzureWorld.Seed.Site(
        "shop",
        content: .containers(main: "main", image: Rig.formerImage),
        slots: [.init("staging", content: .containers(main: "main", image: Rig.formerImage))]
    )

    private func rig(
        _ kind: AppServiceFailure.Kind? = nil,
        _ site: AzureWorld.Seed.Site = image,
        layout: AppServiceLayout = .slot(site: "shop", name: "staging"),
        change: (inout AzureWorld, inout AppServiceSettings) -> Void = { _, _ in }
    ) -> Rig {
        let failures = kind.map { [AppServiceFailure($0, release: Rig.image)] } ?? []
        return Rig(site, layout: layout, failures: failures) { world, settings in
            world.timings.restartsOverlap = true
            settings.container = site.content == Self.containers.content ? "main" : nil
            change(&world, &settings)
        }
    }

    /// What the release's container answers of production at any call, with the share that the slot takes meanwhile.
    private func watch(_ rig: Rig, _ release: String = Rig.image) -> Locked<[String]> {
        let misled = Locked<[String]>([])
        rig.transport.after { call, world in
            let shares = world.shares(of: "shop")
            let slot = world.slot("staging", of: "shop")
            if shares.slots["staging"] ?? 0 > 0, slot?.isReady != true || slot?.serving != release {
                misled.withLock { $0.append("\(shares.slots) while \(slot?.serving ?? "nothing") answers at \(call)") }
            }
            if shares.failed > 0 { misled.withLock { $0.append("production fails at \(call)") } }
            return nil
        }
        return misled
    }

    private func release(
        _ rig: Rig,
        _ strategy: any Strategy,
        _ release: Release = Rig.new,
        accepting: Set<String> = []
    ) async throws -> Verdict {
        let plan = try strategy.plan(from: try await rig.provider.observe(), to: release, accepting: accepting)
        let journal = MemoryJournal()
        let run = try await journal.open(
            NewRun(plan, application: "shop", platform: "appService"),
            at: rig.time.now
        )
        let engine = Engine(
            provider: rig.provider,
            journal: journal,
            time: rig.time,
            random: SeededRandom(seed: 1),
            holder: "test",
            settings: Engine.Settings(assumesApproval: true)
        )
        return try await engine.start(plan, as: run)
    }

    private func slot(_ rig: Rig) throws -> AzureWorld.SlotState {
        try #require(rig.transport.withWorld { $0.slot("staging", of: "shop") })
    }

    @Test(
        "given a release that never comes up when a slot gets it then production never sees it and it is taken back",
        arguments: Way.allCases,
        [image, containers]
    )
    func bad(_ way: Way, _ site: AzureWorld.Seed.Site) async throws {
        for kind in Self.bad {
            let rig = rig(kind, site)
            let misled = watch(rig)
            let routed = Locked(false)
            rig.transport.before { call, world in
                if world.shares(of: "shop").slots["staging"] ?? 0 > 0 { routed.withLock { $0 = true } }
                return nil
            }
            let before = try await rig.provider.observe()
            #expect(try await release(rig, way.strategy) == .failed, "\(kind)")
            #expect(misled.withLock { $0 } == [], "\(kind)")
            #expect(!routed.withLock { $0 }, "\(kind)")
            #expect(rig.transport.swaps.isEmpty, "\(kind)")
            let slot = try slot(rig)
            #expect(!slot.isStopped && slot.tags.isEmpty && slot.release == Rig.formerImage, "\(kind)")
            #expect(try await rig.provider.observe().fingerprint == before.fingerprint, "\(kind)")
        }
    }

    @Test(
        "given a release that answers when a slot gets it then it is live and the slot runs without our tag",
        arguments: Way.allCases,
        [image, containers]
    )
    func good(_ way: Way, _ site: AzureWorld.Seed.Site) async throws {
        let rig = rig(nil, site) { world, _ in world.setTag("team", "shop", slot: "staging", of: "shop") }
        let misled = watch(rig)
        #expect(try await release(rig, way.strategy) == .deployed)
        #expect(misled.withLock { $0 } == [])
        #expect(rig.runs == [Rig.image, Rig.formerImage])
        let slot = try slot(rig)
        #expect(!slot.isStopped && slot.tags == ["team": "shop"])
    }

    @Test(
        "given a process that dies after any call when another goes on or takes back then the slot runs in the end"
    )
    func crashes() async throws {
        let stage = Action.staged(release: Rig.new, scale: .full)
        for isForward in [true, false] {
            for count in 0..<7 {
                let rig = rig()
                let before = try await rig.provider.observe()
                let context = try await rig.context()
                var token: Token?
                for _ in 0..<count {
                    guard case .running(let next, let wait, _) = try await rig.ask(stage, context, token: token) else {
                        break
                    }
                    token = next
                    rig.time.advance(by: wait)
                }
                try await rig.bring(isForward ? stage : .unstaged(release: Rig.new), context, fence: 2)
                let slot = try slot(rig)
                #expect(!slot.isStopped && slot.tags.isEmpty, "after \(count) calls")
                #expect(slot.release == (isForward ? Rig.image : Rig.formerImage), "after \(count) calls")
                if isForward { #expect(slot.isReady, "after \(count) calls") }
                let end = try await rig.provider.observe()
                #expect(isForward || end.fingerprint == before.fingerprint, "after \(count) calls")
            }
        }
    }

    @Test("given a slot that a release had stopped when the next one is taken back then it is stopped again")
    func stoppedBefore() async throws {
        let rig = rig(.neverHealthy) { world, _ in
            world.setTag("slipway-stopped", "old: scaleDown", slot: "staging", of: "shop")
            world.setStopped(true, slot: "staging", of: "shop")
        }
        #expect(try await release(rig, Way.blueGreen.strategy) == .failed)
        let slot = try slot(rig)
        #expect(slot.isStopped && slot.tags == ["slipway-stopped": "old: scaleDown"])
        #expect(slot.release == Rig.formerImage)
    }

    @Test("given a zip that does not come up when a slot on Linux gets it then nothing of production does")
    func zip() async throws {
        for way in Way.allCases {
            let (site, plan) = Rig.zips()
            let rig = Rig(site, plan: plan, failures: [AppServiceFailure(.neverHealthy, release: "v2")]) { world, _ in
                world.timings.restartsOverlap = true
            }
            let misled = watch(rig, "v2")
            #expect(try await release(rig, way.strategy, Rig.zip) == .failed)
            #expect(misled.withLock { $0 } == [] && rig.transport.swaps.isEmpty)
        }
    }

    @Test("given a slot that somebody stops after the plan when it is staged then it is left alone")
    func stoppedMeanwhile() async throws {
        let rig = rig()
        let context = try await rig.context()
        rig.transport.withWorld { $0.setStopped(true, slot: "staging", of: "shop") }
        await #expect { try await rig.bring(.staged(release: Rig.new, scale: .full), context) } throws: {
            ($0 as? ProviderFailure)?.kind == .conflict && "\($0)".contains("was stopped by somebody")
        }
        try await rig.bring(.unstaged(release: Rig.new), context)
        #expect(rig.transport.writes.isEmpty)
    }

    @Test("given a container whose password nobody can read when its slot is staged then it is not even stopped")
    func password() async throws {
        let rig = rig(nil, Self.containers)
        let context = try await rig.context()
        rig.transport.before { call, _ in
            guard call == "GET sites/shop/slots/staging/sitecontainers/main" else { return nil }
            let container: JSON = ["properties": ["image": .string(Rig.formerImage), "authType": "UserCredentials"]]
            return .success(Response(status: 200, body: container.bytes))
        }
        await #expect { try await rig.bring(.staged(release: Rig.new, scale: .full), context) } throws: {
            "\($0)".contains("pulls with a password")
        }
        #expect(rig.transport.writes.isEmpty)
    }

    @Test(
        "given a slot that got its image just before the plan when it is released then the image itself has to answer"
    )
    func held() async throws {
        for way in Way.allCases {
            let rig = rig(.neverHealthy)
            let body: JSON = ["properties": ["linuxFxVersion": .string("DOCKER|\(Rig.image)")]]
            try await write(body, "sites/shop/slots/staging/config/web", rig)
            #expect(try slot(rig).serving == Rig.formerImage)
            let misled = watch(rig)
            #expect(try await release(rig, way.strategy) == .failed)
            #expect(misled.withLock { $0 } == [] && rig.transport.swaps.isEmpty)
        }
    }

    /// As somebody else would.
    private func write(_ body: JSON, _ path: String, _ rig: Rig) async throws {
        let group = "/subscriptions/\(AzureWorld.Seed.subscription)/resourceGroups/shop-rg"
        let request = Request(
            .patch,
            Origin(scheme: "https", host: "management.azure.com"),
            "\(group)/providers/Microsoft.Web/\(path)?api-version=2024-04-01",
            body: .bytes(body.bytes)
        )
        let response = try await TokenTransport(next: rig.transport).send(request)
        #expect(response.isSuccess)
    }

    @Test("given a site beside production when it gets an image then it runs on, and answers count after four minutes")
    func pair() async throws {
        let front = FrontSettings(.trafficManager(.azureEndpoints), profile: "edge", stable: "shop", candidate: "shop2")
        for kind in [AppServiceFailure.Kind.neverHealthy, nil] {
            let layout = AppServiceLayout.pair(stable: "shop", canary: "shop2", front: front)
            let rig = rig(kind, .init("shop", image: Rig.formerImage), layout: layout) { world, _ in
                world.seed(AzureWorld.Seed.Site("shop2", image: Rig.formerImage))
                let legs = ["shop", "shop2"].map { AzureWorld.Seed.Leg($0, .site($0), isEnabled: $0 == "shop") }
                world.seed(AzureWorld.Seed.TrafficProfile("edge", endpoints: legs))
            }
            let context = try await rig.context()
            let start = rig.time.now
            let stage = Action.staged(release: Rig.new, scale: .full)
            if kind == nil {
                try await rig.bring(stage, context)
                #expect(rig.time.now - start >= .seconds(230))
            } else {
                await #expect { try await rig.bring(stage, context, within: 60) } throws: {
                    "\($0)".contains("answers 503")
                }
            }
            #expect(rig.transport.writes.count == 1, "\(rig.transport.writes)")
        }
    }

    @Test("given an image in place that never answers when its deadline is far then it is taken back long before")
    func inPlace() async throws {
        let rig = rig(.neverHealthy, .init("shop", image: Rig.formerImage), layout: .site(name: "shop"))
        let start = rig.time.now
        let strategy = RollingStrategy(deadline: .seconds(4 * 3600))
        #expect(try await release(rig, strategy, accepting: ["inPlaceRestart"]) == .failed)
        #expect(rig.transport.withWorld { $0.shares(of: "shop").releases } == [Rig.formerImage: 1])
        // Four minutes of each of the two containers, and some looks.
        #expect(rig.time.now - start < .seconds(900))
        let failed = rig.transport.log.filter { $0.call == "GET \(host(rig))/" && $0.time - start > .seconds(240) }
        #expect(failed.count >= 3, "it was looked at again before it was given up")
    }

    private func host(_ rig: Rig) -> String { rig.transport.withWorld { $0.slot(of: "shop")?.host ?? "" } }
}
