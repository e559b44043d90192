import SlipwayBase

/// Front Door and Traffic Manager as a value.
struct Fronts: Sendable {
    /// A change of Front Door that was accepted.
    struct Change: Sendable {
        var id: String
        var began: Timestamp
        /// When the API says that it is done.
        var accepted: Timestamp
        /// When it is true everywhere.
        var effective: Timestamp
        var profile: String
        var origin: String
    }

    /// A profile of Front Door: what was written, and what is true at the edge.
    struct Door: Sendable {
        var seed: AzureWorld.Seed.FrontDoor
        var edge: [AzureWorld.Seed.Leg]
        var changes: [Change] = []
        /// What the edge becomes, soonest first.
        var coming: [(time: Timestamp, origins: [AzureWorld.Seed.Leg])] = []

        /// What is true at the edge by `now`.
        func legs(at now: Timestamp) -> [AzureWorld.Seed.Leg] { coming.last { $0.time <= now }?.origins ?? edge }
    }

    /// A profile of Traffic Manager, and whom clients follow who have asked before its last change.
    struct Profile: Sendable {
        var seed: AzureWorld.Seed.TrafficProfile
        var before: [AzureWorld.Seed.Leg] = []
        var changed: Timestamp?
    }

    var doors: [Door] = []
    var profiles: [Profile] = []

    /// When something comes true by itself after `now`.
    func nextChange(after now: Timestamp) -> Timestamp? {
        let changes = doors.flatMap(\.changes).flatMap { [$0.accepted, $0.effective] }
        return changes.filter { $0 > now }.min()
    }
}

extension AzureWorld {
    /// Adds a profile of Front Door.
    public mutating func seed(_ seed: Seed.FrontDoor) {
        addGroup(seed.group)
        fronts.doors.append(Fronts.Door(seed: seed, edge: seed.origins))
    }

    /// Adds a profile of Traffic Manager.
    public mutating func seed(_ seed: Seed.TrafficProfile) {
        addGroup(seed.group)
        fronts.profiles.append(Fronts.Profile(seed: seed))
    }

    /// Who answers the requests to a profile of Front Door now, by what is true at its edge.
    public func shares(ofFrontDoor profile: String) -> AzureShares {
        guard let door = fronts.doors.first(where: { $0.seed.profile.names(profile) }) else { return .allFailed }
        let isWeighted = door.seed.additionalLatencyMilliseconds > 0
        let legs = door.legs(at: now)
        // Where only the fastest counts, weights do not.
        return shares(of: isWeighted ? legs : Array(legs.filter(\.isEnabled).prefix(1)))
    }

    /// Who answers the requests to a profile of Traffic Manager now; for a while after a change half of the clients
    /// go by what it was before.
    public func shares(ofTrafficManager profile: String) -> AzureShares {
        guard let found = fronts.profiles.first(where: { $0.seed.profile.names(profile) }) else { return .allFailed }
        let current = shares(of: found.seed.endpoints)
        guard let changed = found.changed, now < changed + timings.trafficManagerTail else { return current }
        var mixed = AzureShares()
        mixed.add(current, 0.5)
        mixed.add(shares(of: found.before), 0.5)
        return mixed
    }

    private func shares(of legs: [Seed.Leg]) -> AzureShares {
        let enabled = legs.filter(\.isEnabled)
        let total = enabled.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return .allFailed }
        var result = AzureShares()
        for leg in enabled {
            let part = Double(leg.weight) / Double(total)
            switch leg.backend {
            case .site(let name): result.add(shares(of: name), part)
            case .host(let host): result.releases[host, default: 0] += part
            }
        }
        return result
    }

    /// The host that a leg names.
    func host(of backend: Seed.Backend) -> String {
        switch backend {
        case .site(let name): slot(of: name)?.host ?? "\(name).azurewebsites.net"
        case .host(let host): host
        }
    }
}

extension AzureShares {
    /// Nobody answers.
    static var allFailed: AzureShares {
        var shares = AzureShares()
        shares.failed = 1
        return shares
    }
}
