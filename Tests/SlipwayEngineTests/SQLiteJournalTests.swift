import Foundation
import SlipwayBase
import SlipwayEngine
import SlipwayModel
import Testing

@Suite struct SQLiteJournalTests {
    let folder = TemporaryFolder()

    @Test("given a new path, when a journal is opened, then file and folder are their owner's only")
    func modes() throws {
        let path = folder.file("deep/er/journal.sqlite")
        let journal = try SQLiteJournal(path: path) { "identity-1" }
        #expect(journal.identity == "identity-1")
        #expect(TemporaryFolder.mode(of: path) == 0o600)
        #expect(TemporaryFolder.mode(of: folder.file("deep/er")) == 0o700)
        #expect(TemporaryFolder.mode(of: path + "-wal") == 0o600)
    }

    @Test("given a file that others may read, when it is opened, then they may not any more")
    func tightened() throws {
        let path = folder.file("journal.sqlite")
        #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644]))
        _ = try Samples.journal(in: folder)
        #expect(TemporaryFolder.mode(of: path) == 0o600)
    }

    @Test("given a journal, when it is opened again, then it has its identity and every record")
    func persistence() async throws {
        let plan = try Samples.plan(Samples.canary)
        let events: [Event] = [
            .planned(plan: plan), .takenUp(holder: "me"), .locked(fence: 7), .intended(key: "stage-1"),
            .progressed(key: "stage-1", token: Token(["uid": "a"]), status: Status(ready: 1, wanted: 4, note: "…")),
            .faulted(
                key: "stage-1",
                failure: ProviderFailure(.transient, "later", retryAfter: .seconds(90)),
                retryAt: Samples.start + .seconds(90)
            ),
            .succeeded(key: "stage-1", status: Status(weight: 20)), .paused(key: "route-20", until: nil),
        ]
        let run: RunID
        do {
            let journal = try Samples.journal(in: folder)
            run = try await journal.open(Samples.newRun(), at: Samples.start)
            for event in events { _ = try await journal.append(event, at: Samples.start, to: run) }
        }
        let again = try SQLiteJournal(path: folder.file("journal.sqlite")) { "another" }
        #expect(again.identity == "identity-1")
        let records = try await again.records(of: run, after: 0)
        #expect(records.map(\.event) == events)
        #expect(records.map(\.sequence) == Array(1...events.count))
        #expect(try await again.records(of: run, after: 6).map(\.sequence) == [7, 8])
    }

    @Test("given two journals on one file, when both append at once, then every record has its own place")
    func concurrency() async throws {
        let first = try Samples.journal(in: folder)
        let second = try Samples.journal(in: folder)
        let run = try await first.open(Samples.newRun(), at: Samples.start)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let journal = number.isMultiple(of: 2) ? first : second
                group.addTask {
                    _ = try await journal.append(.takenUp(holder: "\(number)"), at: Samples.start, to: run)
                }
            }
            try await group.waitForAll()
        }
        let records = try await second.records(of: run, after: 0)
        #expect(records.map(\.sequence) == Array(1...40))
        #expect(Set(records.map(\.event)).count == 40)
    }

    @Test("given an event that quotes credentials, when it is written, then they are masked, in the answer too")
    func masking() async throws {
        let journal = try Samples.journal(in: folder)
        let run = try await journal.open(Samples.newRun(), at: Samples.start)
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSIsImEiOjF9.c2lnbmF0dXJl"
        let note = "got \(token), Bearer abcdefghijklmnop123 and -----BEGIN RSA PRIVATE KEY-----\nMIIE\n"
        let record = try await journal.append(.abortRequested(reason: note), at: Samples.start, to: run)
        #expect(record.event == .abortRequested(reason: "got [redacted], Bearer [redacted] and [redacted]"))
        #expect(try await journal.records(of: run, after: 0) == [record])
    }

    @Test("given a plan that holds a token, when it is written, then it is refused and nothing is kept")
    func refusal() async throws {
        let journal = try Samples.journal(in: folder)
        let run = try await journal.open(Samples.newRun(), at: Samples.start)
        var plan = try Samples.plan()
        plan.context.snapshot = ["env": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSIsImEiOjF9.c2lnbmF0dXJl"]
        await #expect(throws: JournalFailure.self) {
            _ = try await journal.append(.planned(plan: plan), at: Samples.start, to: run)
        }
        #expect(try await journal.records(of: run, after: 0).isEmpty)
    }

    @Test("given a run the journal does not have, when something is appended, then one sentence says so")
    func unknownRun() async throws {
        let journal = try Samples.journal(in: folder)
        await #expect(throws: JournalFailure("the journal \(journal.path) has no run seoul-9.")) {
            _ = try await journal.append(.takenUp(holder: "me"), at: Samples.start, to: RunID("seoul-9"))
        }
    }

    @Test("given a plan in the journal, when its text is read, then durations are written as people write them")
    func readability() async throws {
        let journal = try Samples.journal(in: folder)
        let run = try await journal.open(Samples.newRun(), at: Samples.start)
        _ = try await journal.append(.planned(plan: Samples.plan(Samples.canary)), at: Samples.start, to: run)
        let text = try String(decoding: Data(contentsOf: URL(fileURLWithPath: journal.path + "-wal")), as: UTF8.self)
        #expect(text.contains(#""deadline":"10m""#))
        #expect(text.contains(#""pause":"5m""#))
    }
}
