internal import SlipwayAWS
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayElasticBeanstalk
internal import SlipwayHTTP
internal import SlipwayModel

extension PlatformSection {
    /// The `elasticBeanstalk:` section of a target.
    static let elasticBeanstalk = PlatformSection(
        "elasticBeanstalk",
        artifacts: [.object, .bundle],
        approximations: ["allAtOnce", "partialSurge", "oneInstance", "dnsWeights"]
    ) { reader, strategy in
        guard let settings = ElasticBeanstalkSettings(reading: reader), let strategy else { return }
        if let sentence = settings.layout.misfit(strategy.name) { reader.findings.error(reader.node, sentence) }
    }
}

extension ElasticBeanstalkSettings {
    /// The section of a target whose config was checked already.
    init(of target: TargetConfiguration) throws(InputFailure) {
        self = try ConfigReader.decode(target.section) { ElasticBeanstalkSettings(reading: $0) }
    }

    /// What the section says about the way to its account.
    var access: AWSAccess.Request {
        let origins: [AWSAPI: Origin?] = [
            .elasticBeanstalk: endpoints.elasticBeanstalk, .s3: endpoints.s3, .sts: endpoints.sts,
            .elasticLoadBalancing: endpoints.elasticLoadBalancing, .autoScaling: endpoints.autoScaling,
            .route53: endpoints.route53,
        ]
        return AWSAccess.Request(
            profile: profile,
            region: region,
            endpoints: origins.compactMapValues { $0?.description }
        )
    }
}

extension ElasticBeanstalkLayout {
    /// Why the strategy of that name cannot release to what the layout names; nil when it can, or is not one of ours.
    fileprivate func misfit(_ strategy: String) -> String? {
        switch (self, strategy) {
        case (.environment, "blueGreen"):
            "names one `environment`, and `blueGreen` switches between two; name `blue`, `green` and `cname`"
        case (.blueGreen, "rolling"), (.blueGreen, "canary"):
            "names `blue` and `green`, to which `\(strategy)` cannot release; name one `environment`"
                + (strategy == "canary" ? ", or `stable` and `canary`" : "")
        case (.canary, "rolling"), (.canary, "blueGreen"):
            "names `stable` and `canary`, to which `\(strategy)` cannot release; name "
                + (strategy == "rolling" ? "one `environment`" : "`blue`, `green` and `cname`")
        default: nil
        }
    }
}

/// Real accounts, reached as AWS's own tools reach them.
struct BeanstalkPlatform: Platform {
    let accounts: AWSAccounts

    var section: PlatformSection { .elasticBeanstalk }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        let settings = try ElasticBeanstalkSettings(of: target)
        let account: AWSAccount
        do throws(InputFailure) { account = try await accounts.account(settings.access) } catch {
            throw error.of(target.name)
        }
        let (identity, access) = (account.identity, account.access)
        if let pinned = settings.accountID, pinned != identity.account {
            throw InputFailure(
                "\(target.name): the credentials belong to account \(identity.account) (\(identity.arn)), and the "
                    + "target to account \(pinned); choose another profile, or correct accountId. Nothing was written."
            )
        }
        return try account.connection(to: target, settings, in: surroundings).adding(
            summary: [
                "account \(identity.account), region \(access.region)", "as \(identity.arn)",
                "credentials from \(access.names.credentials)",
            ],
            warnings: access.warnings.map(\.message)
        )
    }
}

extension AWSAccount {
    /// The target, its lock in the account's storage bucket, and its bundle from this machine.
    func connection(
        to target: TargetConfiguration,
        _ settings: ElasticBeanstalkSettings,
        in surroundings: Surroundings
    ) throws(InputFailure) -> Connection {
        let storage = try storage()
        let provider = ElasticBeanstalkProvider(
            target: target.name,
            settings: settings,
            clients: ElasticBeanstalkClients(
                elasticBeanstalk: query(.elasticBeanstalk, version: ElasticBeanstalkClients.elasticBeanstalkVersion),
                elasticLoadBalancing: query(.elasticLoadBalancing, version: LoadBalancingCalls.version),
                autoScaling: query(.autoScaling, version: AutoScalingCalls.version),
                route53: route53()
            ),
            bundles: S3Bundles(access.endpoint(.s3), transport: storage.transport, open: surroundings.openFile),
            time: surroundings.time
        )
        let openFile = surroundings.openFile
        return Connection(
            provider: provider,
            lock: provider.lock(in: S3Client(storage.bucket, transport: storage.transport)),
            pin: { (release) throws(InputFailure) in try Self.pin(release, openFile) }
        )
    }

    /// A bundle is read, checked and given its digest.
    private static func pin(
        _ release: Release,
        _ open: (String) throws(InputFailure) -> any FileReader
    ) throws(InputFailure) -> PinnedRelease {
        guard case .bundle(let path, _) = release.artifact else { return PinnedRelease(release) }
        let bundle = try SourceBundle(reading: try open(path), path: path)
        let warnings = bundle.soleFolder.map { folder in
            "\(path.printable(max: 200)) holds nothing but the folder \(folder.printable(max: 100)); Elastic Beanstalk "
                + "looks for the application beside it, so pack what is in the folder."
        }
        return PinnedRelease(
            Release(version: release.version, artifact: .bundle(path: path, sha256: bundle.content.sha256)),
            warnings: warnings.map { [$0] } ?? []
        )
    }
}

extension Connection {
    fileprivate func adding(summary: [String], warnings: [String]) -> Connection {
        var connection = self
        connection.summary += summary.map { $0.printable(max: 200) }
        connection.warnings += warnings.map { $0.printable(max: 300) }
        return connection
    }
}
