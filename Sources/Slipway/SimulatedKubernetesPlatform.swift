internal import Logging
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayHTTP
internal import SlipwayKubernetes
internal import SlipwayModel
internal import SlipwaySimulation

/// Simulated clusters, one a target, each made when it is first connected to and kept from then on.
final class SimulatedKubernetesPlatform: Platform {
    private let file: String?
    private let logger: Logger?
    private let clusters = Locked<[String: SimulatedCluster]>([:])

    /// `file` says what the clusters are like; without it that follows from the config.
    init(file: String?, logger: Logger?) { (self.file, self.logger) = (file, logger) }

    var section: PlatformSection { .kubernetes }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        let settings = try SlipwayKubernetes.KubernetesSettings(of: target)
        let namespace = settings.namespace ?? "default"
        let cluster = try cluster(target, configuration, settings, namespace, surroundings)
        let traces = logger.map { [Trace($0, time: surroundings.time)] } ?? []
        let provider = KubernetesProvider(
            target: target.name,
            layout: settings.layout,
            container: settings.container,
            namespace: namespace,
            origin: Origin(scheme: "https", host: "simulated.invalid"),
            transport: Pipeline(traces, to: cluster),
            time: surroundings.time
        )
        return Connection(
            provider: Polled(provider),
            lock: provider.lock(seconds: settings.lockSeconds),
            summary: ["simulated cluster \(settings.context ?? target.name)", "namespace \(namespace)"]
        )
    }

    private func cluster(
        _ target: TargetConfiguration,
        _ configuration: Configuration,
        _ settings: SlipwayKubernetes.KubernetesSettings,
        _ namespace: String,
        _ surroundings: Surroundings
    ) throws(InputFailure) -> SimulatedCluster {
        let key = configuration.application + "/" + target.name
        return try clusters.withLock { (clusters) throws(InputFailure) in
            if let cluster = clusters[key] { return cluster }
            let rehearsal = Rehearsal(
                of: settings.layout,
                container: settings.container,
                namespace: namespace,
                application: configuration.application,
                release: target.release,
                on: try WorldFile.load(file, surroundings).cluster(of: target.name)
            )
            let cluster = SimulatedTransport(try rehearsal.world(at: surroundings.time.now), time: surroundings.time)
            clusters[key] = cluster
            return cluster
        }
    }
}

extension WorldFile {
    /// What the file at `path` says; nothing without one.
    static func load(_ path: String?, _ surroundings: Surroundings) throws(InputFailure) -> WorldFile {
        guard let path else { return WorldFile() }
        return try WorldFile.load(bytes: try surroundings.readFile(path, Limits.configBytesMax), file: path)
    }
}
