internal import Logging
internal import SlipwayAKS
internal import SlipwayAzure
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayCurl
internal import SlipwayHTTP
internal import SlipwayKubernetes
internal import SlipwayModel

extension PlatformSection {
    /// The `aks:` section of a target.
    static let aks = PlatformSection(
        "aks",
        approximations: ["replicaRatio", "recreate", "frontDoorWeights", "trafficManagerWeights"]
    ) { reader, strategy in
        guard let settings = AKSSettings(reading: reader), let strategy else { return }
        if let sentence = settings.kubernetes.layout.misfit(strategy.name) {
            reader.findings.error(reader.node, sentence)
        }
    }
}

extension AKSSettings {
    /// The section of a target whose config was checked already.
    init(of target: TargetConfiguration) throws(InputFailure) {
        self = try ConfigReader.decode(target.section) { AKSSettings(reading: $0) }
    }
}

/// Real clusters of AKS, reached through Azure without kubelogin.
struct AKSPlatform: Platform {
    let accounts: AzureAccounts
    let client: LazyClient
    let logger: Logger?

    var section: PlatformSection { .aks }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        try await connect(target, try AKSSettings(of: target), in: surroundings)
    }

    /// Connects to `target`, whose section says `settings`.
    func connect(
        _ target: TargetConfiguration,
        _ settings: AKSSettings,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        let account: AzureAccount
        let way: AKSAccess.Way
        do throws(InputFailure) {
            account = try await accounts.account(settings.scope)
            let access = AKSAccess(settings, client: account.arm, time: surroundings.time) { scope, _ in
                account.tokens(scope)
            }
            way = try await access.resolve()
        } catch { throw error.of(target.name) }
        let provider = AKSProvider(
            target: target.name,
            settings: settings,
            access: way.access,
            transport: try transport(way, surroundings),
            client: account.arm,
            time: surroundings.time
        )
        let namespace = settings.kubernetes.namespace ?? way.access.namespace ?? "default"
        return Connection(
            provider: provider,
            lock: provider.lock(seconds: settings.kubernetes.lockSeconds),
            summary: account.summary + way.summary + ["namespace \(namespace)"],
            warnings: account.warnings + way.warnings
        )
    }

    /// As for any cluster: every attempt is signed anew, and nothing leaves the API server's own origin.
    private func transport(_ way: AKSAccess.Way, _ surroundings: Surroundings) throws(InputFailure) -> any Transport {
        let inside = try KubernetesPlatform.transport(way.access, surroundings, client: client, logger: logger)
        return Pipeline(way.middlewares, to: inside)
    }
}
