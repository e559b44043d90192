import SlipwayBase
import SlipwayConformance
import SlipwayKubernetes
import SlipwayModel
import SlipwayStrategies
import Testing

@Suite("The Kubernetes provider keeps the rules of every provider") struct KubernetesConformanceTests {
    private func check(_ strategy: any Strategy, on cluster: ClusterCase, accepting: Set<String> = []) async throws {
        let suite = Conformance(strategy: strategy, accepting: accepting) { try cluster.fixture() }
        let findings = try await suite.findings()
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
        let outages = cluster.outages.withLock { $0 }
        #expect(outages.isEmpty, "\(outages.sorted().prefix(5).joined(separator: "\n"))")
    }

    @Test("given a Deployment when it is released rolling then no rule is broken", arguments: ClusterCase.rolling)
    func rolling(_ cluster: ClusterCase) async throws {
        try await check(RollingStrategy(), on: cluster)
        try await check(RollingStrategy(maxSurge: .count(1), maxUnavailable: .percent(25)), on: cluster)
    }

    @Test("given two fleets when they are released blue-green then no rule is broken", arguments: ClusterCase.blueGreen)
    func blueGreen(_ cluster: ClusterCase) async throws {
        let disposal: Disposal = cluster.testDescription.hasSuffix("to be made") ? .remove : .scaleDown
        try await check(BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: disposal), on: cluster)
    }

    @Test(
        "given a Service switch when the old fleet is kept then no rule is broken",
        arguments: ClusterCase.blueGreen.prefix(2)
    )
    func kept(_ cluster: ClusterCase) async throws {
        try await check(BlueGreenStrategy(disposal: .keep), on: cluster)
    }

    @Test("given a canary fleet when weights rise then no rule is broken", arguments: ClusterCase.canary)
    func canary(_ cluster: ClusterCase) async throws {
        try await check(CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(5)), .setWeight(60)]), on: cluster)
    }

    @Test("given a canary that takes everything by weight when it is promoted then no rule is broken")
    func whole() async throws {
        try await check(CanaryStrategy(steps: [.setWeight(50), .setWeight(100)]), on: ClusterCase.canary[0])
    }

    @Test(
        "given a canary fleet when testers reach it by header first then no rule is broken",
        arguments: ClusterCase.canaryWithHeaders
    )
    func headers(_ cluster: ClusterCase) async throws {
        let testers = HeaderMatch(name: "X-Tester", value: "yes")
        let isThere = cluster.testDescription.contains("canary is there")
        let steps: [CanaryStrategy.Step] =
            isThere
            ? [.setHeaderRoute([testers]), .setWeight(40)]
            : [
                .setCanaryScale(.replicas(1)), .setHeaderRoute([testers]), .setWeight(30), .setCanaryScale(nil),
                .setWeight(60), .setHeaderRoute([]),
            ]
        try await check(CanaryStrategy(steps: steps), on: cluster)
    }

    @Test("given replicas as weights when a canary runs then no rule is broken", arguments: ClusterCase.ratio)
    func replicaRatio(_ cluster: ClusterCase) async throws {
        try await check(
            CanaryStrategy(steps: [.setWeight(25), .setWeight(50)]),
            on: cluster,
            accepting: ["replicaRatio"]
        )
    }
}
