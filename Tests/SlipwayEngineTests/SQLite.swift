import GRDB

/// A second way into a journal file, past the journal.
enum SQLite {
    static func execute(_ statement: String, path: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: statement) }
    }
}
