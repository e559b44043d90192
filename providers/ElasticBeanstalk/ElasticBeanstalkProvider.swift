public import SlipwayAWS
public import SlipwayBase
public import SlipwayModel

/// One target on Elastic Beanstalk, driven through its Query API.
///
/// Every call looks first and then makes at most one write; the engine asks again until the end state holds. Success
/// and failure are read from the state of the environment, never from the words of its events.
public struct ElasticBeanstalkProvider: Provider {
    let target: String
    let settings: ElasticBeanstalkSettings
    let cloud: Cloud
    let bundles: any BundleStore
    let time: any TimeSource

    /// Makes a provider for `target`; the clients carry the credentials, `bundles` brings files into S3.
    public init(
        target: String,
        settings: ElasticBeanstalkSettings,
        clients: ElasticBeanstalkClients,
        bundles: any BundleStore = NoBundles(),
        time: any TimeSource
    ) {
        (self.target, self.settings, self.bundles, self.time) = (target, settings, bundles, time)
        cloud = Cloud(calls: ElasticBeanstalkCalls(application: settings.application), clients: clients)
    }

    /// The lock of this target: an object in the account's storage bucket, which is made when it is missing.
    public func lock(in bucket: S3Client) -> S3Lock {
        S3Lock(
            of: target,
            in: settings.application,
            bucket,
            time: time,
            seconds: settings.lockSeconds
        ) { [cloud] () async throws(ProviderFailure) in try await cloud.send(cloud.calls.storageLocation()) }
    }

    /// Reads the environments and what leads production to them once; writes nothing.
    public func observe() async throws(ProviderFailure) -> Observation {
        var observation = try await Observer(target: target, settings: settings, cloud: cloud).observe()
        observation.patience = Self.patience(instances: observation.replicas)
        return observation
    }

    /// Brings `call` forward by at most one write.
    public func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        let work = Work(call, settings: settings, cloud: cloud, bundles: bundles, time: time)
        switch call.action {
        case .replacedInPlace(let release, let batch): return try await work.replace(with: release, batch)
        case .replacedAfterTrial(let release, let trial): return try await work.replace(with: release, trying: trial)
        case .staged(let release, let scale): return try await work.stage(release, scale)
        case .routed(let percent, let release): return try await work.route(percent, release)
        case .ramped: throw ProviderFailure(.refused, "\(target): Elastic Beanstalk raises no shares by itself.")
        case .matched: throw ProviderFailure(.refused, "\(target): Elastic Beanstalk routes no requests by header.")
        case .live(let release): return try await work.switchOver(to: release)
        case .retired(_, let disposal): return try await work.retire(disposal)
        case .unstaged: return try await work.unstage()
        }
    }

    /// The calls that `action` will make.
    public func outline(_ action: Action, in context: PlanContext) -> [String] {
        Outline(settings: settings, context: context).lines(action)
    }

    /// Elastic Beanstalk needs minutes an instance and more for those it launches: an immutable update of three was
    /// seen to take 18 minutes.
    private static func patience(instances: Int) -> Duration { .seconds(min(1200 + 300 * instances, 6 * 3600)) }
}
