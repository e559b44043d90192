import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct CredentialCacheTests {
    let time = VirtualTime()

    @Test(
        "given a lease for an hour, when its last five minutes begin, then the source is asked again"
    )
    func refreshes() async throws {
        let end = time.now + .seconds(3_600)
        let source = Source { number in token(number, expires: number == 1 ? end : nil) }
        let cache = CredentialCache(source, time: time)
        for _ in 0..<3 { #expect(try await cache.lease().credential.reveal() == "token-1") }
        time.advance(by: .seconds(3_299))
        #expect(try await cache.lease().credential.reveal() == "token-1")
        time.advance(by: .seconds(1))
        #expect(try await cache.lease().credential.reveal() == "token-2")
        #expect(source.asked == 2)
    }

    @Test("given a lease shorter than the margin, when it is asked for, then it is still used for most of its life")
    func shortLease() async throws {
        let time = self.time
        let source = Source { token($0, expires: time.now + .seconds(60)) }
        let cache = CredentialCache(source, time: time)
        for _ in 0..<47 {
            _ = try await cache.lease()
            time.advance(by: .seconds(1))
        }
        #expect(source.asked == 1)
        time.advance(by: .seconds(2))
        _ = try await cache.lease()
        #expect(source.asked == 2)
    }

    @Test("given many callers at once, when there is no lease, then the source is asked once for all")
    func singleFlight() async throws {
        let gate = Gate()
        let source = Source(gate: gate) { token($0) }
        let cache = CredentialCache(source, time: time)
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await cache.lease().credential.reveal() } }
            group.addTask {
                await gate.open()
                return "token-1"
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(tokens == ["token-1"])
        #expect(source.asked == 1)
    }

    @Test("given a refresh that fails, when it is asked for again, then the source is asked again")
    func failureDoesNotStick() async throws {
        let source = Source { $0 == 1 ? .failure(.broken("no network")) : token($0) }
        let cache = CredentialCache(source, time: time)
        await #expect(throws: CredentialFailure.broken("no network")) { try await cache.lease() }
        #expect(try await cache.lease().credential.reveal() == "token-2")
    }

    @Test("given a refresh that fails early, when the old lease is still good, then that is used, and no longer")
    func oldLeaseIsUsed() async throws {
        let end = time.now + .seconds(3_600)
        let source = Source { $0 == 1 ? token(1, expires: end) : .failure(.broken("no network")) }
        let cache = CredentialCache(source, time: time)
        _ = try await cache.lease()
        time.advance(by: .seconds(3_500))
        #expect(try await cache.lease().credential.reveal() == "token-1")
        time.advance(by: .seconds(100))
        await #expect(throws: CredentialFailure.broken("no network")) { try await cache.lease() }
    }

    @Test("given a pause, when a refresh fails and the old lease is still good, then the source is left alone for it")
    func pause() async throws {
        let end = time.now + .seconds(3_600)
        let source = Source { $0 == 1 ? token(1, expires: end) : .failure(.broken("no network")) }
        let cache = CredentialCache(source, pause: .seconds(30), time: time)
        _ = try await cache.lease()
        time.advance(by: .seconds(3_500))
        for _ in 0..<3 { _ = try await cache.lease() }
        #expect(source.asked == 2)
        time.advance(by: .seconds(30))
        _ = try await cache.lease()
        #expect(source.asked == 3)
    }

    @Test("given a giver that wants to be asked earlier, when that time comes, then the source is asked, never later")
    func renewal() async throws {
        for (renewal, asked) in [(1_000, 1_000), (5_000, 3_300)] {
            let time = VirtualTime()
            let lease = Lease(
                Secret("x"),
                expires: time.now + .seconds(3_600),
                renewal: time.now + .seconds(renewal)
            )
            let source = Source { _ in .success(lease) }
            let cache = CredentialCache(source, time: time)
            _ = try await cache.lease()
            time.advance(by: .seconds(asked - 1))
            _ = try await cache.lease()
            #expect(source.asked == 1)
            time.advance(by: .seconds(1))
            _ = try await cache.lease()
            #expect(source.asked == 2)
        }
    }

    @Test("given an invalidation during a refresh, when the stale refresh ends, then its lease is not kept")
    func staleRefresh() async throws {
        let gate = Gate()
        let source = Source(gate: gate) { token($0) }
        let cache = CredentialCache(source, time: time)
        let early = Task { try await cache.lease().credential.reveal() }
        while source.asked == 0 { await Task.yield() }
        await cache.invalidate()
        let late = Task { try await cache.lease().credential.reveal() }
        while source.asked == 1 { await Task.yield() }
        await gate.open()
        #expect(try await early.value == "token-1")
        #expect(try await late.value == "token-2")
        #expect(try await cache.lease().credential.reveal() == "token-2")
    }

    @Test("given a lease that was refused, when a newer one is held already, then that is kept")
    func invalidateOld() async throws {
        let source = Source { token($0) }
        let cache = CredentialCache(source, time: time)
        let first = try await cache.current()
        await cache.invalidate(first.number)
        let second = try await cache.current()
        await cache.invalidate(first.number)
        #expect(try await cache.current().number == second.number)
        #expect(source.asked == 2)
    }

    @Test("given a lease that is expired on arrival, when it is asked for, then it is an error")
    func expired() async {
        let past = time.now
        let cache = CredentialCache(Source { token($0, expires: past) }, time: time)
        await #expect(throws: CredentialFailure.self) { try await cache.lease() }
    }
}

