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
        var seed = AWSWorld.Seed()
        seed.account = settings.accountID ?? AWSWorld.Seed.account
        seed.keys = [AWSWorld.AccessKey(account: seed.account)]
        seed.region = region
        seed.timings.dnsTail = settings.dnsTail
        if let readyAfter = cluster.readyAfter { seed.timings.instanceLaunch = readyAfter }
        seed.failures = cluster.versionFailures.map { BeanstalkFailure($0.kind.failure, version: $0.version) }
        var world = AWSWorld(at: now, seed: seed)
        if case .object(let bucket, let key) = release.artifact {
            world.storage.addBucket(bucket, region: region, owner: seed.account, at: now)
            // Not empty, which would be refused.
            world.storage.put([0x50, 0x4B], key: key, in: bucket, at: now)
        }
        addEnvironments(to: &world)
        return world
    }

    /// A little older than the release, such as `2.4.0` for `2.4.1`.
    private var live: String {
        cluster.liveVersion ?? Rehearsal.older(than: release)
    }

    private func addEnvironments(to world: inout AWSWorld) {
        switch settings.layout {
        case .environment(let name): world.seed(environment(name))
        case .blueGreen(let blue, _, let cname):
            var environment = environment(blue)
            environment.cnamePrefix = String(cname.prefix { $0 != "." })
            world.seed(environment)
        case .canary(let stable, let canary, .listenerRule(let arn)):
            guard let balancer = world.addSharedBalancer(ofRule: arn) else { return }
            for name in [stable, canary] {
                var environment = environment(name)
                environment.front = .shared(balancer)
                world.seed(environment)
            }
            world.addRule(named: arn, weights: [(stable, 100), (canary, 0)])
        case .canary(let stable, let canary, .route53(let zone, let name)):
            let domain = name.drop { $0 != "." }.dropFirst()
            world.dns.addZone(String(domain), id: zone, account: world.home.account, at: world.now)
            for (environment, weight) in [(stable, 100), (canary, 0)] {
                world.seed(self.environment(environment))
                guard let cname = world.environment(environment)?.cname else { continue }
                let record = RecordSet(name, "CNAME", [cname], weighted: (environment, weight))
                world.dns.put(record, in: zone, at: world.now)
            }
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

extension WorldFile.VersionFailure.Kind {
    /// What Elastic Beanstalk makes of it.
    fileprivate var failure: BeanstalkFailure.Kind {
        switch self {
        case .rejected: .processing
        case .crash: .everyInstance
        case .hang: .timeout(1)
        case .unhealthy: .unhealthy
        }
    }
}
