import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import Testing

@Suite("The blob that holds a target") struct BlobLockTests {
    private let blobs = FakeBlobs()
    private let place = "https://shopstate.blob.core.windows.net/locks"
    private let path = "/locks/slipway/shop/seoul.json"
    private var time: VirtualTime { blobs.time }

    private func lock(seconds: Int = 30, time: VirtualTime? = nil, in blobs: FakeBlobs? = nil) throws -> BlobLock {
        let client = BlobClient(try BlobContainer(url: place), transport: blobs ?? self.blobs)
        return BlobLock(of: "seoul", in: "shop", client, time: time ?? self.time, seconds: seconds)
    }

    private var record: JSON { (try? JSON(parsing: blobs.edit { $0.blobs[path]?.bytes ?? [] })) ?? .null }

    private func failure(_ body: () async throws -> Void) async -> LockFailure? {
        await #expect(throws: LockFailure.self) { try await body() }
    }

    private func fail(_ number: Int, _ trouble: (Int) -> FakeBlobs.Trouble) {
        let next = blobs.log.count + number
        blobs.edit { $0.troubles = [trouble(next)] }
    }

    @Test("given no blob, when the lock is taken, then it is made with the first fence, and found free after release")
    func first() async throws {
        let lock = try lock()
        #expect(try await lock.acquire(holder: "ann") == 1)
        #expect(record["holder"] == "ann" && record["seconds"] == 30 && record["fence"] == 1)
        await lock.release(holder: "ann", fence: 1)
        #expect(record["holder"] == "" && record["fence"] == 1)
        #expect(try await self.lock().acquire(holder: "bob") == 2)
    }

    @Test("given a lock that somebody holds, when another asks, then the sentence says who and until when")
    func held() async throws {
        _ = try await lock().acquire(holder: "ann\u{1B}[1m")
        time.advance(by: .seconds(29))
        let failure = await failure { _ = try await lock().acquire(holder: "bob") }
        #expect(failure?.kind == .held)
        // The service's clock has whole seconds, so the end is told a second too late rather than too early.
        #expect(
            failure?.summary
                == "ann\\u{1b}[1m holds the lock shop-seoul until 2026-01-01T00:00:31Z; wait, or stop that run."
        )
        let writes = blobs.log.count { $0.hasPrefix("PUT") }
        #expect(await self.failure { try await lock().probe() }?.kind == .held)
        #expect(blobs.log.count { $0.hasPrefix("PUT") } == writes)
    }

    @Test("given a holder that does not renew, when its time is over, then another takes over with the next fence")
    func takeover() async throws {
        let first = try lock()
        _ = try await first.acquire(holder: "ann")
        time.advance(by: .seconds(31))
        try await lock().probe()
        #expect(try await lock().acquire(holder: "bob") == 2)
        #expect(await failure { try await first.confirm(holder: "ann", fence: 1) }?.kind == .lost)
        await first.release(holder: "ann", fence: 1)
        #expect(record["holder"] == "bob")
    }

    @Test("given machines whose clocks differ by an hour, when one holds the lock, then the other waits its time")
    func skewedClock() async throws {
        for hours in [-1, 1] {
            let blobs = FakeBlobs()
            let wrong = VirtualTime(now: blobs.time.now + .seconds(3_600 * hours))
            _ = try await lock(time: wrong, in: blobs).acquire(holder: "ann")
            let second = try lock(time: blobs.time, in: blobs)
            blobs.time.advance(by: .seconds(25))
            #expect(await failure { _ = try await second.acquire(holder: "bob") }?.kind == .held)
            blobs.time.advance(by: .seconds(6))
            #expect(try await second.acquire(holder: "bob") > 1)
        }
    }

    @Test("given a lock, when it is confirmed, then it is renewed once half its time is over and not before")
    func renewal() async throws {
        let lock = try lock()
        let fence = try await lock.acquire(holder: "ann")
        let start = time.now
        time.advance(by: .seconds(14))
        let calls = blobs.log.count
        #expect(try await lock.confirm(holder: "ann", fence: fence) == start + .seconds(30))
        #expect(blobs.log.count == calls)
        time.advance(by: .seconds(2))
        #expect(try await lock.confirm(holder: "ann", fence: fence) == start + .seconds(46))
        #expect(record["renewed"] == "2026-01-01T00:00:16.000Z" && record["acquired"] == "2026-01-01T00:00:00.000Z")
    }

    @Test("given a service that cannot be reached, when a lock is confirmed, then it holds as long as its last renewal")
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
        #expect(failure?.summary == "the lock shop-seoul cannot be told: GetBlob: no route")
    }

    @Test("given a taking whose answer is lost, when it is taken again, then it is ours with the same fence")
    func lostAnswer() async throws {
        let lock = try lock()
        fail(2) { .lostAfter($0) }
        #expect(await failure { _ = try await lock.acquire(holder: "ann") }?.kind == .unreachable)
        #expect(try await lock.acquire(holder: "ann") == 1)
    }

    @Test(
        "given a taking that the session sends again, when its first answer was lost, then it is ours and not a stranger's"
    )
    func repeated() async throws {
        let container = try BlobContainer(url: place)
        let session = AzureSession(
            .global,
            authenticate: Stamp(),
            traffic: AzureTraffic(time: time),
            time: time,
            random: SeededRandom(seed: 1)
        )
        let client = BlobClient(container, transport: session.transport(to: container.account, over: blobs))
        fail(2) { .lostAfter($0) }
        let lock = BlobLock(of: "seoul", in: "shop", client, time: time, seconds: 30)
        #expect(try await lock.acquire(holder: "ann") == 1)
        #expect(record["holder"] == "ann")
    }

    @Test("given answers 404, 409 or 412 to a conditional write, when the lock is taken, then it is looked at again")
    func faster() async throws {
        for (status, code) in [(404, "BlobNotFound"), (409, "BlobAlreadyExists"), (412, "ConditionNotMet"), (412, "")] {
            let blobs = FakeBlobs()
            blobs.edit { $0.troubles = [.status(2, status, code: code)] }
            #expect(try await lock(in: blobs).acquire(holder: "ann") == 1)
            #expect(blobs.log.count { $0.hasPrefix("GET") } == 2)
        }
    }

    @Test("given twenty that ask at once, when one is faster, then exactly one holds it")
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

    @Test("given refusals, when the lock is taken, then the sentence says what to do")
    func refusals() async throws {
        blobs.edit { $0.exists = false }
        let missing = await failure { _ = try await lock().acquire(holder: "ann") }
        #expect(missing?.summary.contains("make the container \(place) once") == true)
        blobs.edit { $0.exists = true }
        let expected = [
            (403, "AuthorizationPermissionMismatch", "the role Storage Blob Data Contributor on \(place)"),
            (403, "AuthorizationFailure", "network rules"),
            (401, "InvalidAuthenticationInfo", "the token was not taken"),
            (412, "LeaseIdMissing", "break it"), (403, "", "Storage Blob Data Contributor"),
            (503, "ServerBusy", "ServerBusy: It is refused."),
        ]
        for (status, code, words) in expected {
            fail(2) { .status($0, status, code: code) }
            let failure = await failure { _ = try await lock().acquire(holder: "ann") }
            #expect(failure?.summary.contains(words) == true, "\(failure?.summary ?? "")")
            #expect(failure?.summary.contains("RequestId") == false)
        }
    }

    @Test("given a blob that is no lock, when it is looked at, then the sentence says where it lies and what to do")
    func rubbish() async throws {
        for text in ["", "{}", #"{"holder":"x","fence":9223372036854775807,"seconds":30}"#, "<a/>"] {
            blobs.edit { $0.blobs[path] = FakeBlobs.Stored(bytes: Array(text.utf8), written: time.now, revision: 1) }
            let failure = await failure { _ = try await lock().acquire(holder: "ann") }
            #expect(
                failure?.summary
                    == "the lock shop-seoul cannot be told: \(place)/slipway/shop/seoul.json is no lock of slipway;"
                    + " when no run is under way, delete it"
            )
        }
    }

    @Test("given an emptied or deleted blob, when the lock is confirmed, then it is lost")
    func gone() async throws {
        let lock = try lock()
        _ = try await lock.acquire(holder: "ann")
        await (try self.lock()).release(holder: "ann", fence: 1)
        time.advance(by: .seconds(20))
        let emptied = await failure { try await lock.confirm(holder: "ann", fence: 1) }
        #expect(emptied?.summary == "the lock shop-seoul was lost: it was given up; nothing more was written.")
        blobs.edit { $0.blobs = [:] }
        let deleted = await failure { try await lock.confirm(holder: "ann", fence: 1) }
        #expect(deleted?.summary == "the lock shop-seoul was lost: it was deleted; nothing more was written.")
    }
}