@Suite struct CredentialChainTests {
    @Test("given sources that are absent, when one has a credential, then the ones after it are not asked")
    func first() async throws {
        let sources = [Source { _ in .failure(.absent("no file")) }, Source { token($0) }, Source { token($0 + 10) }]
        #expect(try await CredentialChain(sources).lease().credential.reveal() == "token-1")
        #expect(sources.map(\.asked) == [1, 1, 0])
    }

    @Test("given a broken source, when it is reached, then the search stops")
    func broken() async {
        let sources = [Source { _ in .failure(.broken("bad file")) }, Source { token($0) }]
        await #expect(throws: CredentialFailure.broken("bad file")) { try await CredentialChain(sources).lease() }
        #expect(sources[1].asked == 0)
    }

    @Test("given no credential anywhere, when it is asked for, then every reason is told")
    func none() async {
        let sources = [Source { _ in .failure(.absent("no file")) }, Source { _ in .failure(.absent("no variable")) }]
        await #expect(throws: CredentialFailure.absent("no file; no variable")) {
            try await CredentialChain(sources).lease()
        }
        let empty = CredentialChain<Secret<String>>([])
        await #expect(throws: CredentialFailure.absent("no credential source is configured")) {
            try await empty.lease()
        }
    }
}

@Suite struct AuthenticateTests {
    let time = VirtualTime()

    @Test("given a credential, when a request is sent, then it is signed with it")
    func signs() async throws {
        let script = Script(.status(200))
        var request = Request(.get, api, "/")
        request.headers[.authorization] = "Basic left-over"
        _ = try await pipeline(Source { token($0) }, script).send(request)
        #expect(script.requests.map { $0.headers[values: .authorization] } == [["Bearer token-1"]])
    }

    @Test("given a 401, when a fresh credential is to be had, then the request is signed anew and sent once more")
    func refreshes() async throws {
        let script = Script(.status(401), .status(201))
        #expect(try await pipeline(Source { token($0) }, script).send(Request(.post, api, "/")).status == 201)
        #expect(script.requests.map { $0.headers[.authorization] } == ["Bearer token-1", "Bearer token-2"])
    }

    @Test("given a second 401, when the credential was fresh, then the answer is returned")
    func twice() async throws {
        let script = Script(.status(401))
        #expect(try await pipeline(Source { token($0) }, script).send(Request(.get, api, "/")).status == 401)
        #expect(script.requests.count == 2)
    }

    @Test("given no credential, when a request is sent, then it is unauthenticated and nothing goes out")
    func absent() async {
        let script = Script(.status(200))
        let failed = await failure { () async throws(HTTPFailure) in
            _ = try await pipeline(Source { _ in .failure(.absent("no token")) }, script).send(Request(.get, api, "/"))
        }
        #expect(failed == HTTPFailure(.unauthenticated, "no token"))
        #expect(script.requests.isEmpty)
    }

    @Test("given retries outside, when attempts are repeated, then each is signed with what is good at its time")
    func insideRetry() async throws {
        let time = self.time
        let script = Script(.status(429, [.retryAfter: "50"]), .status(200))
        let source = Source { token($0, expires: time.now + .seconds(60)) }
        let retry = Retry(budget: RetryBudget(time: time), time: time, random: FixedRandom(bits: 0))
        let sign = Authenticate(CredentialCache(source, time: time), signer: BearerSigner(), time: time)
        _ = try await Pipeline([retry, sign], to: script).send(Request(.post, api, "/"))
        #expect(script.requests.map { $0.headers[.authorization] } == ["Bearer token-1", "Bearer token-2"])
    }

    private func pipeline(_ source: Source, _ script: Script) -> Pipeline {
        Pipeline([Authenticate(CredentialCache(source, time: time), signer: BearerSigner(), time: time)], to: script)
    }
}
