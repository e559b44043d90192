public import SlipwayBase

/// Keeps what happened. It is written by the engine, and by people's requests from other processes.
public protocol Journal: Sendable {
    /// Writes `event` as the next of `run` and returns once it would survive a crash.
    func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record

    /// The records of `run` after `sequence`, in order; all of them after 0.
    func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record]
}

/// Why a journal cannot be used, in one sentence that says what to do.
public struct JournalFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public var summary: String

    /// Makes a failure.
    public init(_ summary: String) { self.summary = summary }

    /// The sentence.
    public var description: String { summary }
}
