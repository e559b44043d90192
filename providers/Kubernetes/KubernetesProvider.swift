public import SlipwayBase
public import SlipwayHTTP
public import SlipwayModel

/// One target on a Kubernetes cluster, driven through the plain REST API.
///
/// Every call looks first and then makes at most one write, guarded by the resourceVersion it has seen; the engine asks
/// again until the end state holds.
public struct KubernetesProvider: Provider {
    let target: String
    let layout: KubernetesLayout
    let container: String?
    let api: ClusterAPI
    let time: any TimeSource

    /// Makes a provider for `target`; `transport` carries the credentials.
    public init(
        target: String,
        layout: KubernetesLayout,
        container: String? = nil,
        namespace: String,
        origin: Origin,
        basePath: String = "",
        transport: any Transport,
        time: any TimeSource
    ) {
        (self.target, self.layout, self.container, self.time) = (target, layout, container, time)
        let calls = KubernetesCalls(origin: origin, basePath: basePath, namespace: namespace)
        api = ClusterAPI(calls: calls, transport: transport)
    }

    /// The lock of this target: a Lease in its namespace that lasts `seconds` without renewal.
    public func lock(seconds: Int = 30) -> LeaseLock {
        LeaseLock(name: "slipway-\(target)", api: api, time: time, seconds: seconds)
    }

    /// Reads the Deployments and the front once; writes nothing.
    public func observe() async throws(ProviderFailure) -> Observation {
        try await Observer(target: target, layout: layout, container: container, api: api).observe()
    }

    /// Brings `call` forward by at most one write.
    public func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        try await advance(call, with: Work(call: call, layout: layout, api: api, time: time))
    }

    private func advance(_ call: Call, with work: Work) async throws(ProviderFailure) -> Progress {
        switch call.action {
        case .replacedInPlace(let release, let batch): return try await work.replace(with: release, batch)
        case .replacedAfterTrial:
            throw ProviderFailure(.refused, "\(target): Kubernetes tries no release by itself; use weights instead.")
        case .staged(let release, let scale): return try await work.stage(release, scale)
        case .routed(let percent, _): return try await work.route(percent)
        case .ramped: throw ProviderFailure(.refused, "\(target): Kubernetes raises no shares by itself.")
        case .matched(let headers, _): return try await work.match(headers)
        case .live(let release): return try await work.route(release == call.context.new ? 100 : 0)
        case .retired(_, let disposal): return try await work.retire(disposal)
        case .unstaged: return try await work.unstage()
        }
    }

    /// What `observe()` gives where something outside of the cluster gives the candidate `share` percent of production.
    public func observe(share: Int) async throws(ProviderFailure) -> Observation {
        try await Observer(target: target, layout: layout, container: container, api: api, share: share).observe()
    }

    /// What `advance(_:)` does where something outside of the cluster gives the candidate `share` percent of
    /// production.
    public func advance(_ call: Call, share: Int) async throws(ProviderFailure) -> Progress {
        try await advance(call, with: Work(call: call, layout: layout, api: api, time: time, share: share))
    }

    /// What the fleet that is to gain production (the candidate when `isCandidate`) lacks for it; nil when nothing.
    public func missing(_ call: Call, forCandidate isCandidate: Bool) async throws(ProviderFailure) -> Progress? {
        try await Work(call: call, layout: layout, api: api, time: time).missing(forCandidate: isCandidate)
    }

    /// The calls that `action` will make.
    public func outline(_ action: Action, in context: PlanContext) -> [String] {
        Outline(layout: layout, context: context).lines(action)
    }
}
