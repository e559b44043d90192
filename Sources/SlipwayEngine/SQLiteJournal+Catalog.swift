internal import GRDB
internal import SlipwayBase

extension JournalSchema {
    /// A run whose end is unknown still holds its target.
    private static let isOpen = "(verdict IS NULL OR verdict = 'unknown')"

    /// Names a run; runs of the target that never began are forgotten, so that their numbers are given out again.
    static func open(_ run: NewRun, at: Timestamp, _ db: Database) throws -> Result<RunID, OpenFailure> {
        try db.execute(
            sql: """
                DELETE FROM runs WHERE application = ? AND target = ?
                    AND NOT EXISTS (SELECT 1 FROM events WHERE events.run = runs.id)
                """,
            arguments: [run.application, run.target]
        )
        let unfinished = try String.fetchOne(
            db,
            sql: """
                SELECT id FROM runs WHERE application = ? AND target = ? AND NOT rehearsed AND \(isOpen)
                ORDER BY number DESC
                """,
            arguments: [run.application, run.target]
        )
        if let unfinished, !run.isRehearsed { return .failure(.unfinished(RunID(unfinished))) }
        let last = try Int.fetchOne(db, sql: "SELECT MAX(number) FROM runs WHERE target = ?", arguments: [run.target])
        let number = (last ?? 0) + 1
        let id = RunID(target: run.target, number: number)
        try db.execute(
            sql: """
                INSERT INTO runs (id, number, target, application, platform, strategy, old_version, new_version,
                    config_digest, rehearsed, opened_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.description, number, run.target, run.application, run.platform, run.strategy, run.oldVersion,
                run.newVersion, run.configDigest, run.isRehearsed, at.milliseconds, at.milliseconds,
            ]
        )
        return .success(id)
    }

    /// Runs that have begun, the newest first.
    static func runs(_ query: RunQuery, _ db: Database) throws -> [RunHeader] {
        var conditions = ["EXISTS (SELECT 1 FROM events WHERE events.run = runs.id)"]
        var arguments: StatementArguments = []
        if let id = query.id {
            conditions.append("id = ?")
            arguments += [id.description]
        }
        if let application = query.application {
            conditions.append("application = ?")
            arguments += [application]
        }
        if let targets = query.targets {
            conditions.append("target IN (\(targets.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(targets)
        }
        if let isUnfinished = query.isUnfinished { conditions.append(isUnfinished ? isOpen : "NOT \(isOpen)") }
        if let isRehearsed = query.isRehearsed { conditions.append(isRehearsed ? "rehearsed" : "NOT rehearsed") }
        if let verdict = query.verdict {
            conditions.append("verdict = ?")
            arguments += [verdict.rawValue]
        }
        arguments += [max(query.limit, 0)]
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM runs WHERE \(conditions.joined(separator: " AND "))
                ORDER BY opened_at DESC, rowid DESC LIMIT ?
                """,
            arguments: arguments
        )
        return rows.map(RunHeader.init)
    }
}

extension RunHeader {
    fileprivate init(_ row: Row) {
        id = RunID(row["id"])
        run = NewRun(row)
        openedAt = Timestamp(milliseconds: row["opened_at"])
        verdict = (row["verdict"] as String?).flatMap(Verdict.init)
        lastAt = Timestamp(milliseconds: row["last_at"])
    }
}

extension NewRun {
    fileprivate init(_ row: Row) {
        (application, target, platform) = (row["application"], row["target"], row["platform"])
        (strategy, configDigest) = (row["strategy"], row["config_digest"])
        (oldVersion, newVersion, isRehearsed) = (row["old_version"], row["new_version"], row["rehearsed"])
    }
}
