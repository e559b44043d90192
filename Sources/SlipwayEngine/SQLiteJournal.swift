internal import Foundation
internal import GRDB
public import SlipwayBase
internal import SlipwayModel

/// A journal in one SQLite file: what was appended survives a crash of the process and of the machine.
///
/// Several processes may use one file at once. Every failure is one sentence that names the file and says what to do.
public final class SQLiteJournal: RunCatalog {
    /// Random text given when the file was made.
    public let identity: String
    /// The file.
    public let path: String
    private let queue: DatabaseQueue

    /// Opens the journal at `path` or makes it, readable by its owner only; `newIdentity` is asked when it is made.
    ///
    /// `bytesMax` bounds the file. Throws when the file is damaged, unreadable, or from a newer program.
    public init(
        path: String,
        bytesMax: Int = Limits.journalBytesMax,
        newIdentity: () -> String
    ) throws(JournalFailure) {
        self.path = path
        // SQLite gives a meaning of their own to some names without a slash.
        let path = path.contains("/") ? path : "./" + path
        try JournalFile.prepare(path)
        (queue, identity) = try Self.translating(path) {
            let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try Self.settle(queue, bytesMax)
            return (queue, try JournalSchema.prepare(queue, path: path, identity: newIdentity()))
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Limits.journalBusySecondsMax)
        return configuration
    }

    // Switching to WAL mode makes synchronous NORMAL, under which the last transactions may be lost with the power.
    private static func settle(_ queue: DatabaseQueue, _ bytesMax: Int) throws {
        try queue.inDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            let pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
            try db.execute(sql: "PRAGMA max_page_count = \(max(bytesMax / pageBytes, 1))")
        }
    }

    /// Writes `event` as the next of `run`; texts that look like secrets are masked first.
    public func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record {
        let event = try event.withoutSecrets()
        let json = try event.journalText()
        return try await write { db in
            guard let former = try JournalSchema.verdict(of: run, db) else {
                throw JournalFailure("the journal \(self.path) has no run \(run).")
            }
            let sequence = try JournalSchema.append(
                json,
                at: at,
                to: run,
                verdict: event.verdict(after: former.value),
                db
            )
            return Record(sequence: sequence, at: at, event: event)
        }
    }

    /// The records of `run` after `sequence`.
    public func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record] {
        try await read { db in try JournalSchema.records(of: run, after: sequence, db, path: self.path) }
    }

    /// Names a new run.
    public func open(_ run: NewRun, at: Timestamp) async throws(OpenFailure) -> RunID {
        let opened: Result<RunID, OpenFailure>
        do throws(JournalFailure) {
            opened = try await write { db in try JournalSchema.open(run, at: at, db) }
        } catch {
            throw .journal(error)
        }
        return try opened.get()
    }

    /// The runs `query` asks for, the newest first.
    public func runs(_ query: RunQuery) async throws(JournalFailure) -> [RunHeader] {
        try await read { db in try JournalSchema.runs(query, db) }
    }

    /// Runs `body` in one transaction that no other process can write into; returns once it is durable.
    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalFailure) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            queue.asyncWrite(body) { _, result in continuation.resume(returning: result) }
        }
        return try Self.translating(path) { try result.get() }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalFailure) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            queue.asyncRead { database in continuation.resume(returning: Result { try body(database.get()) }) }
        }
        return try Self.translating(path) { try result.get() }
    }

    private static func translating<Value>(_ path: String, _ body: () throws -> Value) throws(JournalFailure) -> Value {
        do { return try body() } catch { throw JournalFailure(error, path: path) }
    }
}

extension Event {
    /// The event with everything that looks like a secret masked; a plan cannot be changed, so it is refused instead.
    func withoutSecrets() throws(JournalFailure) -> Event {
        let text = try journalText()
        guard SecretShapes.occur(in: text) else { return self }
        if case .planned(let plan) = self {
            throw JournalFailure(
                "the plan for \(plan.target) would hold what looks like a token or private key, and slipway writes no "
                    + "secrets to its journal; move it out of the live object (into a Secret, say) and plan again."
            )
        }
        guard let json = try? JSON(parsing: text) else { throw JournalFailure("an event cannot be written down.") }
        return try Event(journalText: SecretShapes.masked(json).text)
    }

    /// The event as one line of JSON with sorted keys.
    func journalText() throws(JournalFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(self), as: UTF8.self) } catch {
            throw JournalFailure("an event cannot be written down: \(error)")
        }
    }

    /// Reads what `journalText` wrote.
    init(journalText: String) throws(JournalFailure) {
        do { self = try JSONDecoder().decode(Event.self, from: Data(journalText.utf8)) } catch {
            throw JournalFailure("an event cannot be read.")
        }
    }
}
