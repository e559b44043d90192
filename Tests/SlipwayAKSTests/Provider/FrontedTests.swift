import HTTPTypes
import SlipwayAKS
import SlipwayAzure
import SlipwayBase
import SlipwayConformance
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("A canary on AKS whose weights are those of Front Door or Traffic Manager") struct FrontedTests {
    private static let layout = KubernetesLayout.canary(
        stable: KubernetesFleet(deployment: "shop-stable"),
        canary: KubernetesFleet(deployment: "shop-canary"),
        front: .external(words: "frontDoor")
    )
    private static let strategy = CanaryStrategy(steps: [.setWeight(10), .pause(.seconds(60)), .setWeight(50)])
    private static let names: Set = ["frontDoorWeights", "trafficManagerWeights"]

    static let fronts = [
        FrontSettings(.frontDoor(originGroup: "shop"), profile: "edge", stable: "eu", candidate: "eu2"),
        FrontSettings(.trafficManager(.externalEndpoints), profile: "names", stable: "eu", candidate: "eu2"),
    ]

    private func rig(_ front: FrontSettings) throws -> Rig { try Rig(Self.layout, front: front) }

    /// Whom users reach by the front as it is at the edge.
    private static func shares(_ world: AzureWorld, _ front: FrontSettings) -> [String: Double] {
        if case .frontDoor = front.kind { return world.shares(ofFrontDoor: front.profile).releases }
        return world.shares(ofTrafficManager: front.profile).releases
    }

    /// What is wrong when some of production falls to a fleet without a pod that is ready; nil when nothing is.
    private static func outage(_ world: AzureWorld, _ front: FrontSettings) -> String? {
        let shares = shares(world, front)
        guard abs(shares.values.reduce(0, +) - 1) < 1e-9 else { return "nobody serves \(shares)" }
        for (host, fleet) in [("eu.example.com", "shop-stable"), ("eu2.example.com", "shop-canary")] {
            guard let share = shares[host], share > 0 else { continue }
            let pods = world.kubernetes("shop-aks")?.readyPods(of: fleet) ?? [:]
            if pods.isEmpty { return "\(share) of production falls to \(fleet), which has no pod that is ready" }
        }
        return nil
    }

    @Test("given a front before two fleets, when a canary is released, then no rule is broken", arguments: fronts)
    func conformance(_ front: FrontSettings) async throws {
        let outages = Locked<Set<String>>([])
        let suite = Conformance(strategy: Self.strategy, accepting: Self.names) {
            let rig = try rig(front)
            let provider = try await rig.provider()
            let writes = Locked(0)
            rig.azure.before { call, world in
                let request = call.request
                let isAsked = request.method == .get || request.target.hasSuffix("accessreviews")
                if !isAsked, request.origin != AzureCloud.global.login { writes.withLock { $0 += 1 } }
                if let outage = Self.outage(world, front) {
                    _ = outages.withLock { $0.insert("\(outage) at \(request.method) \(request.target.prefix(200))") }
                }
                return nil
            }
            return Fixture(
                provider: provider,
                time: rig.time,
                release: Rig.new,
                secrets: ["simulated-client-secret"],
                writes: { writes.withLock { $0 } }
            )
        }
        let findings = try await suite.findings()
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
        let seen = outages.withLock { $0 }
        #expect(seen.isEmpty, "\(seen.sorted().prefix(5).joined(separator: "\n"))")
    }

    @Test(
        "given a front, when a canary is planned, then its weights are approximated and must be accepted",
        arguments: fronts
    )
    func approximated(_ front: FrontSettings) async throws {
        let observation = try await rig(front).provider().observe()
        guard case .approximated(let name, _, let differs) = observation.capabilities[.weights] else {
            Issue.record("\(observation.capabilities[.weights])")
            return
        }
        #expect(name == front.approximation && !differs.isEmpty)
        let failure = #expect(throws: PlanFailure.self) {
            try Self.strategy.plan(from: observation, to: Rig.new, accepting: [])
        }
        #expect(failure?.summary.contains(front.approximation) == true)
        guard case .impossible = observation.capabilities[.headers] else {
            Issue.record("headers are \(observation.capabilities[.headers])")
            return
        }
    }

    @Test("given Front Door, when a share is done, then it is what the edge gives", arguments: fronts)
    func edge(_ front: FrontSettings) async throws {
        let rig = try rig(front)
        let provider = try await rig.provider()
        let observation = try await provider.observe()
        let plan = try Self.strategy.plan(from: observation, to: Rig.new, accepting: Self.names).outlined(by: provider)
        for step in plan.steps {
            guard case .perform(let action) = step.kind else { continue }
            #expect(!step.calls.isEmpty)
            try await bring(action, plan, provider, rig, within: step.deadline)
            guard case .routed(let percent, _) = action else { continue }
            let share = rig.azure.withWorld { Self.shares($0, front)["eu2.example.com"] ?? 0 }
            #expect(abs(share - Double(percent) / 100) < 1e-9, "\(step.id): \(share)")
        }
        let after = try await provider.observe()
        #expect(after.live?.isSame(as: Rig.new) == true && after.summary.last == observation.summary.last)
    }

    private func bring(
        _ action: Action,
        _ plan: Plan,
        _ provider: AKSProvider,
        _ rig: Rig,
        within deadline: Duration
    ) async throws {
        var token: Token?
        let began = rig.time.now
        while rig.time.now - began <= deadline {
            let call = Call(action: action, key: "k", token: token, context: plan.context, fence: 1)
            guard case .running(let next, let wait, _) = try await provider.advance(call) else { return }
            token = next
            rig.time.advance(by: wait)
        }
        Issue.record("\(action) takes longer than \(deadline)")
    }

    @Test(
        "given Front Door and no time for a change to spread, when a share is said to be done, then the edge lacks it"
    )
    func hurry() async throws {
        var front = Self.fronts[0]
        front.propagation = .zero
        let rig = try rig(front)
        let provider = try await rig.provider()
        let plan = try Self.strategy.plan(from: try await provider.observe(), to: Rig.new, accepting: Self.names)
        for step in plan.steps.prefix(2) {
            guard case .perform(let action) = step.kind else { continue }
            try await bring(action, plan, provider, rig, within: step.deadline)
        }
        #expect(rig.azure.withWorld { Self.shares($0, front) } == ["eu.example.com": 1])
    }

    @Test("given a front that somebody changed, when the target is looked at, then the fingerprint is another")
    func fingerprint() async throws {
        let rig = try rig(Self.fronts[1])
        let provider = try await rig.provider()
        let before = try await provider.observe()
        #expect(try await provider.observe() == before)
        let client = rig.client
        let front = Self.fronts[1].front(client, in: Rig.scope)
        _ = try await front.write(FrontSetting(weight: 77, isEnabled: true), to: .stable)
        #expect(try await provider.observe().fingerprint != before.fingerprint)
    }
}