@Suite("Addresses of containers") struct BlobContainerTests {
    @Test(
        "given an address that is no container's, when it is read, then the sentence does not repeat it",
        arguments: [
            "http://a.blob.core.windows.net/locks", "https://a.blob.core.windows.net",
            "https://a.blob.core.windows.net/",
            "https://a.blob.core.windows.net/locks/x", "https://a.blob.core.windows.net/Locks", "ftp://a/locks",
            "locks",
            "https://a.blob.core.windows.net/locks?sv=1&sig=s3cret", "https://a.blob.core.windows.net/lo",
            "https://user:s3cret@a.blob.core.windows.net/locks", "https://a.blob.core.windows.net/lo--cks",
            "https://a.blob.core.windows.net/-locks", "https://a.blob.core.windows.net/locks#s3cret", "",
        ]
    )
    func refused(url: String) {
        let failure = #expect(throws: InputFailure.self) { try BlobContainer(url: url) }
        #expect(failure?.description.contains("s3cret") == false)
    }

    @Test("given a container, or an emulator's, when it is read, then its address is kept")
    func taken() throws {
        #expect(try BlobContainer(url: "https://a.blob.core.windows.net/locks").description.hasSuffix(".net/locks"))
        #expect(try BlobContainer(url: "http://127.0.0.1:10000/account/locks").account.port == 10_000)
    }

    @Test("given a name with spaces and slashes, when it is sent, then each byte is encoded once")
    func names() async throws {
        let blobs = FakeBlobs()
        let client = BlobClient(try BlobContainer(url: "https://a.blob.core.windows.net/locks"), transport: blobs)
        try await client.put("a b/c%2F?#.json", [1], contentType: "x/y")
        #expect(blobs.log == ["PUT /locks/a%20b/c%252F%3F%23.json"])
        #expect(try await client.get("a b/c%2F?#.json", bytesMax: 10)?.bytes == [1])
        #expect(try await client.put("a b/c%2F?#.json", [2], contentType: "x/y", .ifAbsent) == false)
        #expect(blobs.edit { $0.requests[0].headers[.contentType] } == "x/y")
    }
}
