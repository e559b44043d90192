import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import Testing

@testable import SlipwayAWS

@Suite("The object in S3 that holds a target") struct S3LockTests {
    private let s3 = FakeS3()
    private let made = Locked(0)
    private let key = "slipway/locks/shop-seoul.json"
    private var time: VirtualTime { s3.time }

    private func lock(seconds: Int = 30, time: VirtualTime? = nil) throws -> S3Lock {
        let client = S3Client(try S3Bucket("shop-releases", at: .s3), transport: s3)
        return S3Lock(of: "seoul", in: "shop", client, time: time ?? s3.time, seconds: seconds) {
            made.withLock { $0 += 1 }
            s3.edit { $0.exists = true }
        }
    }

    private var record: JSON { (try? JSON(parsing: s3.edit { $0.objects[key]?.bytes ?? [] })) ?? .null }

    private func failure(_ body: () async throws -> Void) async -> LockFailure? {
        await #expect(throws: LockFailure.self) { try await body() }
    }

    private func fail(_ number: Int, _ trouble: (Int) -> FakeS3.Trouble) {
        let next = s3.log.count + number
        s3.edit { $0.troubles = [trouble(next)] }
    }

    @Test("given no object when the lock is taken then it is made with the first fence, and found free after release")
    func first() async throws {
        let lock = try lock()
        #expect(try await lock.acquire(holder: "ann") == 1)
        #expect(record["holder"] == "ann" && record["seconds"] == 30 && record["fence"] == 1)
        await lock.release(holder: "ann", fence: 1)
        #expect(record["holder"] == "" && record["fence"] == 1)
        #expect(try await self.lock().acquire(holder: "bob") == 2)
    }

    @Test("given an object deleted by hand when the lock is taken later then its fence is larger than any before")
    func firstToken() async throws {
        time.advance(by: .seconds(1_000))
        #expect(try await lock().acquire(holder: "ann") == 1_000)
    }

