import Foundation
import SlipwayBase
import SlipwayEngine
import SlipwayModel
import Testing

@Suite struct SQLiteDamageTests {
    let folder = TemporaryFolder()
    var path: String { folder.file("journal.sqlite") }

    private func failure(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was thrown"
    }

    @Test("given a file that is no database, when it is opened, then one sentence says what to do")
    func notADatabase() throws {
        try Data("just some text, long enough to be looked at as a header of a database file".utf8)
            .write(to: URL(fileURLWithPath: path))
        #expect(
            failure { _ = try Samples.journal(in: folder) }
                == "the journal \(path) is not a journal of slipway; give another file with --journal."
        )
    }

    @Test("given a journal whose pages are overwritten, when it is used, then one sentence says that it is damaged")
    func corrupt() async throws {
        do {
            let journal = try Samples.journal(in: folder)
            let run = try await journal.open(Samples.newRun(), at: Samples.start)
            _ = try await journal.append(.planned(plan: Samples.plan(Samples.canary)), at: Samples.start, to: run)
        }
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 100))
        try file.close()
        let sentence = failure { _ = try Samples.journal(in: folder) }
        #expect(sentence.hasPrefix("the journal \(path) is damaged; "))
        #expect(sentence.hasSuffix("--journal."))
    }

    @Test("given an event that is no event, when the run is read, then the sentence names it")
    func damagedEvent() async throws {
        let journal = try Samples.journal(in: folder)
        let run = try await journal.open(Samples.newRun(), at: Samples.start)
        _ = try await journal.append(.takenUp(holder: "me"), at: Samples.start, to: run)
        try sql("UPDATE events SET json = '{\"invented\":{}}'")
        await #expect {
            _ = try await journal.records(of: run, after: 0)
        } throws: { "\($0)".hasPrefix("event 1 of seoul-1 in the journal \(path) is damaged; ") }
    }

    @Test("given a journal with a migration this program does not know, when it is opened, then it is refused")
    func newer() throws {
        _ = try Samples.journal(in: folder)
        try sql("INSERT INTO grdb_migrations (identifier) VALUES ('9: from the future')")
        #expect(
            failure { _ = try Samples.journal(in: folder) }
                == "the journal \(path) was written by a newer version of slipway; use that version, or another --journal."
        )
    }

    @Test(
        "given no room to grow, when a large event is appended, then one sentence asks for room and nothing is half written"
    )
    func full() async throws {
        let journal = try SQLiteJournal(path: path, bytesMax: 64 << 10) { "identity-1" }
        let run = try await journal.open(Samples.newRun(), at: Samples.start)
        _ = try await journal.append(.takenUp(holder: "me"), at: Samples.start, to: run)
        let reason = String(repeating: "x", count: 100_000)
        await #expect(
            throws: JournalFailure(
                "the journal \(path) cannot grow: the disk or its quota is full; make room, then `slipway resume` carries on."
            )
        ) { _ = try await journal.append(.abortRequested(reason: reason), at: Samples.start, to: run) }
        #expect(try await journal.records(of: run, after: 0).count == 1)
        #expect(try await journal.append(.abortRequested(reason: "short"), at: Samples.start, to: run).sequence == 2)
    }

    @Test("given a folder where the file should be, when it is opened, then one sentence says so")
    func folderInPlace() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(failure { _ = try Samples.journal(in: folder) }.contains("--journal."))
    }

    @Test("given a folder that cannot be made, when the journal is opened, then one sentence says so")
    func noFolder() throws {
        #expect(FileManager.default.createFile(atPath: folder.file("file"), contents: nil))
        let below = folder.file("file/journal.sqlite")
        #expect(
            failure { _ = try SQLiteJournal(path: below) { "x" } }
                == "the folder \(folder.file("file")) for the journal cannot be made; check its parent, or give another --journal."
        )
    }

    /// Runs one statement with SQLite's own tool, as someone who tampers with the file would.
    private func sql(_ statement: String) throws {
        try SQLite.execute(statement, path: path)
    }
}
