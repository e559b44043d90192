internal import SlipwayBase
internal import SlipwayElasticBeanstalk
internal import SlipwayModel
internal import SlipwaySimulatedAWS
internal import SlipwaySimulation

/// The account that a target of a config is rehearsed in: what the config names exists, with an older release.
struct BeanstalkRehearsal {
    let settings: ElasticBeanstalkSettings
    let region: String
    let release: Release
    let cluster: WorldFile.Cluster

    /// The account at `now`.
    func world(at now: Timestamp) -> AWSWorld {
        var seed = AWSWorld.Seed(environments: environments)
        seed.account = settings.accountID ?? AWSWorld.Seed.account
        seed.region = region
        seed.timings.dnsTail = settings.dnsTail
        if let readyAfter = cluster.readyAfter { seed.timings.instanceLaunch = readyAfter }
        seed.failures = cluster.versionFailures.map { BeanstalkFailure($0.kind.failure, version: $0.version) }
        if case .object(let bucket, let key) = release.artifact { seed.objects = [.init(bucket: bucket, key: key)] }
        prepareRouter(&seed)
        return AWSWorld(at: now, seed: seed)
    }

    /// A little older than the release, such as `2.4.0` for `2.4.1`.
    private var live: String {
        cluster.liveVersion ?? String(Rehearsal.older(than: "shop:\(release.version)").dropFirst("shop:".count))
    }

    private var environments: [AWSWorld.Seed.Environment] {
        switch settings.layout {
        case .environment(let name): return [environment(name)]
        case .blueGreen(let blue, _, let cname):
            var environment = environment(blue)
            environment.cnamePrefix = String(cname.prefix { $0 != "." })
            return [environment]
        case .canary(let stable, let canary, .listenerRule):
            return [stable, canary].map { name in
                var environment = environment(name)
                environment.front = .shared(Self.loadBalancer(region))
                return environment
            }
        case .canary(let stable, let canary, .route53): return [environment(stable), environment(canary)]
        }
    }

    private func environment(_ name: String) -> AWSWorld.Seed.Environment {
        AWSWorld.Seed.Environment(
            name,
            application: settings.application,
            version: live,
            instances: cluster.replicas ?? 4,
            policy: .rolling
        )
    }
}
