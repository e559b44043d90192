public import SlipwayBase

/// A journal in memory: for embedding programs that keep runs elsewhere, for rehearsals and for tests.
public final class MemoryJournal: RunCatalog {
    private struct Contents {
        var records: [RunID: [Record]] = [:]
        var headers: [RunHeader] = []
    }

    /// Random text given when the journal was made.
    public let identity: String
    private let contents = Locked(Contents())

    /// An empty journal.
    public init(identity: String = "memory") { self.identity = identity }

    /// Keeps `event` as the next of `run`.
    public func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record {
        contents.withLock { contents in
            let record = Record(sequence: (contents.records[run]?.count ?? 0) + 1, at: at, event: event)
            contents.records[run, default: []].append(record)
            if let index = contents.headers.firstIndex(where: { $0.id == run }) {
                contents.headers[index].take(event, at: at)
            }
            return record
        }
    }

    /// The records of `run` after `sequence`.
    public func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record] {
        contents.withLock { contents in
            guard let records = contents.records[run], sequence < records.count else { return [] }
            return Array(records[sequence...])
        }
    }

    /// Names a new run.
    public func open(_ run: NewRun, at: Timestamp) async throws(OpenFailure) -> RunID {
        try contents.withLock { (contents) throws(OpenFailure) in
            contents.headers.removeAll {
                $0.run.target == run.target && $0.run.application == run.application
                    && contents.records[$0.id, default: []].isEmpty
            }
            let former = contents.headers.filter { $0.run.target == run.target }
            let unfinished = former.last {
                $0.isUnfinished && !$0.run.isRehearsed && $0.run.application == run.application
            }
            if let unfinished, !run.isRehearsed { throw .unfinished(unfinished.id) }
            let id = RunID(target: run.target, number: (former.compactMap(\.id.number).max() ?? 0) + 1)
            contents.headers.append(RunHeader(id: id, run: run, openedAt: at, verdict: nil, lastAt: at))
            return id
        }
    }

    /// The runs `query` asks for, the newest first.
    public func runs(_ query: RunQuery) async throws(JournalFailure) -> [RunHeader] {
        contents.withLock { contents in
            let shown = contents.headers.reversed().filter { header in
                contents.records[header.id]?.isEmpty == false && query.matches(header)
            }
            return Array(shown.prefix(max(query.limit, 0)))
        }
    }
}

extension RunHeader {
    /// What `event` changes in the table of contents.
    mutating func take(_ event: Event, at: Timestamp) {
        lastAt = at
        verdict = event.verdict(after: verdict)
    }
}

extension Event {
    /// How a run that had ended as `former` stands after this event.
    func verdict(after former: Verdict?) -> Verdict? {
        switch self {
        case .finished(let verdict, _): verdict
        case .rollbackRequested: nil
        // A person has looked and wants it tried again.
        case .takenUp: former == .unknown ? nil : former
        default: former
        }
    }
}
