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

/// A journal in memory: for embedding programs that keep runs elsewhere, for rehearsals and for tests.
public final class MemoryJournal: Journal {
    private let runs = Locked<[RunID: [Record]]>([:])

    /// An empty journal.
    public init() {}

    /// Keeps `event` as the next of `run`.
    public func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record {
        runs.withLock { runs in
            let record = Record(sequence: (runs[run]?.count ?? 0) + 1, at: at, event: event)
            runs[run, default: []].append(record)
            return record
        }
    }

    /// The records of `run` after `sequence`.
    public func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record] {
        runs.withLock { runs in
            guard let records = runs[run], sequence < records.count else { return [] }
            return Array(records[sequence...])
        }
    }
}
