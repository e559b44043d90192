/// What a platform can be asked to bring about, in no platform's words.
///
/// Every action names an end state, never a movement, so that asking again is always safe: a provider looks first
/// and does only what is missing. `release` says which of the plan's two releases the state is about; undo actions name
/// the old one.
public enum Action: Codable, Hashable, Sendable {
    /// The candidate fleet runs `release` at `scale`, every replica ready; production traffic is as it was.
    case staged(release: Release, scale: Scale)
    /// The candidate fleet takes `percent` of production requests, the stable fleet the rest.
    case routed(percent: Int, release: Release)
    /// The platform itself has raised the candidate's share of production, step by step, to where `ramp` ends.
    case ramped(ramp: Ramp, release: Release)
    /// Requests with one of these headers go to the candidate; none when empty.
    case matched(headers: [HeaderMatch], release: Release)
    /// All production requests go to the fleet of `release`.
    case live(release: Release)
    /// The stable fleet runs `release` in place of what it ran, replaced replica by replica.
    case replacedInPlace(release: Release, batch: Batch)
    /// The stable fleet runs `release`, after the platform itself has tried it with a share of production.
    case replacedAfterTrial(release: Release, trial: Trial)
    /// The fleet of `release`, which nothing reaches any more, is disposed of.
    case retired(release: Release, disposal: Disposal)
    /// No candidate fleet runs; what there was before the plan is as it was.
    case unstaged(release: Release)

    /// The release the state is about.
    public var release: Release {
        switch self {
        case .staged(let release, _), .routed(_, let release), .ramped(_, let release), .matched(_, let release),
            .live(let release), .replacedInPlace(let release, _), .replacedAfterTrial(let release, _),
            .retired(let release, _), .unstaged(let release):
            release
        }
    }
}

/// One step of a plan: what is brought about, how it is taken back, and how long it may take.
public struct Step: Codable, Hashable, Sendable {
    /// What a step does.
    public enum Kind: Codable, Hashable, Sendable {
        /// A provider brings about an end state.
        case perform(action: Action)
        /// The engine waits.
        case pause(duration: Duration)
        /// The engine waits until a person says go on.
        case approval(prompt: String)
    }

    /// Unique inside the plan and derived from it, such as `route-20`.
    public var id: String
    /// One line for people.
    public var title: String
    /// What it does.
    public var kind: Kind
    /// What takes the step back, in order; decided while planning and never later.
    public var undo: [Action]
    /// How long the step may take while it is watched; a pause takes none of it.
    public var deadline: Duration
    /// The calls the provider will make, for people.
    public var calls: [String]
    /// Whether the release is already decided when this step begins: its failure is reported and nothing is taken back.
    public var isCleanup: Bool

    /// Makes a step.
    public init(
        _ id: String,
        _ title: String,
        _ kind: Kind,
        undo: [Action] = [],
        deadline: Duration = .seconds(600),
        calls: [String] = [],
        isCleanup: Bool = false
    ) {
        (self.id, self.title, self.kind, self.undo) = (id, title, kind, undo)
        (self.deadline, self.calls, self.isCleanup) = (deadline, calls, isCleanup)
    }
}
