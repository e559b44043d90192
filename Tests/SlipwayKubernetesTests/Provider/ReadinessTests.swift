import SlipwayBase
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("Weight goes to fleets that are ready, and counts when the gateway says so") struct ReadinessTests {
    private let half = Action.routed(percent: 50, release: Rig.new)
    private let back = Action.routed(percent: 0, release: Rig.new)

    private func candidateWeight(_ rig: Rig) -> Int? {
        rig.object(.httpRoute, "shop")?[path: "spec", "rules"]?[0]?["backendRefs"]?[1]?["weight"]?.int
    }

    private func staged(_ rig: Rig) async throws -> PlanContext {
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        return context
    }

    @Test("given a Service that sees no ready endpoint when weight is asked for then none is given")
    func endpoints() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await staged(rig)
        rig.edit("services/shop-canary", ["spec": ["selector": ["app": "another"]]])
        rig.time.advance(by: .seconds(5))
        for _ in 0..<5 {
            guard case .running(_, let wait, let status) = try await rig.ask(half, context) else {
                Issue.record("it is done without endpoints")
                return
            }
            #expect(status.note == "waiting for ready endpoints of Service shop-canary")
            rig.time.advance(by: wait)
        }
        #expect(candidateWeight(rig) == 0)
    }

    @Test("given a candidate whose pods are gone when weight is asked for then it waits for them")
    func gone() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await staged(rig)
        rig.edit("deployments/shop-canary", ["spec": ["replicas": 0]])
        rig.time.advance(by: .seconds(10))
        guard case .running = try await rig.ask(half, context) else {
            Issue.record("it is done without pods")
            return
        }
        #expect(candidateWeight(rig) == 0)
    }

    @Test("given a candidate that somebody changed when weight is asked for then it is refused as a conflict")
    func changed() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await staged(rig)
        let other: JSON = [["name": "shop-stable", "image": "registry.example.com/shop:9"]]
        rig.edit("deployments/shop-canary", ["spec": ["template": ["spec": ["containers": other]]]])
        let failure = await #expect(throws: ProviderFailure.self) { try await rig.bring(half, context) }
        #expect(failure?.kind == .conflict)
        #expect(failure?.summary == "shop-canary does not run 1.5.0 any more; someone changed it.")
        #expect(candidateWeight(rig) == 0)
    }

    @Test("given a gateway that takes its time when weight is given then it counts once accepted at that generation")
    func accepted() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await staged(rig)
        rig.transport.withWorld { $0.setBehaviour(.ignores, ofRoute: "shop") }
        for _ in 0..<5 {
            guard case .running(_, let wait, _) = try await rig.ask(half, context) else {
                Issue.record("it is done before the gateway has seen it")
                return
            }
            rig.time.advance(by: wait)
        }
        #expect(candidateWeight(rig) == 50)
        rig.transport.withWorld { $0.setBehaviour(.follows(after: .seconds(1)), ofRoute: "shop") }
        let (status, notes) = try await rig.bring(half, context)
        #expect(status.weight == 50)
        #expect(notes == ["waiting for the gateway to accept HTTPRoute shop"])
    }

    @Test("given a gateway that does not accept the route when weight is given then its words are the failure")
    func refused() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await staged(rig)
        rig.transport.withWorld {
            $0.setBehaviour(.refuses(reason: "NotAllowedByListeners", message: "no"), ofRoute: "shop")
        }
        let failure = await #expect(throws: ProviderFailure.self) { try await rig.bring(half, context) }
        #expect(failure?.kind == .refused)
        #expect(
            failure?.summary == "the gateway says Accepted is not true for HTTPRoute shop: NotAllowedByListeners no"
        )
    }

    @Test("given a backend that is not found when weight is given then it is refused, and going back is not")
    func unresolved() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await staged(rig)
        let request = rig.transport.world.object(.httpRoute, "shop")?[path: "spec", "rules"]?[0] ?? [:]
        var foreign = request
        foreign["matches"] = [["path": ["type": "PathPrefix", "value": "/gone"]]]
        foreign["backendRefs"] = [["name": "gone", "port": 80]]
        rig.edit("httproutes/shop", ["spec": ["rules": [request, foreign]]])
        rig.time.advance(by: .seconds(5))
        let failure = await #expect(throws: ProviderFailure.self) { try await rig.bring(half, context) }
        #expect(
            failure?.summary.hasPrefix("the gateway says ResolvedRefs is not true for HTTPRoute shop: BackendNotFound")
                == true
        )
        try await rig.bring(back, context)
        try await rig.bring(.unstaged(release: Rig.new), context)
        #expect(candidateWeight(rig) == 0)
        #expect(rig.object(.deployment, "shop-canary") == nil)
    }

    @Test(
        "given a route that its gateway refuses already when a canary is planned then the plan is refused with its words"
    )
    func alreadyRefused() async throws {
        let rig = try Rig(Rig.canary) {
            $0.setBehaviour(.refuses(reason: "NoMatchingParent", message: "no edge"), ofRoute: "shop")
        }
        rig.time.advance(by: .seconds(5))
        let failure = await #expect(throws: PlanFailure.self) {
            try await rig.plan(CanaryStrategy(steps: [.setWeight(50)]))
        }
        #expect(
            failure?.summary
                == "seoul: canary is impossible here: the gateway says Accepted is not true for HTTPRoute shop: "
                + "NoMatchingParent no edge; use a route that its gateway accepts, and try again instead."
        )
        #expect(rig.writes.isEmpty)
    }

    @Test("given an idle blue fleet when production is asked back then it waits until blue is up")
    func blueIsDown() async throws {
        let rig = try Rig(Rig.blueGreen)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        try await rig.bring(.live(release: Rig.new), context)
        try await rig.bring(.retired(release: try #require(context.old), disposal: .scaleDown), context)
        let live = Action.live(release: try #require(context.old))
        guard case .running = try await rig.ask(live, context) else {
            Issue.record("it is done without pods")
            return
        }
        #expect(rig.object(.service, "shop")?[path: "spec", "selector", "fleet"] == "shop-green")
    }
}