    @Test("given a lock that somebody holds when another asks then the sentence says who and until when")
    func held() async throws {
        _ = try await lock().acquire(holder: "ann\u{1B}[1m")
        time.advance(by: .seconds(29))
        let failure = await failure { _ = try await lock().acquire(holder: "bob") }
        #expect(failure?.kind == .held)
        // S3's clock has whole seconds, so the end is told a second too late rather than too early.
        #expect(
            failure?.summary
                == "ann\\u{1b}[1m holds the lock shop-seoul until 2026-01-01T00:00:31Z; wait, or stop that run."
        )
        let writes = s3.log.count { $0.hasPrefix("PUT") }
        #expect(await self.failure { try await lock().probe() }?.kind == .held)
        #expect(s3.log.count { $0.hasPrefix("PUT") } == writes)
    }

    @Test("given a holder that does not renew when its time is over then another takes over with the next fence")
    func takeover() async throws {
        let first = try lock()
        _ = try await first.acquire(holder: "ann")
        time.advance(by: .seconds(31))
        try await lock().probe()
        #expect(try await lock().acquire(holder: "bob") == 2)
        let failure = await failure { try await first.confirm(holder: "ann", fence: 1) }
        #expect(
            failure == LockFailure(.lost, "the lock shop-seoul was lost: bob holds it now; nothing more was written.")
        )
        await first.release(holder: "ann", fence: 1)
        #expect(record["holder"] == "bob")
    }

    @Test(
        "given machines whose clocks differ by an hour when one holds the lock then the other waits its time and no more"
    )
    func skewedClock() async throws {
        for hours in [-1, 1] {
            let store = FakeS3()
            let client = S3Client(try S3Bucket("shop-releases", at: .s3), transport: store)
            let wrong = VirtualTime(now: store.time.now + .seconds(3_600 * hours))
            _ = try await S3Lock(of: "seoul", in: "shop", client, time: wrong, seconds: 30) {}.acquire(holder: "ann")
            let second = S3Lock(of: "seoul", in: "shop", client, time: store.time, seconds: 30) {}
            store.time.advance(by: .seconds(25))
            #expect(await failure { _ = try await second.acquire(holder: "bob") }?.kind == .held)
            store.time.advance(by: .seconds(6))
            #expect(try await second.acquire(holder: "bob") > 1)
        }
    }

    @Test("given a lock when it is confirmed then it is renewed once half its time is over and not before")
    func renewal() async throws {
        let lock = try lock()
        let fence = try await lock.acquire(holder: "ann")
        let start = time.now
        time.advance(by: .seconds(14))
        let calls = s3.log.count
        #expect(try await lock.confirm(holder: "ann", fence: fence) == start + .seconds(30))
        #expect(s3.log.count == calls)
        time.advance(by: .seconds(2))
        #expect(try await lock.confirm(holder: "ann", fence: fence) == start + .seconds(46))
        #expect(record["renewed"] == "2026-01-01T00:00:16.000Z" && record["acquired"] == "2026-01-01T00:00:00.000Z")
        #expect(record["fence"] == 1)
    }

    @Test("given S3 that cannot be reached when a lock is confirmed then it holds as long as its last renewal")
    func unreachable() async throws {
        let lock = try lock()
        let fence = try await lock.acquire(holder: "ann")
        let until = time.now + .seconds(30)
        time.advance(by: .seconds(20))
        fail(1) { .lostBefore($0) }
        #expect(try await lock.confirm(holder: "ann", fence: fence) == until)
        time.advance(by: .seconds(10))
        fail(1) { .lostBefore($0) }
        let failure = await failure { try await lock.confirm(holder: "ann", fence: fence) }
        #expect(failure?.kind == .unreachable)
        #expect(failure?.summary == "the lock shop-seoul cannot be told: GetObject: no route")
    }

    @Test("given a taking whose answer is lost when it is taken again then it is ours with the same fence")
    func lostAnswer() async throws {
        let lock = try lock()
        fail(2) { .lostAfter($0) }
        #expect(await failure { _ = try await lock.acquire(holder: "ann") }?.kind == .unreachable)
        #expect(try await lock.acquire(holder: "ann") == 1)
        time.advance(by: .seconds(20))
        fail(2) { .lostAfter($0) }
        _ = try await lock.confirm(holder: "ann", fence: 1)
        time.advance(by: .seconds(2))
        #expect(try await lock.confirm(holder: "ann", fence: 1) == time.now + .seconds(30))
    }

    @Test("given answers 404, 409 or 412 to a conditional write when the lock is taken then it is looked at again")
    func faster() async throws {
        for (status, code) in [(404, "NoSuchKey"), (409, "ConditionalRequestConflict"), (412, "PreconditionFailed")] {
            let store = FakeS3()
            store.edit { $0.troubles = [.status(2, status, code: code)] }
            let client = S3Client(try S3Bucket("shop-releases", at: .s3), transport: store)
            let lock = S3Lock(of: "seoul", in: "shop", client, time: store.time, seconds: 30) {}
            #expect(try await lock.acquire(holder: "ann") == 1)
            #expect(store.log.count { $0.hasPrefix("GET") } == 2)
        }
    }

    @Test("given twenty that ask at once when one is faster then exactly one holds it")
    func race() async throws {
        let locks = try (0..<20).map { _ in try lock() }
        let taken = await withTaskGroup(of: Bool.self) { group in
            for (index, lock) in locks.enumerated() {
                group.addTask { (try? await lock.acquire(holder: "run-\(index)")) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 1)
    }

    @Test("given no bucket when the lock is looked at or taken then only the taking makes the bucket")
    func bucket() async throws {
        s3.edit { $0.exists = false }
        try await lock().probe()
        #expect(made.withLock { $0 } == 0)
        #expect(try await lock().acquire(holder: "ann") == 1)
        #expect(made.withLock { $0 } == 1)
    }

    @Test("given an object that is no lock when it is looked at then the sentence says where it lies and what to do")
    func rubbish() async throws {
        for text in ["", "{}", #"{"holder":"x","fence":9223372036854775807,"seconds":30}"#, "<a/>"] {
            s3.edit { $0.objects[key] = FakeS3.Stored(bytes: Array(text.utf8), written: time.now, revision: 1) }
            let failure = await failure { _ = try await lock().acquire(holder: "ann") }
            #expect(
                failure?.summary
                    == "the lock shop-seoul cannot be told: s3://shop-releases/\(key) is no lock of slipway;"
                    + " when no run is under way, delete it"
            )
        }
    }

    @Test("given an emptied or deleted object when the lock is confirmed then it is lost")
    func gone() async throws {
        let lock = try lock()
        _ = try await lock.acquire(holder: "ann")
        await (try self.lock()).release(holder: "ann", fence: 1)
        time.advance(by: .seconds(20))
        let emptied = await failure { try await lock.confirm(holder: "ann", fence: 1) }
        #expect(emptied?.summary == "the lock shop-seoul was lost: it was given up; nothing more was written.")
        s3.edit { $0.objects = [:] }
        let deleted = await failure { try await lock.confirm(holder: "ann", fence: 1) }
        #expect(deleted?.summary == "the lock shop-seoul was lost: it was deleted; nothing more was written.")
        await lock.release(holder: "ann", fence: 1)
        #expect(
            await failure { try await lock.confirm(holder: "ann", fence: 1) }?.summary
                == "the lock shop-seoul is not held."
        )
    }
}
