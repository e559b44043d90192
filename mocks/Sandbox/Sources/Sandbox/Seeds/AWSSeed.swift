import SlipwayBase
import SlipwayConfig
import SlipwaySimulatedAWS

/// What the AWS account holds at the beginning.
struct AWSSeed: Sendable {
    /// A load balancer that several environments share.
    struct Balancer: Sendable {
        var name: String
        var environments: [AWSWorld.Seed.Environment]
        var rules: [(host: String, weights: [(environment: String, weight: Int)])]
    }

    var region = "us-east-1"
    var account = AWSWorld.Seed.account
    var keys: [AWSWorld.AccessKey] = []
    var applications: [AWSWorld.Seed.Application] = []
    var environments: [AWSWorld.Seed.Environment] = []
    var balancers: [Balancer] = []
    var buckets: [String] = []
    var failures: [BeanstalkFailure] = []
    var isThrottled = false
    var timings = BeanstalkTimings()

    init() {}

    /// The world, and the rules of its load balancers by host.
    func world(at now: Timestamp) throws(InputFailure) -> (AWSWorld, [String: String]) {
        var seed = AWSWorld.Seed(environments: environments)
        (seed.account, seed.region, seed.keys) = (account, region, keys)
        (seed.applications, seed.timings, seed.failures) = (applications, timings, failures)
        seed.throttling = isThrottled ? AWSThrottling() : nil
        var world = AWSWorld(at: now, seed: seed)
        world.storage.keepsBodies = true
        for bucket in buckets { world.storage.addBucket(bucket, region: region, owner: account, at: now) }
        var rules: [String: String] = [:]
        for balancer in balancers {
            let arn = world.addSharedBalancer(balancer.name)
            for var environment in balancer.environments {
                environment.front = .shared(arn)
                world.seed(environment)
            }
            for (index, rule) in balancer.rules.enumerated() {
                let made = world.addRule(on: arn, priority: 10 + index, host: rule.host, weights: rule.weights)
                guard let made else { throw InputFailure("the rule for \(rule.host) of aws.balancers has no listener") }
                rules[rule.host] = made
            }
        }
        return (world, rules)
    }
}

extension AWSSeed {
    private enum Failing: String, CaseIterable { case rejected, crash, hang, unhealthy, degrades, warns, swap }

    init(reading reader: ConfigReader) {
        self.init()
        region = reader.string("region") ?? region
        account = reader.string("account") ?? account
        keys = reader.each("keys") { [account] key in
            guard let id = key.string("id", required: true), let secret = key.string("secret", required: true) else {
                return nil
            }
            return AWSWorld.AccessKey(
                id,
                secret: Secret(secret),
                account: account,
                user: key.string("user") ?? "deployer"
            )
        }
        applications = reader.each("applications") { application in
            application.string("name", required: true).map {
                AWSWorld.Seed.Application($0, versions: application.strings("versions") ?? [])
            }
        }
        environments = reader.each("environments", Self.environment)
        balancers = reader.each("balancers") { balancer in
            guard let name = balancer.string("name", required: true) else { return nil }
            return Balancer(
                name: name,
                environments: balancer.each("environments", Self.environment),
                rules: balancer.each("rules", Self.rule)
            )
        }
        buckets = reader.strings("buckets") ?? []
        failures = reader.each("failures", Self.failure)
        isThrottled = reader.bool("throttling") ?? false
        if let speed = reader.int("speed", in: 1...1000) { timings = timings.divided(by: speed) }
    }

    private static func environment(_ reader: ConfigReader) -> AWSWorld.Seed.Environment? {
        guard let name = reader.string("name", required: true) else { return nil }
        var environment = AWSWorld.Seed.Environment(
            name,
            application: reader.string("application") ?? "shop",
            version: reader.string("version") ?? "v1",
            instances: reader.int("instances", in: 1...1000) ?? 2,
            policy: reader.choice("policy", of: DeploymentPolicy.self) ?? .rolling
        )
        // A batch at a time, as the console sets it; the service itself begins with all of them.
        let batch = reader.percent("batchSize", in: 1...100) ?? 25
        environment.options = [.batchType: "Percentage", .batchSize: String(batch)]
        environment.cnamePrefix = reader.string("cname")
        environment.isEnhanced = reader.bool("enhanced") ?? true
        return environment
    }

    private static func rule(_ reader: ConfigReader) -> (host: String, weights: [(environment: String, weight: Int)])? {
        guard let host = reader.string("host", required: true), let weights = reader.mapping("weights", required: true)
        else { return nil }
        defer { weights.finish() }
        let names = weights.node.entries?.map(\.key) ?? []
        return (host, names.map { ($0, weights.int($0, in: 0...999) ?? 0) })
    }

    private static func failure(_ reader: ConfigReader) -> BeanstalkFailure? {
        guard let kind = reader.choice("kind", of: Failing.self, required: true) else { return nil }
        let what: BeanstalkFailure.Kind =
            switch kind {
            case .rejected: .processing
            case .crash: .everyInstance
            case .hang: .timeout(1)
            case .unhealthy: .unhealthy
            case .degrades: .degrades(after: reader.duration("after") ?? .seconds(60))
            case .warns: .warns
            case .swap: .swap
            }
        return BeanstalkFailure(
            what,
            version: reader.string("version"),
            environment: reader.string("environment"),
            times: reader.int("times", in: 1...1_000_000)
        )
    }
}

extension BeanstalkTimings {
    /// The same, so many times faster; nothing takes less than a tenth of a second.
    fileprivate func divided(by speed: Int) -> BeanstalkTimings {
        var timings = self
        let fields: [WritableKeyPath<BeanstalkTimings, Duration>] = [
            \.start, \.instanceLaunch, \.instanceDeploy, \.deregistration, \.healthChecks, \.cleanup,
            \.instanceTermination, \.optionUpdate, \.environmentLaunch, \.termination, \.abort, \.swap, \.dnsTail,
            \.processing,
        ]
        for field in fields { timings[keyPath: field] = max(self[keyPath: field] / speed, .milliseconds(100)) }
        return timings
    }
}
