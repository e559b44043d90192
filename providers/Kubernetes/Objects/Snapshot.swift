import SlipwayBase

/// One of the two fleets of a plan: its Deployment, and the Service that reaches it where there is one.
struct Fleet: Hashable, Sendable {
    var deployment: String
    var service: String
}

/// Which fleet served before the plan, and which is brought up beside it; fixed while planning.
struct Roles: Hashable, Sendable {
    var stable: Fleet
    var candidate: Fleet
}

/// What the provider needs later to put everything back: kept in the plan, without any value of an environment
/// variable.
struct Snapshot: Hashable, Sendable {
    var json: JSON

    /// One fleet as it was.
    struct FleetState: Hashable, Sendable {
        var fleet: Fleet
        var exists: Bool
        var replicas: Int
        var image: String?
        var version: String?
        var rollingUpdate: JSON?
        var isAutoscaled: Bool
    }

    init(_ json: JSON) { self.json = json }

    init(stable: FleetState, candidate: FleetState?, container: String, front: JSON) {
        json = ["stable": Self.json(stable), "container": .string(container), "front": front]
        if let candidate { json["candidate"] = Self.json(candidate) }
    }

    var container: String { json["container"]?.string ?? "" }
    var front: JSON { json["front"] ?? [:] }
    /// The selector of the preview Service before the plan.
    var preview: JSON? {
        get { json["preview"] }
        set { json["preview"] = newValue }
    }
    var stable: FleetState { Self.state(json["stable"]) }
    var candidate: FleetState { Self.state(json["candidate"]) }
    var roles: Roles { Roles(stable: stable.fleet, candidate: candidate.fleet) }

    private static func json(_ state: FleetState) -> JSON {
        var json: JSON = [
            "deployment": .string(state.fleet.deployment), "service": .string(state.fleet.service),
            "exists": .bool(state.exists), "replicas": JSON(state.replicas), "autoscaled": .bool(state.isAutoscaled),
        ]
        json["image"] = state.image.map { .string($0) }
        json["version"] = state.version.map { .string($0) }
        json["rollingUpdate"] = state.rollingUpdate
        return json
    }

    private static func state(_ json: JSON?) -> FleetState {
        FleetState(
            fleet: Fleet(deployment: json?["deployment"]?.string ?? "", service: json?["service"]?.string ?? ""),
            exists: json?["exists"]?.bool ?? false,
            replicas: json?["replicas"]?.int ?? 0,
            image: json?["image"]?.string,
            version: json?["version"]?.string,
            rollingUpdate: json?["rollingUpdate"],
            isAutoscaled: json?["autoscaled"]?.bool ?? false
        )
    }
}
