public import SlipwayBase
public import SlipwayModel

/// Something that happened in a run. The engine's only memory and only output.
public enum Event: Codable, Hashable, Sendable {
    /// The plan was accepted; always the first event.
    case planned(plan: Plan)
    /// A process took the run up, for the first time or again.
    case takenUp(holder: String)
    /// The target's lock is held under this fencing token.
    case locked(fence: Int64)
    /// Written before the first call of a step or of its undo: from here on the platform may have been touched.
    case intended(key: String)
    /// The platform is at work.
    case progressed(key: String, token: Token?, status: Status)
    /// A call failed; it is asked again at `retryAt` when that is given.
    case faulted(key: String, failure: ProviderFailure, retryAt: Timestamp?)
    /// The end state of a step or of its undo holds.
    case succeeded(key: String, status: Status)
    /// A pause began; it ends at `until`, or when a person says go on.
    case paused(key: String, until: Timestamp?)
    /// A person said go on.
    case approved(key: String)
    /// A cleaning step failed and was left; what remains is named.
    case leftBehind(key: String, reason: String)
    /// A person asked to stop and take everything back.
    case abortRequested(reason: String)
    /// A person asked to take a finished release back.
    case rollbackRequested(reason: String)
    /// From here on the undo steps run.
    case turnedBack(cause: String)
    /// The run is over.
    case finished(verdict: Verdict, summary: String)
}

/// How a run ended.
public enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
    /// The new release is live.
    case deployed
    /// A finished release was taken back because a person asked for it.
    case rolledBack
    /// The release failed and was taken back: the old one is live.
    case failed
    /// The release was taken back because a person asked for it: the old one is live.
    case aborted
    /// Another run holds the target: this one wrote nothing more.
    case superseded
    /// What is live cannot be told: a person must look.
    case unknown
}

/// One event in the journal.
public struct Record: Codable, Hashable, Sendable {
    /// Its place in the run, from 1.
    public var sequence: Int
    /// When it was written.
    public var at: Timestamp
    /// What happened.
    public var event: Event

    /// Makes a record.
    public init(sequence: Int, at: Timestamp, event: Event) {
        (self.sequence, self.at, self.event) = (sequence, at, event)
    }
}

/// The name of a run, such as `seoul-3`.
public struct RunID: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public var description: String

    /// Wraps a name.
    public init(_ description: String) { self.description = description }

    /// Decodes a bare text.
    public init(from decoder: any Decoder) throws {
        description = try decoder.singleValueContainer().decode(String.self)
    }

    /// Encodes a bare text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
