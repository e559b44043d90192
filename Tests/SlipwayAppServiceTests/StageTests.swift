import SlipwayAppService
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAzure
import Testing

@Suite("What a slot is brought to") struct StageTests {
    private let stage = Action.staged(release: Rig.new, scale: .full)
    private static let config = "PATCH sites/shop/slots/staging/config/web"

    private static let slot = "sites/shop/slots/staging"
    private static let mark = #"PATCH \#(slot) {"tags":{"slipway-stopped":"until it has its image"}}"#

    @Test("given an image when it is staged then one field of a resting slot is written and production is left alone")
    func minimal() async throws {
        let rig = Rig()
        try await rig.bring(stage, try await rig.context())
        let body = #"{"properties":{"linuxFxVersion":"DOCKER|registry.example.com/shop:2"}}"#
        #expect(
            rig.transport.writes == [
                Self.mark, "POST \(Self.slot)/stop", "\(Self.config) \(body)", "POST \(Self.slot)/start",
                #"PATCH \#(Self.slot) {"tags":{}}"#,
            ]
        )
    }

    @Test("given a site container when its image is set then its other properties stay")
    func container() async throws {
        let rig = Rig(
            .init(
                "shop",
                content: .containers(main: "main", image: Rig.formerImage),
                slots: [.init("staging", content: .containers(main: "main", image: Rig.formerImage))]
            )
        ) { $1.container = "main" }
        try await rig.bring(stage, try await rig.context())
        let writes = rig.transport.writes
        #expect(writes.count == 5 && writes[0] == Self.mark && writes[1] == "POST \(Self.slot)/stop")
        let sent = writes[2]
        #expect(sent.hasPrefix("PUT sites/shop/slots/staging/sitecontainers/main "))
        #expect(sent.contains(#""image":"registry.example.com/shop:2""#) && sent.contains(#""targetPort":"80""#))
        #expect(!sent.contains("createdTime"))
    }

    @Test("given a slot that is missing when it may be made then it is production's clone without settings bound to it")
    func made() async throws {
        var site = AzureWorld.Seed.Site("shop", image: Rig.formerImage)
        (site.settings, site.stickySettings) = (["PORT": Rig.secret, "STAGE": "production"], ["STAGE"])
        let rig = Rig(site) { $1.createSlot = true }
        var tokens = ""
        try await rig.bring(stage, try await rig.context()) { tokens += "\(String(describing: $0))" }
        let slot = try #require(rig.transport.withWorld { $0.slot("staging", of: "shop") })
        #expect(slot.ownSettings == ["PORT": Rig.secret])
        #expect(slot.release == Rig.image)
        #expect(!tokens.contains(Rig.secret))
        let writes = rig.transport.writes
        #expect(writes.count == 7)
        #expect(writes[0].hasPrefix("PUT sites/shop/slots/staging {") && !writes[0].contains("siteConfig"))
    }

    @Test("given a host name when a slot is asked whether it is up then it is the one that Azure gave it")
    func host() async throws {
        let rig = Rig { $1.warmUp.path = "/healthz?full=1" }
        try await rig.bring(stage, try await rig.context())
        let host = try #require(rig.transport.withWorld { $0.slot("staging", of: "shop")?.host })
        #expect(rig.transport.log.contains { $0.call == "GET \(host)/healthz" })
    }

    @Test("given statuses and a number of answers when a slot is asked then all of them have to be as wanted")
    func statuses() async throws {
        let rig = Rig {
            $1.warmUp.statuses = [204]
            $1.warmUp.successes = 3
        }
        let context = try await rig.context()
        let count = Locked(0)
        rig.transport.before { call, _ in
            guard call.contains("shop-staging") else { return nil }
            let number = count.withLock { count in
                count += 1
                return count
            }
            return .success(Response(status: number < 6 && number % 2 == 0 ? 200 : 204))
        }
        try await rig.bring(stage, context)
        #expect(count.withLock { $0 } == 7)
    }

    @Test("given an image that cannot be pulled when the container's log says so then the release is not healthy")
    func pull() async throws {
        let rig = Rig(failures: [AppServiceFailure(.imagePull, release: Rig.image)])
        let context = try await rig.context()
        let time = rig.time
        rig.transport.before { call, world in
            guard let host = world.slot("staging", of: "shop")?.kuduHost else { return nil }
            if call == "GET scm/api/logs/docker" {
                let list: JSON = [
                    [
                        "lastUpdated": "2026-01-01T00:00:30Z", "size": 100,
                        "href": .string("https://\(host)/api/vfs/LogFiles/x_docker.log"),
                    ]
                ]
                return .success(Response(status: 200, body: list.bytes))
            }
            guard call == "GET scm/api/vfs/LogFiles/x_docker.log" else { return nil }
            let line =
                "\(time.now.rfc3339) ERROR - Image pull failed: Verify docker image configuration and credentials"
            return .success(Response(status: 200, body: Array(line.utf8)))
        }
        await #expect { try await rig.bring(stage, context) } throws: {
            let failure = $0 as? ProviderFailure
            return failure?.kind == .unhealthy && failure?.summary.contains("Image pull failed") == true
        }
    }

    @Test("given a container that never answers when nothing tells why then it is waited for, as long as there is time")
    func never() async throws {
        let rig = Rig(failures: [AppServiceFailure(.neverHealthy, release: Rig.image)])
        let context = try await rig.context()
        await #expect { try await rig.bring(stage, context, within: 50) } throws: {
            ($0 as? ProviderFailure)?.kind == .transient && "\($0)".contains("answers 503")
        }
        #expect(rig.transport.writes.count == 5)
    }

    @Test(
        "given a slot that a release has stopped when the next one is staged then it is started and tags of others stay"
    )
    func restarted() async throws {
        let rig = Rig { world, _ in
            world.setTag("team", "shop", slot: "staging", of: "shop")
        }
        let context = try await rig.context()
        try await rig.bring(stage, context)
        try await rig.bring(.live(release: Rig.new), context)
        let old = try #require(context.old)
        try await rig.bring(.retired(release: old, disposal: .scaleDown), context)
        #expect(rig.transport.withWorld { $0.slot("staging", of: "shop")?.isStopped } == true)
        let next = Release(version: "3", artifact: .image(reference: "registry.example.com/shop:3"))
        let second = try await rig.context(next)
        let before = rig.transport.writes.count
        try await rig.bring(.staged(release: next, scale: .full), second)
        let writes = rig.transport.writes.dropFirst(before).map { String($0.prefix { $0 != "{" }) }
        #expect(
            writes == [
                "\(Self.config) ", "POST sites/shop/slots/staging/start", "PATCH sites/shop/slots/staging ",
            ]
        )
        #expect(rig.transport.writes.last == #"PATCH sites/shop/slots/staging {"tags":{"team":"shop"}}"#)
    }

    @Test("given a lock that ended meanwhile when a write is due then it is not made")
    func heldUp() async throws {
        let rig = Rig()
        let context = try await rig.context()
        let call = Call(
            action: stage,
            key: "test",
            context: context,
            fence: 1,
            coveredUntil: rig.time.now
        )
        guard case .running = try await rig.provider.advance(call) else {
            Issue.record("it says that it is done")
            return
        }
        #expect(rig.transport.writes.isEmpty)
    }
}
