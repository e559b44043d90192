import SlipwayBase

/// What the controllers know of a pod beside its object.
struct PodRecord: Sendable {
    var replicaSet: ObjectKey
    var uid: String
    var image: String
    var labels: JSONObject
    var address: String
    var node: Int
    var createdAt: Timestamp
    var behaviour: PodBehaviour
    var isStarted = false
    var readySince: Timestamp?
    var isTerminating = false
    var restarts = 0
    /// Why the container waits: `ImagePullBackOff`, `CrashLoopBackOff`.
    var waiting: (reason: String, message: String)?

    var isReady: Bool { readySince != nil }
}

/// What the controllers know of a ReplicaSet beside its object.
struct ReplicaSetRecord: Sendable {
    /// The Deployment it belongs to; nil for one of its own.
    var deployment: ObjectKey?
    var isOrphan = false
    var uid: String
    var hash: String
    var revision: Int
    var replicas: Int
    var minReady: Duration
    /// `deployment.kubernetes.io/desired-replicas` and `max-replicas`, from which scaling in proportion starts.
    var desired: Int
    var most: Int
    /// Its pods, terminating ones included, oldest first.
    var pods: [ObjectKey] = []
    /// As last written to the object's status.
    var available = 0
}

/// A condition of a Deployment.
struct Condition: Hashable, Sendable {
    var type: String
    var status: String
    var reason: String
    var message: String
    var updated: Timestamp
    var transition: Timestamp

    var json: JSON {
        [
            "type": .string(type), "status": .string(status), "lastUpdateTime": .string(updated.rfc3339Seconds),
            "lastTransitionTime": .string(transition.rfc3339Seconds), "reason": .string(reason),
            "message": .string(message),
        ]
    }
}

/// The numbers of a Deployment's status.
struct DeploymentCounts: Hashable, Sendable {
    var observedGeneration = 0
    var replicas = 0
    var updated = 0
    var ready = 0
    var available = 0
    var unavailable = 0
    var terminating = 0
}

/// What a Deployment asks for, with percentages resolved.
struct DeploymentWish: Sendable {
    var generation = 0
    var replicas = 0
    var maxSurge = 0
    var maxUnavailable = 0
    var isPaused = false
    var recreates = false
    var minReady: Duration = .zero
    var deadline: Duration = .zero
    var historyEntriesMax = 10
    var hash = ""

    init() {}

    init(_ object: JSON) {
        let spec = object["spec"] ?? [:]
        let rolling = spec["strategy"]?["rollingUpdate"]
        generation = object.generation
        replicas = spec["replicas"]?.int ?? 1
        recreates = spec["strategy"]?["type"]?.string == "Recreate"
        maxSurge = recreates ? 0 : scaled(rolling?["maxSurge"], of: replicas, roundingUp: true)
        maxUnavailable = recreates ? 0 : scaled(rolling?["maxUnavailable"], of: replicas, roundingUp: false)
        if !recreates, maxSurge == 0, maxUnavailable == 0 { maxUnavailable = 1 }
        maxUnavailable = min(maxUnavailable, replicas)
        isPaused = spec["paused"]?.bool ?? false
        minReady = .seconds(spec["minReadySeconds"]?.int ?? 0)
        deadline = .seconds(spec["progressDeadlineSeconds"]?.int ?? 600)
        historyEntriesMax = spec["revisionHistoryLimit"]?.int ?? 10
        hash = templateHash(spec["template"] ?? [:])
    }
}

/// What the controllers know of a Deployment beside its object.
struct DeploymentRecord: Sendable {
    var uid: String
    var wish = DeploymentWish()
    var counts = DeploymentCounts()
    var conditions: [Condition] = []
    /// Its ReplicaSets, oldest first.
    var sets: [ObjectKey] = []

    func condition(_ type: String) -> Condition? { conditions.first { $0.type == type } }

    /// Sets a condition as the controllers do: the transition time stays while the status stays.
    mutating func set(
        _ type: String,
        _ status: String,
        _ reason: String,
        _ message: String,
        at now: Timestamp,
        renews: Bool = false
    ) {
        let old = condition(type)
        if let old, old.status == status, old.reason == reason, !renews { return }
        conditions.removeAll { $0.type == type }
        let transition = old?.status == status ? old?.transition ?? now : now
        conditions.append(
            Condition(
                type: type,
                status: status,
                reason: reason,
                message: message,
                updated: now,
                transition: transition
            )
        )
    }
}
