internal import Logging
internal import SlipwayAKS
internal import SlipwayAccess
internal import SlipwayAppService
internal import SlipwayAzure
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayHTTP
internal import SlipwayKubernetes
internal import SlipwayModel
internal import SlipwaySimulatedAzure
internal import SlipwaySimulation

/// Simulated subscriptions, one a target, each made when it is first connected to and kept from then on.
///
/// The platforms on it are the real ones, whose network leads there: tokens are asked for and checked as Azure does.
final class SimulatedAzure: Sendable {
    /// A subscription, and the way to it.
    struct Stage: Sendable {
        let world: SimulatedTransport<AzureWorld>
        let accounts: AzureAccounts
        let client: LazyClient
    }

    private let file: String?
    let logger: Logger?
    /// By application and target, such as `shop/tokyo`.
    let stages = Locked<[String: Stage]>([:])

    /// `file` says what the subscriptions are like; without it that follows from the config.
    init(file: String?, logger: Logger?) { (self.file, self.logger) = (file, logger) }

    func stage(
        of target: TargetConfiguration,
        in configuration: Configuration,
        _ surroundings: Surroundings,
        _ world: (AzureRehearsal) throws(InputFailure) -> AzureWorld
    ) throws(InputFailure) -> Stage {
        let key = configuration.application + "/" + target.name
        return try stages.withLock { (stages) throws(InputFailure) in
            if let stage = stages[key] { return stage }
            let rehearsal = AzureRehearsal(
                release: target.release,
                application: configuration.application,
                cluster: try WorldFile.load(file, surroundings).cluster(of: target.name)
            )
            let transport = SimulatedTransport(try world(rehearsal), time: surroundings.time)
            let client = LazyClient(transport)
            let accounts = AzureAccounts(
                environment: .rehearsed(in: transport.world.home.tenant, surroundings),
                client: client,
                random: surroundings.random,
                logger: logger
            )
            let stage = Stage(world: transport, accounts: accounts, client: client)
            stages[key] = stage
            return stage
        }
    }
}

extension AccessEnvironment {
    /// A machine that has nothing but a secret for the simulated directory.
    fileprivate static func rehearsed(in tenant: String, _ surroundings: Surroundings) -> AccessEnvironment {
        let client = AzureClient()
        let variables = [
            "AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": client.id,
            "AZURE_CLIENT_SECRET": client.secret?.reveal() ?? "",
        ]
        return AccessEnvironment(
            readFile: { (_, _) throws(FileFailure) in throw .missing },
            variable: { variables[$0] },
            run: { (_) async throws(PluginFailure) in throw .missing },
            time: surroundings.time
        )
    }
}

/// Simulated sites.
struct SimulatedAppServicePlatform: Platform {
    private let azure: SimulatedAzure

    init(_ azure: SimulatedAzure) { self.azure = azure }

    var section: PlatformSection { .appService }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        var settings = try AppServiceSettings(of: target)
        // Whoever is rehearsed for has no credentials here.
        settings.scope.credential = nil
        let stage = try azure.stage(of: target, in: configuration, surroundings) { (rehearsal) throws(InputFailure) in
            rehearsal.world(of: settings, at: surroundings.time.now)
        }
        let account = try await stage.accounts.account(settings.scope)
        var connection = account.connection(
            to: target,
            of: configuration.application,
            settings,
            in: surroundings
        )
        connection.summary = ["simulated subscription \(settings.scope.subscription)"]
        connection.warnings = []
        return connection
    }
}

/// Simulated clusters of AKS.
struct SimulatedAKSPlatform: Platform {
    private let azure: SimulatedAzure

    init(_ azure: SimulatedAzure) { self.azure = azure }

    var section: PlatformSection { .aks }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        var settings = try AKSSettings(of: target)
        settings.scope.credential = nil
        let rehearsed = settings
        let stage = try azure.stage(of: target, in: configuration, surroundings) { (rehearsal) throws(InputFailure) in
            try rehearsal.world(of: rehearsed, at: surroundings.time.now)
        }
        let platform = AKSPlatform(accounts: stage.accounts, client: stage.client, logger: azure.logger)
        var connection = try await platform.connect(target, settings, in: surroundings)
        connection.provider = Polled(connection.provider)
        let namespace = settings.kubernetes.namespace ?? "default"
        connection.summary = ["simulated AKS cluster \(settings.cluster)", "namespace \(namespace)"]
        connection.warnings = []
        return connection
    }
}
