import SlipwayBase
import SlipwayEngine
import SlipwayHTTP

/// Whether the imitated process is alive: once it died, nothing it does reaches the world.
final class Life: Sendable {
    private let isOver = Locked(false)

    var hasEnded: Bool { isOver.withLock { $0 } }
    func end() { isOver.withLock { $0 = true } }
}

/// A journal that loses its process around one write.
final class MortalJournal: Journal {
    private let kept: MemoryJournal
    private let life: Life
    private let crash: Crash?
    private let appends: Locked<Int>

    init(_ kept: MemoryJournal, life: Life, crash: Crash?, appends: Locked<Int>) {
        (self.kept, self.life, self.crash, self.appends) = (kept, life, crash, appends)
    }

    func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record {
        guard !life.hasEnded else { throw JournalFailure("the process died") }
        let number = appends.withLock { count in
            defer { count += 1 }
            return count
        }
        let moment = crash?.append == number ? crash?.moment : nil
        if moment != nil { life.end() }
        if moment == .before { throw JournalFailure("the process died") }
        let record = try await kept.append(event, at: at, to: run)
        if moment == .during { throw JournalFailure("the process died") }
        return record
    }

    func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record] {
        try await kept.records(of: run, after: sequence)
    }
}

/// A transport whose process may be dead.
struct MortalTransport: Transport {
    let transport: any Transport
    let life: Life

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        guard !life.hasEnded else { throw HTTPFailure(.cancelled, "the process died") }
        return try await transport.send(request)
    }
}
