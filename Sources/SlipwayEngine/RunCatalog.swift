public import SlipwayBase
public import SlipwayModel

/// A journal that also knows which runs there are, and gives new ones their names.
public protocol RunCatalog: Journal {
    /// Random text given when the journal was made; part of what a run's lock is held under.
    var identity: String { get }

    /// Names a new run; it is shown once its first event is written, and its name is given out again if that never is.
    ///
    /// Call it while holding the target's claim. Throws when another run of the target is unfinished; rehearsed runs
    /// neither hold a target nor are held up.
    func open(_ run: NewRun, at: Timestamp) async throws(OpenFailure) -> RunID

    /// The runs `query` asks for, the newest first.
    func runs(_ query: RunQuery) async throws(JournalFailure) -> [RunHeader]
}

/// What a journal is told about a run before it begins.
public struct NewRun: Codable, Hashable, Sendable {
    /// The application's name.
    public var application: String
    /// The target's name.
    public var target: String
    /// The platform's key, such as `kubernetes`.
    public var platform: String
    /// The strategy's name.
    public var strategy: String
    /// The version that is live; nil when none is.
    public var oldVersion: String?
    /// The version that is released.
    public var newVersion: String
    /// A digest of the config the plan was made from.
    public var configDigest: String
    /// Whether it is only rehearsed: its world is gone with its process, so that nothing can carry it on.
    public var isRehearsed = false

    /// Takes what the plan says from `plan`.
    public init(_ plan: Plan, application: String, platform: String, configDigest: String = "") {
        (self.application, self.platform, self.configDigest) = (application, platform, configDigest)
        (target, strategy) = (plan.target, plan.strategy)
        (oldVersion, newVersion) = (plan.context.old?.version, plan.context.new.version)
    }
}

/// One line of a journal's table of contents.
public struct RunHeader: Codable, Hashable, Sendable {
    /// Its name.
    public var id: RunID
    /// What it was told at the beginning.
    public var run: NewRun
    /// When it was opened.
    public var openedAt: Timestamp
    /// How it ended; nil while it goes on or waits to be carried on.
    public var verdict: Verdict?
    /// When its last event was written.
    public var lastAt: Timestamp

    /// Whether it goes on or can be carried on: a run whose end is unknown still holds its target.
    public var isUnfinished: Bool { verdict == nil || verdict == .unknown }

    /// Makes a header.
    public init(id: RunID, run: NewRun, openedAt: Timestamp, verdict: Verdict?, lastAt: Timestamp) {
        (self.id, self.run, self.openedAt, self.verdict, self.lastAt) = (id, run, openedAt, verdict, lastAt)
    }
}

/// Which runs are asked for; what is nil does not matter.
public struct RunQuery: Hashable, Sendable {
    /// The run of this name.
    public var id: RunID?
    /// Of this application.
    public var application: String?
    /// Of one of these targets.
    public var targets: [String]?
    /// Only unfinished ones (those whose end is unknown too), or only finished ones.
    public var isUnfinished: Bool?
    /// Only rehearsed ones, or only real ones.
    public var isRehearsed: Bool?
    /// Only those that ended so.
    public var verdict: Verdict?
    /// At most so many.
    public var limit: Int

    /// Makes a query for everything, at most `limit` runs.
    public init(limit: Int = 50) { self.limit = limit }

    /// Whether `header` is asked for.
    public func matches(_ header: RunHeader) -> Bool {
        (id == nil || id == header.id) && (application == nil || application == header.run.application)
            && (targets == nil || targets?.contains(header.run.target) == true)
            && (isUnfinished == nil || isUnfinished == header.isUnfinished)
            && (isRehearsed == nil || isRehearsed == header.run.isRehearsed)
            && (verdict == nil || verdict == header.verdict)
    }
}

/// Why no run was opened.
public enum OpenFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// This run of the same target has not ended.
    case unfinished(RunID)
    /// The journal cannot be used.
    case journal(JournalFailure)

    /// One sentence.
    public var description: String {
        switch self {
        case .unfinished(let run): "\(run) is unfinished: `slipway resume \(run)` or `slipway abort \(run)` it first."
        case .journal(let failure): failure.summary
        }
    }
}

extension RunID {
    /// The name of run `number` of `target`; the number comes last, so that two targets never share a name.
    init(target: String, number: Int) { self.init("\(target)-\(number)") }

    var number: Int? { description.split(separator: "-").last.flatMap { Int($0) } }
}
