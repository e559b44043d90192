import SlipwayBase
import SlipwayHTTP

/// A site's production, or one of its slots.
struct Place: Hashable, Sendable {
    var site: String
    /// Nil is production.
    var slot: String?

    /// For people: `shop`, or `shop's slot staging`.
    var words: String { slot.map { "\(site)'s slot \($0)" } ?? site }
    /// For names of calls: `sites/shop`, or `slots/staging`.
    var short: String { slot.map { "slots/\($0)" } ?? "sites/\(site)" }
}

/// A site or a slot, as far as it is used.
struct Site: Hashable, Sendable {
    /// The last swap, by the service's clock.
    struct Swap: Hashable, Sendable {
        var date: Timestamp
        var source: String
    }

    var id: String
    var kind: String
    var location: String
    /// Such as `Running`.
    var state: String
    var isEnabled: Bool
    var host: String?
    /// Where its content is deployed to: read, never built.
    var scmHost: String?
    var planID: String?
    var tier: String?
    var isLinux: Bool
    var isWindowsContainer: Bool
    /// When its configuration was last changed, by the service's clock.
    var modified: Timestamp?
    var swap: Swap?
    /// The slot whose swap has been prepared, on production.
    var targetSwapSlot: String?
    var operationID: String?
    var tags: JSON
    /// What a slot made like it takes over beside its configuration.
    var cloned: JSON

    var isRunning: Bool { state.lowercased() == "running" && isEnabled }
    var isContainer: Bool { isWindowsContainer || kind.lowercased().contains("container") }
    /// Whether a release of ours has stopped it and may start it again.
    var isStoppedByUs: Bool { tags[Self.stopTag] != nil }

    /// The tag of a slot that we have stopped: without it, a stopped slot is somebody else's decision.
    static let stopTag = "slipway-stopped"

    /// What we have stopped a slot for: the value of the tag, for people to read.
    enum Stop: String, Sendable {
        /// It gets an image, and runs again afterwards.
        case staging = "until it has its image"
        /// The former release that it holds is not needed any more.
        case retiring = "old: scaleDown"
    }
}

/// The configuration of a site or slot, as far as it is used.
struct SiteConfig: Hashable, Sendable {
    var linuxFx: String
    var windowsFx: String
    /// Rules that send a share of production to slots, whole, so that those of others survive.
    var rules: [JSON]
    var autoSwapSlot: String?
    var hasAuthentication: Bool

    /// Which image field is in use.
    var isWindowsImage: Bool { linuxFx.isEmpty && !windowsFx.isEmpty }
    /// The image field's value, such as `DOCKER|nginx:1.29`.
    var fx: String { isWindowsImage ? windowsFx : linuxFx }
    /// Whether several containers run it, each a resource of its own.
    var hasSiteContainers: Bool { fx.lowercased() == "sitecontainers" }
    /// The one image that runs.
    var image: String? {
        guard fx.uppercased().hasPrefix("DOCKER|") else { return nil }
        return String(fx.dropFirst("DOCKER|".count))
    }
    /// A set of containers in one file, whose image cannot be set.
    var isComposed: Bool { ["COMPOSE|", "KUBE|"].contains { fx.uppercased().hasPrefix($0) } }
}

/// A rule that sends a share of production to a slot.
struct RampRule: Hashable, Sendable {
    var name: String
    var host: String
    var percent: Double

    init(_ json: JSON) {
        name = json["name"]?.string ?? ""
        host = json["actionHostName"]?.string ?? ""
        percent = json["reroutePercentage"]?.number ?? 0
    }

    func leads(to slot: String) -> Bool { name.lowercased() == slot.lowercased() }
}

/// The plan that a site runs on.
struct HostingPlan: Hashable, Sendable {
    var name: String
    var tier: String
    var workers: Int

    /// Whether sites on it can have slots; tiers that are not known are the platform's to refuse.
    var hasSlots: Bool { !["free", "shared", "basic", "flexconsumption", ""].contains(tier.lowercased()) }
}

/// Names of settings that stay with their slot.
struct SlotNames: Hashable, Sendable {
    var settings: [String]
    var connectionStrings: [String]
    var storage: [String]

    var all: [String] { (settings + connectionStrings + storage).sorted() }
}

/// One setting that a swap would change.
struct SlotDifference: Hashable, Sendable {
    var level: String
    var type: String
    var name: String
    var rule: String

    var isError: Bool { level.lowercased() == "error" }
    /// Without any value.
    var words: String {
        let rule = rule.isEmpty ? "" : " (\(rule.printable(max: 80)))"
        return "\(type.printable(max: 40)) \(name.printable(max: 80))\(rule)"
    }
}

extension JSON {
    /// The number, when it is one.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The text, when it is one and not empty.
    var words: String? { string.flatMap { $0.isEmpty ? nil : $0 } }
}
