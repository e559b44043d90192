internal import Logging
internal import SlipwayAWS
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayElasticBeanstalk
internal import SlipwayHTTP
internal import SlipwayModel
internal import SlipwaySimulatedAWS
internal import SlipwaySimulation

/// Simulated accounts, one a target, each made when it is first connected to and kept from then on.
///
/// Requests are signed with a made-up key and verified as AWS does.
final class SimulatedBeanstalkPlatform: Platform {
    private let file: String?
    private let logger: Logger?
    /// By application and target, such as `shop/tokyo`.
    let accounts = Locked<[String: SimulatedTransport<AWSWorld>]>([:])

    /// `file` says what the accounts are like; without it that follows from the config.
    init(file: String?, logger: Logger?) { (self.file, self.logger) = (file, logger) }

    var section: PlatformSection { .elasticBeanstalk }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        var settings = try ElasticBeanstalkSettings(of: target)
        let region = settings.region ?? "us-east-1"
        let transport = try world(target, settings, region, surroundings)
        // Addresses of its own would lead nowhere here.
        settings.endpoints = ElasticBeanstalkSettings.Endpoints()
        let account = try Self.account(region, transport, surroundings, logger)
        var connection = try account.connection(to: target, settings, in: surroundings)
        connection.summary = ["simulated account \(account.identity.account), region \(region)"]
        return connection
    }

    private func world(
        _ target: TargetConfiguration,
        _ settings: ElasticBeanstalkSettings,
        _ region: String,
        _ surroundings: Surroundings
    ) throws(InputFailure) -> SimulatedTransport<AWSWorld> {
        let key = settings.application + "/" + target.name
        return try accounts.withLock { (accounts) throws(InputFailure) in
            if let account = accounts[key] { return account }
            let rehearsal = BeanstalkRehearsal(
                settings: settings,
                region: region,
                release: target.release,
                cluster: try WorldFile.load(file, surroundings).cluster(of: target.name)
            )
            let now = surroundings.time.now
            let account = SimulatedTransport(rehearsal.world(at: now), time: surroundings.time)
            accounts[key] = account
            return account
        }
    }

    private static func account(
        _ region: String,
        _ transport: SimulatedTransport<AWSWorld>,
        _ surroundings: Surroundings,
        _ logger: Logger?
    ) throws(InputFailure) -> AWSAccount {
        let (time, random) = (surroundings.time, surroundings.random)
        let key = AWSWorld.AccessKey()
        let account = transport.world.home.account
        let credentials = FixedCredential(
            AWSCredentials(accessKeyID: key.id, secretAccessKey: key.secret, accountID: account)
        )
        let access = try AWSAccess(region: region, credentials: CredentialCache(credentials, time: time))
        let identity = CallerIdentity(account: account, arn: "arn:aws:iam::\(account):user/\(key.user)")
        let session = AWSSession(
            access.credentials,
            account: account,
            quotas: AWSRetryQuotas(),
            time: time,
            random: random
        )
        let traces = logger.map { [Trace($0, time: time)] } ?? []
        return AWSAccount(
            access: access,
            identity: identity,
            session: session,
            transport: Pipeline(traces, to: transport)
        )
    }
}
