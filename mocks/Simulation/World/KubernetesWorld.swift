public import SlipwayBase
public import SlipwayHTTP

/// A Kubernetes cluster as a value: an API that answers requests, and controllers that act when time passes.
///
/// Nothing in it waits, draws chance or touches the outside: the same requests at the same times give the same
/// answers. A copy is a snapshot and costs next to nothing.
///
///     var world = KubernetesWorld(at: time.now)
///     try world.seed(SeedDeployment("shop", image: "registry.example.com/shop:1", replicas: 4))
///     let answer = world.respond(to: request, at: time.now)
public struct KubernetesWorld: Sendable {
    /// The time up to which everything that was due has happened.
    public internal(set) var now: Timestamp
    /// How fast and how forgiving the cluster is; may be changed at any moment.
    public var settings: SimulationSettings
    /// Who the caller is and what it may do.
    public var rights = Rights()
    /// Kinds whose API this cluster does not have: their paths are unknown.
    public var missingKinds: Set<ResourceKind> = []
    /// What becomes of pods by image or Deployment; the first pattern that matches decides.
    public var podBehaviours: [(pattern: ImagePattern, behaviour: PodBehaviour)] = []
    /// How many pods of each image were seen to become ready since the beginning, seeded ones included.
    public internal(set) var podsObservedReady: [String: Int] = [:]

    var store: Store
    var due = DueQueue()
    var identity = Identity()
    var pods: [ObjectKey: PodRecord] = [:]
    var replicaSets: [ObjectKey: ReplicaSetRecord] = [:]
    var deployments: [ObjectKey: DeploymentRecord] = [:]
    var routeBehaviours: [ObjectKey: RouteBehaviour] = [:]
    var notedEvents: [ObjectKey] = []
    var autoscalerWishes: [ObjectKey: Int] = [:]
    var autoscalerTargets: [ObjectKey: ObjectKey] = [:]

    /// An empty cluster with the namespace `default`.
    public init(at now: Timestamp, settings: SimulationSettings = SimulationSettings()) {
        self.now = now
        self.settings = settings
        store = Store(revision: 100, historyEntriesMax: settings.historyEntriesMax)
        try? seedNamespace("default")
    }

    /// When something will change by itself; nil when nothing will.
    public var nextChange: Timestamp? { due.next }

    /// The latest resourceVersion.
    public var resourceVersion: Int { store.revision }

    /// Lets everything happen that is due until `time`; a time in the past changes nothing.
    public mutating func advance(to time: Timestamp) {
        while let (moment, happening) = due.take(until: time) {
            now = max(now, moment)
            perform(happening)
        }
        now = max(now, time)
    }

    /// Lets things happen until nothing is due or `limit` has passed.
    public mutating func settle(within limit: Duration = .seconds(600)) {
        let end = now + limit
        while let next = nextChange, next <= end { advance(to: next) }
    }

    /// Answers `request` as the API server would at `time`.
    ///
    /// A watch is answered with every event that has happened by `time`; `SimulatedTransport` streams them.
    public mutating func respond(to request: Request, at time: Timestamp) -> Response {
        advance(to: time)
        do throws(Refusal) { return try answer(request) } catch { return error.response }
    }

    /// The object as kept, or nil.
    public func object(_ kind: ResourceKind, _ name: String, namespace: String = "default") -> JSON? {
        store.object(kind, ObjectKey(namespace, name))
    }

    /// The objects of a kind in one namespace or in all, by name.
    public func objects(_ kind: ResourceKind, namespace: String? = nil) -> [JSON] {
        store.entries(kind, in: namespace).map(\.object)
    }

    /// Makes every resourceVersion up to now too old to watch from.
    public mutating func compactHistory() { store.compact() }

    mutating func later(_ happening: Happening, after delay: Duration) { due.add(happening, at: now + delay) }

    private mutating func perform(_ happening: Happening) {
        switch happening {
        case .deployment(let key), .deadline(let key): syncDeployment(key)
        case .replicaSet(let key): syncReplicaSet(key)
        case .pod(let key, let step): advancePod(key, step)
        case .endpoints(let key): syncEndpoints(key)
        case .route(let key): syncRoute(key)
        case .gateway(let key): syncGateway(key)
        case .autoscaler(let key): syncAutoscaler(key)
        case .collect(let uid, let namespace): collectOrphans(of: uid, in: namespace)
        case .foreground(let kind, let key): finishForeground(kind, key)
        }
    }
}
