public import SlipwayBase

/// What a provider needs to find its own work again: opaque to everyone else, kept in the journal.
public struct Token: Codable, Hashable, Sendable {
    /// The provider's own words.
    public var value: JSON

    /// Wraps the provider's own words.
    public init(_ value: JSON) { self.value = value }
}

/// One question to a provider: bring `action` one step nearer.
public struct Call: Hashable, Sendable {
    /// The end state asked for.
    public var action: Action
    /// Derived from run and step, never random: a resumed run asks with the same key.
    public var key: String
    /// What the provider said last time, when it was still running.
    public var token: Token?
    /// What every call of the plan has in common.
    public var context: PlanContext
    /// The fencing token of the lock under which the call is made; a larger one on an object means someone else took
    /// over.
    public var fence: Int64
    /// Until when the lock covers writes; a provider that has been held up longer looks again instead of writing. Nil
    /// where there is no lock.
    public var coveredUntil: Timestamp?

    /// Makes a call.
    public init(
        action: Action,
        key: String,
        token: Token? = nil,
        context: PlanContext,
        fence: Int64 = 0,
        coveredUntil: Timestamp? = nil
    ) {
        (self.action, self.key, self.token, self.context) = (action, key, token, context)
        (self.fence, self.coveredUntil) = (fence, coveredUntil)
    }
}

/// How things stand while an action is brought about; nil where unknown.
public struct Status: Codable, Hashable, Sendable {
    /// Replicas ready.
    public var ready: Int?
    /// Replicas wanted.
    public var wanted: Int?
    /// Replicas that run what is wanted already, ready or not; where it is nil, all that are ready do.
    public var updated: Int?
    /// The candidate's share of production requests in percent.
    public var weight: Int?
    /// One line for people.
    public var note: String?

    /// Makes a status.
    public init(ready: Int? = nil, wanted: Int? = nil, updated: Int? = nil, weight: Int? = nil, note: String? = nil) {
        (self.ready, self.wanted, self.updated, self.weight, self.note) = (ready, wanted, updated, weight, note)
    }
}

/// How far an action is.
public enum Progress: Hashable, Sendable {
    /// Not there yet; ask again after `pollAfter`, or when the provider's change stream says so.
    case running(token: Token?, pollAfter: Duration, status: Status)
    /// The end state holds.
    case done(status: Status)
}

/// Why a provider could not go on, in one sentence that says how far things got.
public struct ProviderFailure: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, which decides what the engine does.
    public enum Kind: String, Codable, Hashable, Sendable {
        /// May pass by itself: asked again.
        case transient
        /// Will not pass by itself: the release is taken back.
        case refused
        /// The new release is not healthy: the release is taken back.
        case unhealthy
        /// Someone else changed what this run works on.
        case conflict
        /// Another run holds the target now: nothing more is written.
        case superseded
    }

    /// What kind.
    public var kind: Kind
    /// One sentence, printable, without any secret.
    public var summary: String
    /// The shortest wait the platform asked for.
    public var retryAfter: Duration?

    /// Makes a failure.
    public init(_ kind: Kind, _ summary: String, retryAfter: Duration? = nil) {
        (self.kind, self.summary, self.retryAfter) = (kind, summary, retryAfter)
    }

    /// The sentence.
    public var description: String { summary }
}

/// One target on one platform: knows how to look, and how to bring one action forward.
///
/// It never sleeps, retries or stores; the engine owns time. Write your own for another platform and run
/// `SlipwayConformance` over it: a provider is done when it passes.
public protocol Provider: Sendable {
    /// Looks, never touches.
    func observe() async throws(ProviderFailure) -> Observation

    /// Moves `call` forward and returns at once; asking again is safe because it looks before it touches.
    func advance(_ call: Call) async throws(ProviderFailure) -> Progress

    /// The calls that `action` will make, one line each, for people. Pure.
    func outline(_ action: Action, in context: PlanContext) -> [String]
}

extension Plan {
    /// The plan with every step's calls as `provider` will make them.
    public func outlined(by provider: any Provider) -> Plan {
        var plan = self
        for index in plan.steps.indices {
            guard case .perform(let action) = plan.steps[index].kind else { continue }
            plan.steps[index].calls = provider.outline(action, in: context)
        }
        return plan
    }
}

/// A provider that can tell that something changed, so that the engine asks again early. It carries no truth.
public protocol ChangeSource: Sendable {
    /// Elements arrive when something `call` waits for may have changed; ends when it cannot tell any more.
    func changes(for call: Call) -> AsyncStream<Void>
}

/// Excludes other runs on the same target, on other machines too.
public protocol TargetLock: Sendable {
    /// Takes the lock for `holder`, or takes it over from a holder whose time is over; gives the fencing token.
    func acquire(holder: String) async throws(LockFailure) -> Int64

    /// Makes sure that the lock is still held with `fence`, renewing it when its time is half over; gives the time
    /// until which it covers writes.
    @discardableResult
    func confirm(holder: String, fence: Int64) async throws(LockFailure) -> Timestamp

    /// Throws `held` when anybody holds the lock at this moment; takes and writes nothing.
    func probe() async throws(LockFailure)

    /// Gives the lock up, if it is still held.
    func release(holder: String, fence: Int64) async
}

/// Why a lock is not held.
public struct LockFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// Someone else holds it.
        case held
        /// It was ours and is not any more.
        case lost
        /// It cannot be told; asking again may help.
        case unreachable
    }

    /// What happened.
    public var kind: Kind
    /// One sentence.
    public var summary: String
    /// The shortest wait the platform asked for.
    public var retryAfter: Duration?

    /// Makes a failure.
    public init(_ kind: Kind, _ summary: String, retryAfter: Duration? = nil) {
        (self.kind, self.summary, self.retryAfter) = (kind, summary, retryAfter)
    }

    /// The sentence.
    public var description: String { summary }
}
