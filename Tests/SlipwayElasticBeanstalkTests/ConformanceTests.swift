import SlipwayBase
import SlipwayConformance
import SlipwayElasticBeanstalk
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies
import Testing

@Suite("The Elastic Beanstalk provider keeps the rules of every provider") struct ConformanceTests {
    /// An account, how the target names it, and where production comes in.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var layout: ElasticBeanstalkLayout
        var environments: [AWSWorld.Seed.Environment]
        /// The name that production comes in by; nil where a rule or records lead it.
        var cname: String?
        var change: @Sendable (inout AWSWorld, inout ElasticBeanstalkSettings) -> Void = { _, _ in }

        /// What becomes of production requests.
        func front(_ settings: ElasticBeanstalkSettings) -> (@Sendable (AWSWorld) -> BeanstalkShares)? {
            if let cname { return { $0.traffic(for: cname) } }
            guard case .canary(_, _, let weights) = settings.layout else { return nil }
            switch weights {
            case .listenerRule(let arn): return { $0.traffic(forRule: arn) }
            case .route53(_, let name): return { $0.traffic(forRecord: name) }
            }
        }
    }

    private static let secret = BeanstalkOption("aws:elasticbeanstalk:application:environment", "PASSWORD")

    static func environment(
        _ name: String,
        _ version: String = "v1",
        instances: Int = 3,
        policy: DeploymentPolicy = .rolling,
        front: AWSWorld.Seed.Front = .application
    ) -> AWSWorld.Seed.Environment {
        var environment = AWSWorld.Seed.Environment(
            name,
            version: version,
            instances: instances,
            policy: policy,
            front: front
        )
        environment.options[secret] = "correct-horse-battery"
        environment.options[BeanstalkOption("aws:elasticbeanstalk:command", "BatchSizeType")] = "Fixed"
        environment.options[BeanstalkOption("aws:elasticbeanstalk:command", "BatchSize")] = "1"
        return environment
    }

    private func check(
        _ strategy: any Strategy,
        _ test: Case,
        accepting: Set<String> = [],
        mayFail: Bool = false
    ) async throws {
        let outages = Locked<Set<String>>([])
        let suite = Conformance(strategy: strategy, accepting: accepting) {
            let rig = try Rig(test.layout, test.environments, test.change)
            if let front = test.front(rig.settings) {
                rig.transport.after { action, form, world in
                    let failed = front(world).failed
                    if failed > 0 { _ = outages.withLock { $0.insert("\(failed) of production fails at \(action)") } }
                    return nil
                }
            }
            return Fixture(
                provider: rig.provider,
                time: rig.time,
                release: Rig.new,
                secrets: ["correct-horse-battery"],
                writes: { rig.transport.writes.count }
            )
        }
        let findings = try await suite.findings()
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
        let failed = outages.withLock { $0 }
        #expect(mayFail || failed.isEmpty, "\(failed.sorted().prefix(5).joined(separator: "\n"))")
    }

    private static let plain = ElasticBeanstalkLayout.environment(name: "shop-prod")

    @Test("given one environment when it is released rolling then no rule is broken")
    func rolling() async throws {
        let test = Case(
            testDescription: "rolling",
            layout: Self.plain,
            environments: [Self.environment("shop-prod")],
            cname: "shop-prod"
        )
        try await check(RollingStrategy(), test)
        try await check(RollingStrategy(maxSurge: .count(1), maxUnavailable: .count(0)), test)
        try await check(RollingStrategy(maxSurge: .percent(100), maxUnavailable: .count(0)), test)
        try await check(
            RollingStrategy(maxSurge: .count(2), maxUnavailable: .count(1)),
            test,
            accepting: ["partialSurge"]
        )
    }

    @Test("given an environment that is replaced all at once when that is accepted then no rule is broken")
    func allAtOnce() async throws {
        var environment = Self.environment("shop-prod", policy: .allAtOnce)
        environment.isEnhanced = false
        let test = Case(
            testDescription: "all at once",
            layout: Self.plain,
            environments: [environment],
            cname: "shop-prod"
        )
        try await check(RollingStrategy(), test, accepting: ["allAtOnce"], mayFail: true)
    }

    @Test("given a single instance when another one takes its place then no rule is broken")
    func single() async throws {
        let test = Case(
            testDescription: "single instance",
            layout: Self.plain,
            environments: [Self.environment("shop-prod", instances: 1, policy: .allAtOnce, front: .singleInstance)],
            cname: "shop-prod"
        )
        try await check(RollingStrategy(maxSurge: .count(1), maxUnavailable: .count(0)), test)
    }

    @Test("given one environment when a canary of one step is tried by the platform then no rule is broken")
    func trial() async throws {
        let test = Case(
            testDescription: "trial",
            layout: Self.plain,
            environments: [Self.environment("shop-prod")],
            cname: "shop-prod"
        )
        try await check(CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(300))]), test)
    }

    static let pairs: [Case] = [
        Case(
            testDescription: "blue-green, the second environment is there",
            layout: .blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop-live"),
            environments: [named("shop-blue", "v1", "shop-live"), named("shop-green", "v0", "shop-other")],
            cname: "shop-live"
        ),
        Case(
            testDescription: "blue-green, the second environment is to be made",
            layout: .blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop-live"),
            environments: [named("shop-green", "v1", "shop-live")],
            cname: "shop-live"
        ),
    ]

    private static func named(_ name: String, _ version: String, _ prefix: String) -> AWSWorld.Seed.Environment {
        var environment = environment(name, version)
        environment.cnamePrefix = prefix
        return environment
    }

    @Test("given two environments when production is switched then no rule is broken", arguments: pairs)
    func blueGreen(_ test: Case) async throws {
        try await check(BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .remove), test)
        try await check(BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .keep), test)
        try await check(
            BlueGreenStrategy(scaleDownDelay: .seconds(5), disposal: .scaleDown),
            test,
            accepting: ["oneInstance"]
        )
    }

    static let canaries: [Case] = [true, false].map { isThere in
        Case(
            testDescription: "canary, the second environment is \(isThere ? "there" : "to be made")",
            layout: .canary(stable: "shop-prod", canary: "shop-canary", weights: .listenerRule(arn: "")),
            environments: [],
            change: { world, settings in
                let balancer = world.addSharedBalancer("shop")
                world.seed(environment("shop-prod", front: .shared(balancer)))
                if isThere { world.seed(environment("shop-canary", "v0", instances: 1, front: .shared(balancer))) }
                let weights = [("shop-prod", 100)] + (isThere ? [("shop-canary", 0)] : [])
                let rule = world.addRule(on: balancer, weights: weights.map { (environment: $0.0, weight: $0.1) })
                settings.layout = .canary(
                    stable: "shop-prod",
                    canary: "shop-canary",
                    weights: .listenerRule(arn: rule ?? "")
                )
            }
        )
    }

    @Test(
        "given two environments behind one load balancer when weights rise then no rule is broken",
        arguments: canaries
    )
    func canary(_ test: Case) async throws {
        try await check(CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(60)), .setWeight(60)]), test)
    }

    @Test("given a canary with a size of its own when its weight rises then no rule is broken")
    func scaled() async throws {
        let steps: [CanaryStrategy.Step] = [.setCanaryScale(.replicas(1)), .setWeight(10), .setCanaryScale(nil)]
        try await check(CanaryStrategy(steps: steps), Self.canaries[1])
    }

    @Test("given weighted records when weights rise then no rule is broken")
    func records() async throws {
        let test = Case(
            testDescription: "weighted records",
            layout: .canary(
                stable: "shop-prod",
                canary: "shop-canary",
                weights: .route53(hostedZone: "", name: "shop.example.com")
            ),
            environments: [Self.environment("shop-prod"), Self.environment("shop-canary", "v0")],
            change: { world, settings in
                let zone = world.dns.addZone("example.com", account: AWSWorld.Seed.account, at: world.now)
                for (name, weight) in [("shop-prod", 100), ("shop-canary", 0)] {
                    let record = SlipwaySimulatedAWS.RecordSet(
                        "shop.example.com",
                        "CNAME",
                        ["\(name).us-east-1.elasticbeanstalk.com"],
                        weighted: (setIdentifier: name, weight: weight)
                    )
                    world.dns.put(record, in: zone, at: world.now)
                }
                settings.layout = .canary(
                    stable: "shop-prod",
                    canary: "shop-canary",
                    weights: .route53(hostedZone: zone, name: "shop.example.com")
                )
            }
        )
        try await check(CanaryStrategy(steps: [.setWeight(25)]), test, accepting: ["dnsWeights"])
    }
}
