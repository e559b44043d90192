internal import Logging
internal import SlipwayAccess
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayCurl
internal import SlipwayHTTP
internal import SlipwayKubernetes

extension PlatformSection {
    /// The `kubernetes:` section of a target.
    static let kubernetes = PlatformSection("kubernetes", approximations: ["replicaRatio", "recreate"]) {
        reader,
        strategy in
        guard let settings = KubernetesSettings(reading: reader), let strategy else { return }
        if let sentence = settings.layout.misfit(strategy.name) { reader.findings.error(reader.node, sentence) }
    }
}

extension KubernetesSettings {
    /// The section of a target whose config was checked already.
    init(of target: TargetConfiguration) throws(InputFailure) {
        self = try ConfigReader.decode(target.section) { KubernetesSettings(reading: $0) }
    }
}

extension KubernetesLayout {
    /// Why the strategy of that name cannot release to what the layout names; nil when it can, or is not one of ours.
    func misfit(_ strategy: String) -> String? {
        let names = [
            "rolling": "one `deployment`", "blueGreen": "`blue` and `green`", "canary": "`stable` and `canary`",
        ]
        let own =
            switch self {
            case .rolling: "rolling"
            case .blueGreen: "blueGreen"
            case .canary: "canary"
            }
        guard strategy != own, let wanted = names[strategy], let present = names[own] else { return nil }
        return "names \(present), to which `\(strategy)` cannot release; name \(wanted), or use the strategy `\(own)`"
    }
}

/// Real clusters, reached as kubeconfigs say.
struct KubernetesPlatform: Platform {
    let access: AccessEnvironment
    let client: LazyClient
    let logins: Logins
    let logger: Logger?

    var section: PlatformSection { .kubernetes }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        let settings = try KubernetesSettings(of: target)
        let request = ClusterAccess.Request(
            context: settings.context,
            kubeconfig: settings.kubeconfig,
            isUnverifiedAllowed: settings.allowsUnverifiedTLS
        )
        var way = try ClusterAccess.resolve(request, in: access)
        switch logins {
        case .over: way = try await settled(way, target)
        case .standIns: way.credentials = FixedCredential<Secret<String>>.standIn
        }
        let namespace = settings.namespace ?? way.namespace ?? "default"
        let provider = KubernetesProvider(
            target: target.name,
            layout: settings.layout,
            container: settings.container,
            namespace: namespace,
            origin: way.origin,
            basePath: way.basePath,
            transport: try Self.transport(way, surroundings, client: client, logger: logger),
            time: surroundings.time
        )
        let summary = Self.summary(way, namespace)
        return Connection(
            provider: provider,
            lock: provider.lock(seconds: settings.lockSeconds),
            summary: summary,
            warnings: way.warnings.map { ($0.place.map { $0.file + ": " } ?? "") + $0.message }
        )
    }

    private func settled(
        _ access: ClusterAccess,
        _ target: TargetConfiguration
    ) async throws(InputFailure) -> ClusterAccess {
        do throws(CredentialFailure) { return try await access.settled().access } catch {
            throw InputFailure("\(target.name): \(error.description)")
        }
    }

    /// Every attempt is signed anew inside the retries, and nothing leaves the cluster's own origin.
    static func transport(
        _ way: ClusterAccess,
        _ surroundings: Surroundings,
        client: LazyClient,
        logger: Logger?
    ) throws(InputFailure) -> any Transport {
        let (time, random) = (surroundings.time, surroundings.random)
        var middlewares: [any Middleware] = [
            Retry(budget: RetryBudget(time: time), time: time, random: random), OriginGuard([way.origin]),
        ]
        if let credentials = way.credentials {
            middlewares.append(
                Authenticate(CredentialCache(credentials, time: time), signer: BearerSigner(), time: time)
            )
        }
        if let logger { middlewares.append(Trace(logger, time: time)) }
        return Pipeline(
            middlewares,
            to: try client.transport(tls: way.tls, proxy: way.proxy.map { .url($0) } ?? .environment)
        )
    }

    private static func summary(_ way: ClusterAccess, _ namespace: String) -> [String] {
        let names = way.names
        let cluster = names.cluster.isEmpty ? "\(way.origin)" : "\(names.cluster) (\(way.origin))"
        var lines = [
            "cluster \(cluster)", "user \(names.user.isEmpty ? "of this pod" : names.user)", "namespace \(namespace)",
        ]
        if way.tls.isUnverified { lines.append("the server's identity is NOT verified") }
        return lines.map { $0.printable(max: 200) }
    }
}
