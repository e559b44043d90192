public import SlipwayAzure
public import SlipwayBase
public import SlipwayHTTP
public import SlipwayKubernetes
public import SlipwayModel

extension KubernetesProvider: FrontedFleets {}

/// One target on a cluster of AKS: the Kubernetes provider, and what of Azure stands before it.
public struct AKSProvider: Provider {
    private let kubernetes: KubernetesProvider
    private let provider: any Provider & ChangeSource

    /// Makes a provider for `target`; `transport` leads to the API server of `access` and carries its credentials,
    /// `client` to Azure, where Front Door or Traffic Manager share production.
    public init(
        target: String,
        settings: AKSSettings,
        access: ClusterAccess,
        transport: any Transport,
        client: ARMClient,
        time: any TimeSource
    ) {
        let front = settings.front?.front(client, in: settings.scope)
        var layout = settings.kubernetes.layout
        if let front, case .canary(let stable, let canary, .external) = layout {
            layout = .canary(stable: stable, canary: canary, front: .external(words: front.words))
        }
        let fleets = KubernetesProvider(
            target: target,
            layout: layout,
            container: settings.kubernetes.container,
            namespace: settings.kubernetes.namespace ?? access.namespace ?? "default",
            origin: access.origin,
            basePath: access.basePath,
            transport: transport,
            time: time
        )
        kubernetes = fleets
        provider =
            if let front { FrontedProvider(target: target, fleets, behind: front, time: time) } else { fleets }
    }

    /// The lock of this target: a Lease in its namespace that lasts `seconds` without renewal.
    public func lock(seconds: Int = 30) -> LeaseLock { kubernetes.lock(seconds: seconds) }

    /// Reads the fleets, the route and what leads production to it, or the front; writes nothing.
    public func observe() async throws(ProviderFailure) -> Observation {
        var observation = try await provider.observe()
        for verdict in try await kubernetes.entrances().map(EntranceVerdict.init) { verdict.apply(to: &observation) }
        return observation
    }

    /// Brings `call` forward by at most one write.
    public func advance(_ call: Call) async throws(ProviderFailure) -> Progress { try await provider.advance(call) }

    /// The calls that `action` will make.
    public func outline(_ action: Action, in context: PlanContext) -> [String] {
        provider.outline(action, in: context)
    }
}

extension AKSProvider: ChangeSource {
    /// What the cluster can tell.
    public func changes(for call: Call) -> AsyncStream<Void> { provider.changes(for: call) }
}
