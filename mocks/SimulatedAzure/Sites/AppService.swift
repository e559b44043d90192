import SlipwayBase

/// App Service as a value: plans, sites with their slots, and what happens to them in time.
struct AppService: Sendable {
    /// What happens by itself.
    enum Happening: Sendable {
        /// The routing switch of a swap.
        case switched(operation: String)
        /// The end of a swap, good or bad.
        case ended(operation: String)
        /// A deployment has put its files in place.
        case deployed(String)
        /// The next step of a rule that raises its share by itself.
        case ramped(site: String)
        /// Nothing but the end of something that a look at the clock tells.
        case noted
    }

    var now: Timestamp
    let home: AzureWorld.Home
    var timings = AppServiceTimings()
    var failures: [AppServiceFailure] = []
    /// Whether answers about sites leave out what no client looks at.
    var isTerse = false
    var naming = Naming()
    /// The names of the resource groups.
    var groups: [String] = []
    var plans: [Plan] = []
    var sites: [Site] = []
    var operations: [String: SwapOperation] = [:]
    var schedule = Schedule<Happening>()
    /// What to call the bundles that are deployed, by the SHA-256 of their bytes.
    var contentNames: [String: String] = [:]

    init(at now: Timestamp, home: AzureWorld.Home) { (self.now, self.home) = (now, home) }

    /// Lets everything happen that is due until `time`.
    mutating func advance(to time: Timestamp) {
        while let (moment, happening) = schedule.take(until: time) {
            now = max(now, moment)
            perform(happening)
        }
        now = max(now, time)
    }

    private mutating func perform(_ happening: Happening) {
        switch happening {
        case .switched(let id): switchSlots(id)
        case .ended(let id): endSwap(id)
        case .deployed(let id): finishDeployment(id)
        case .ramped(let site): ramp(site)
        case .noted: break
        }
    }

    /// What goes wrong now with this release in this slot; each look at a failure that is counted uses it up.
    mutating func failure(
        release: String?,
        slot: String?,
        where isMeant: (AppServiceFailure.Kind) -> Bool
    ) -> AppServiceFailure.Kind? {
        let index = failures.firstIndex { failure in
            isMeant(failure.kind) && failure.remaining != 0 && failure.release.map { $0 == release } ?? true
                && failure.slot.map { $0 == slot } ?? true
        }
        guard let index else { return nil }
        if let remaining = failures[index].remaining { failures[index].remaining = remaining - 1 }
        return failures[index].kind
    }
}

/// A plan: the machines that sites run on.
struct Plan: Sendable {
    var group: String
    var name: String
    /// The size, such as `S1`.
    var size: String
    /// `Free`, `Shared`, `Basic`, `Standard`, `PremiumV3` and so on.
    var tier: String
    var instances: Int
    var isLinux: Bool
    var created: Timestamp

    /// How many slots a site may have beside production.
    var slotsMax: Int {
        switch tier {
        case "Free", "Shared", "Basic": 0
        case "Standard": 5
        default: 20
        }
    }
}

/// A site and its slots.
struct Site: Sendable {
    static let production = "production"

    var group: String
    var name: String
    var plan: String
    var kind: String
    /// Production first.
    var slots: [Slot]
    var created: Timestamp
    /// The names of settings that stay when slots are swapped; nil while nobody has set any.
    var stickySettings: [String]?
    /// The same for connection strings.
    var stickyStrings: [String]?
    /// The swap under way.
    var operation: String?
    /// Until when nobody can change the site, as after a gateway has given up on a write.
    var lockedUntil: Timestamp?
    /// What `slotsdiffs` calls an error.
    var blockingDifferences: [String] = []
    /// The clients whom the routing cookie still leads to a slot that no rule leads to any more.
    var pinned: [PinnedClients] = []
    /// Whether host names hold nothing that nobody can guess.
    var hasPlainHosts = false

    func index(of slot: String) -> Int? { slots.firstIndex { $0.name.names(slot) } }
}

/// Clients whom the routing cookie leads to a slot.
struct PinnedClients: Sendable {
    var slot: String
    /// The share of all clients that they are.
    var share: Double
    var until: Timestamp
}

/// Where in App Service something is: a site and one of its slots.
struct SlotPlace: Hashable, Sendable {
    var site: Int
    var slot: Int
}
