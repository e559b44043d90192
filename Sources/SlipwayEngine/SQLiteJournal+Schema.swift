internal import GRDB
internal import SlipwayBase

/// The tables of a journal, and every statement that reads or writes them.
enum JournalSchema {
    /// A verdict that is there or not, of a run that is there.
    struct Ending {
        var value: Verdict?
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs and their events") { db in
            try db.execute(
                sql: """
                    CREATE TABLE meta (
                        key TEXT PRIMARY KEY NOT NULL,
                        value TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE runs (
                        id TEXT PRIMARY KEY NOT NULL,
                        number INTEGER NOT NULL,
                        target TEXT NOT NULL,
                        application TEXT NOT NULL,
                        platform TEXT NOT NULL,
                        strategy TEXT NOT NULL,
                        old_version TEXT,
                        new_version TEXT NOT NULL,
                        config_digest TEXT NOT NULL,
                        opened_at INTEGER NOT NULL,
                        last_at INTEGER NOT NULL,
                        verdict TEXT,
                        UNIQUE (target, number)
                    ) STRICT;
                    CREATE TABLE events (
                        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                        sequence INTEGER NOT NULL,
                        at INTEGER NOT NULL,
                        json TEXT NOT NULL,
                        PRIMARY KEY (run, sequence)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX runs_by_time ON runs (opened_at);
                    """
            )
        }
        migrator.registerMigration("2: rehearsed runs are marked") { db in
            try db.execute(sql: "ALTER TABLE runs ADD COLUMN rehearsed INTEGER NOT NULL DEFAULT 0")
        }
        return migrator
    }

    /// Brings the tables up to date and gives the journal's identity; a journal from a newer program is refused.
    static func prepare(_ queue: DatabaseQueue, path: String, identity: @autoclosure () -> String) throws -> String {
        let migrator = migrator
        guard try !queue.read(migrator.hasBeenSuperseded) else {
            throw JournalFailure(
                "the journal \(path) was written by a newer version of slipway; use that version, or another --journal."
            )
        }
        if try !queue.read(migrator.hasCompletedMigrations) { try migrator.migrate(queue) }
        let known = try queue.read { db in
            try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'identity'")
        }
        if let known { return known }
        let fresh = identity()
        return try queue.write { db in
            try db.execute(sql: "INSERT OR IGNORE INTO meta (key, value) VALUES ('identity', ?)", arguments: [fresh])
            return try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'identity'") ?? fresh
        }
    }

    /// Nil when there is no such run.
    static func verdict(of run: RunID, _ db: Database) throws -> Ending? {
        guard let row = try Row.fetchOne(db, sql: "SELECT verdict FROM runs WHERE id = ?", arguments: [run.description])
        else { return nil }
        return Ending(value: (row[0] as String?).flatMap(Verdict.init))
    }

    static func append(
        _ json: String,
        at: Timestamp,
        to run: RunID,
        verdict: Verdict?,
        _ db: Database
    ) throws -> Int {
        let last = try Int.fetchOne(
            db,
            sql: "SELECT MAX(sequence) FROM events WHERE run = ?",
            arguments: [run.description]
        )
        let sequence = (last ?? 0) + 1
        try db.execute(
            sql: "INSERT INTO events (run, sequence, at, json) VALUES (?, ?, ?, ?)",
            arguments: [run.description, sequence, at.milliseconds, json]
        )
        try db.execute(
            sql: "UPDATE runs SET verdict = ?, last_at = ? WHERE id = ?",
            arguments: [verdict?.rawValue, at.milliseconds, run.description]
        )
        return sequence
    }

    static func records(of run: RunID, after sequence: Int, _ db: Database, path: String) throws -> [Record] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT sequence, at, json FROM events WHERE run = ? AND sequence > ? ORDER BY sequence",
            arguments: [run.description, sequence]
        )
        return try rows.map { row in
            guard let event = try? Event(journalText: row["json"]) else {
                throw JournalFailure(
                    "event \(row["sequence"] as Int) of \(run) in the journal \(path) is damaged; look at the target, "
                        + "put it right by hand, and go on with another --journal."
                )
            }
            return Record(sequence: row["sequence"], at: Timestamp(milliseconds: row["at"]), event: event)
        }
    }
}
