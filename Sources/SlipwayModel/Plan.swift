public import SlipwayBase

/// What one read of a target showed.
public struct Observation: Codable, Hashable, Sendable {
    /// The target's name.
    public var target: String
    /// The release that serves production; nil when nothing does yet.
    public var live: Release?
    /// Replicas that serve production.
    public var replicas: Int
    /// Whether every replica that serves production runs `live` and is available; false while a change is under way.
    public var isSettled: Bool
    /// What the target offers.
    public var capabilities: Capabilities
    /// How long a fleet may take here to be brought up or replaced, where the config does not say.
    public var patience: Duration
    /// How long a change of routing may take here to be in force.
    public var routingPatience: Duration
    /// What the provider needs later to put everything back: opaque to everyone else, kept in the plan.
    public var snapshot: JSON
    /// A digest of everything the plan depends on; another digest means that the live state has moved.
    public var fingerprint: String
    /// Lines for people: what stands where.
    public var summary: [String]
    /// What to know before going on.
    public var warnings: [String]
    /// What to know before going on with a plan that needs such a feature.
    public var cautions: [Feature: String]

    /// Makes an observation.
    public init(
        target: String,
        live: Release?,
        replicas: Int,
        isSettled: Bool = true,
        capabilities: Capabilities,
        patience: Duration = .seconds(600),
        routingPatience: Duration = .seconds(300),
        snapshot: JSON = [:],
        fingerprint: String,
        summary: [String] = [],
        warnings: [String] = [],
        cautions: [Feature: String] = [:]
    ) {
        (self.target, self.live, self.replicas, self.capabilities) = (target, live, replicas, capabilities)
        (self.isSettled, self.patience, self.routingPatience) = (isSettled, patience, routingPatience)
        (self.snapshot, self.fingerprint, self.summary) = (snapshot, fingerprint, summary)
        (self.warnings, self.cautions) = (warnings, cautions)
    }
}

extension Observation {
    /// What to know before going on with `plan`, for what it needs.
    public func cautions(for plan: Plan) -> [String] { plan.fidelity.compactMap { cautions[$0.feature] } }
}

/// What every call of one plan has in common.
public struct PlanContext: Codable, Hashable, Sendable {
    /// The target's name.
    public var target: String
    /// What served production before.
    public var old: Release?
    /// What is to serve it.
    public var new: Release
    /// The provider's own memory of the state before the plan.
    public var snapshot: JSON

    /// Makes a context.
    public init(target: String, old: Release?, new: Release, snapshot: JSON) {
        (self.target, self.old, self.new, self.snapshot) = (target, old, new, snapshot)
    }
}

/// Every step of a release and of its taking back, decided before anything is touched.
public struct Plan: Codable, Hashable, Sendable {
    /// The version of this form that this program writes and reads.
    public static let formatVersion = 1

    /// The version of the form.
    public var format = Plan.formatVersion
    /// The strategy's name: `rolling`, `blueGreen` or `canary`.
    public var strategy: String
    /// What every call has in common.
    public var context: PlanContext
    /// The digest of the live state it was made from.
    public var fingerprint: String
    /// How faithfully the target offers what the strategy needs.
    public var fidelity: [FidelityNote]
    /// The steps in order.
    public var steps: [Step]

    /// Makes a plan.
    public init(strategy: String, context: PlanContext, fingerprint: String, fidelity: [FidelityNote], steps: [Step]) {
        (self.strategy, self.context, self.fingerprint) = (strategy, context, fingerprint)
        (self.fidelity, self.steps) = (fidelity, steps)
    }

    /// The target's name.
    public var target: String { context.target }
    /// The time all timed pauses take together.
    public var pauses: Duration {
        steps.reduce(.zero) { total, step in
            if case .pause(let duration) = step.kind { total + duration } else { total }
        }
    }
}

/// A plan that cannot be made, in one sentence that says what to do instead.
public struct PlanFailure: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public var summary: String

    /// Makes a failure.
    public init(_ summary: String) { self.summary = summary }

    /// The sentence.
    public var description: String { summary }
}

/// A way to get from what runs to what should run. Pure: the same observation gives the same plan.
public protocol Strategy: Sendable {
    /// The name used in configs and plans.
    var name: String { get }

    /// Every step and its undo; throws when the target cannot do it, `accepting` names the approximations that are
    /// welcome.
    func plan(from observation: Observation, to release: Release, accepting: Set<String>) throws(PlanFailure) -> Plan
}
