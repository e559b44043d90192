import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayEngine
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies

/// Releases of one application on Elastic Beanstalk.
extension ElasticBeanstalkLab {
    /// The version that serves before.
    static let oldVersion = "1.0.0"
    /// The version of a release that comes up.
    static let newVersion = "2.0.0"
    /// The version of a release that never passes its health checks.
    static let badVersion = "2.0.0-broken"
    /// An option that belongs to somebody else.
    static let foreign = "aws:elasticbeanstalk:application:environment TEAM"

    /// Every way of releasing, each with a release that comes up and one that does not.
    public static func scenarios() throws -> [Scenario] {
        try [true, false].flatMap { isGood in
            [
                try rolling(isGood), try additionalBatch(isGood), try immutable(isGood), try trial(isGood),
                try blueGreen(isGood), try clonedBlueGreen(isGood), try canary(isGood), try clonedCanary(isGood),
            ]
        } + [try shrunkBlueGreen()]
    }

    static func release(_ isGood: Bool) -> Release {
        let version = isGood ? newVersion : badVersion
        return Release(version: version, artifact: .object(bucket: bucket, key: "shop/\(version).zip"))
    }

    static func account(_ environments: [AWSWorld.Seed.Environment]) -> AWSWorld {
        var seed = AWSWorld.Seed(
            environments: environments.map { environment in
                var environment = environment
                environment.version = oldVersion
                environment.options[BeanstalkOption("aws:elasticbeanstalk:application:environment", "TEAM")] =
                    "checkout"
                return environment
            }
        )
        seed.timings = timings
        seed.throttling = nil
        seed.failures = [BeanstalkFailure(.unhealthy, version: badVersion)]
        var world = AWSWorld(at: Scenario.start, seed: seed)
        world.verifiesSignatures = false
        world.storage.addBucket(bucket, region: region, owner: AWSWorld.Seed.account, at: Scenario.start)
        for version in [newVersion, badVersion] {
            world.storage.put([0x50, 0x4B], key: "shop/\(version).zip", in: bucket, at: Scenario.start)
        }
        return world
    }

    /// Quicker than a real cloud, so that a rehearsal is short; slow enough for a look in the middle of everything.
    private static var timings: BeanstalkTimings {
        var timings = BeanstalkTimings()
        timings.start = .seconds(2)
        timings.instanceLaunch = .seconds(4)
        timings.instanceDeploy = .seconds(2)
        timings.deregistration = .seconds(1)
        timings.healthChecks = .seconds(3)
        timings.cleanup = .seconds(6)
        timings.instanceTermination = .seconds(3)
        timings.optionUpdate = .seconds(4)
        timings.environmentLaunch = .seconds(8)
        timings.termination = .seconds(12)
        timings.abort = .seconds(6)
        timings.swap = .seconds(5)
        timings.processing = .seconds(3)
        return timings
    }

    /// `name` on this platform, with the release it is about.
    func scenario(_ name: String, _ strategy: any Strategy) -> Scenario {
        let isGood = release.version == Self.newVersion
        var scenario = Scenario(
            name: "EB " + name + (isGood ? "" : ", broken release"),
            platform: self,
            strategy: strategy,
            release: release,
            former: Release(version: Self.oldVersion, artifact: .label(name: Self.oldVersion)),
            verdict: isGood ? .deployed : .failed
        )
        // A failure is waited for with many looks that are all alike.
        scenario.stride = isGood ? 1 : 16
        return scenario
    }

    private static func single(_ isGood: Bool) throws -> ElasticBeanstalkLab {
        let world = account([.init("shop-prod", instances: 2)])
        return try ElasticBeanstalkLab(world, .environment(name: "shop-prod"), release(isGood))
    }

    /// One instance after the other.
    public static func rolling(_ isGood: Bool) throws -> Scenario {
        try single(isGood).scenario(
            "rolling",
            RollingStrategy(maxSurge: .count(0), maxUnavailable: .count(1), deadline: .seconds(300))
        )
    }

    /// One instance after the other, beginning with a new one.
    public static func additionalBatch(_ isGood: Bool) throws -> Scenario {
        try single(isGood).scenario(
            "rolling with additional batch",
            RollingStrategy(maxSurge: .count(1), maxUnavailable: .count(0), deadline: .seconds(300))
        )
    }

    /// A second set of instances.
    public static func immutable(_ isGood: Bool) throws -> Scenario {
        try single(isGood).scenario(
            "immutable",
            RollingStrategy(maxSurge: .percent(100), maxUnavailable: .count(0), deadline: .seconds(300))
        )
    }

    /// A share of production for a while, split by the platform itself.
    public static func trial(_ isGood: Bool) throws -> Scenario {
        let steps: [CanaryStrategy.Step] = [.setWeight(20), .pause(.seconds(180))]
        var scenario = try single(isGood).scenario("trial", CanaryStrategy(steps: steps, deadline: .seconds(300)))
        scenario.stride = isGood ? 10 : 16
        return scenario
    }
}
