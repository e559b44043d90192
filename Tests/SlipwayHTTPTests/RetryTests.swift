import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct RetryTests {
    let time = VirtualTime()

    @Test(
        "given an idempotent request, when a passing failure comes first, then it is sent again",
        arguments: [408, 429, 502, 503, 504]
    )
    func passingStatus(status: Int) async throws {
        let script = Script(.status(status), .status(200))
        #expect(try await pipeline(script).send(Request(.get, api, "/")).status == 200)
        #expect(script.requests.count == 2)
    }

    @Test(
        "given a request that is not idempotent, when it may have taken effect, then it is sent once",
        arguments: [Script.Answer.status(408), .status(502), .status(503), .status(504), .failed(.unanswered)]
    )
    func notIdempotent(answer: Script.Answer) async {
        let script = Script(answer)
        _ = await failure { () async throws(HTTPFailure) in
            _ = try await pipeline(script).send(Request(.post, api, "/"))
        }
        #expect(script.requests.count == 1)
    }

    @Test(
        "given a request that is not idempotent, when it proved harmless, then it is sent again",
        arguments: [Script.Answer.status(429), .failed(.unsent)]
    )
    func harmless(answer: Script.Answer) async throws {
        let script = Script(answer, .status(201))
        #expect(try await pipeline(script).send(Request(.post, api, "/")).status == 201)
    }

    @Test(
        "given a failure that will not pass, when it comes, then it is returned at once",
        arguments: [HTTPFailure.Reach.refused, .cancelled, .unauthenticated]
    )
    func lasting(reach: HTTPFailure.Reach) async {
        let script = Script(.failed(reach))
        let failed = await failure { () async throws(HTTPFailure) in
            _ = try await pipeline(script).send(Request(.get, api, "/"))
        }
        #expect(failed?.reach == reach)
        #expect(script.requests.count == 1)
    }

    @Test(
        "given any other status, when it comes, then it is returned at once",
        arguments: [200, 301, 400, 401, 404, 409, 500]
    )
    func otherStatus(status: Int) async throws {
        let script = Script(.status(status))
        #expect(try await pipeline(script).send(Request(.get, api, "/")).status == status)
        #expect(script.requests.count == 1)
    }

    @Test("given a failure for ever, when the attempts are used up, then the last answer is returned as it is")
    func attempts() async throws {
        let script = Script(.status(503))
        #expect(try await pipeline(script).send(Request(.get, api, "/")).status == 503)
        #expect(script.requests.count == 5)
    }

    @Test("given full jitter, when chance draws the longest waits, then they double up to the ceiling")
    func backoff() async throws {
        let start = time.now
        _ = try await pipeline(Script(.status(503)), random: 2_000).send(Request(.get, api, "/"))
        // The bounds are 500, 1000, 2000 and 4000 ms; 2000 modulo one more than each of them.
        let waits: [Int64] = [2_000 % 501, 2_000 % 1_001, 2_000 % 2_001, 2_000 % 4_001]
        let total: Int64 = waits.reduce(0) { $0 + $1 }
        let passed = (time.now - start).milliseconds
        #expect(passed == total)
    }

    @Test("given Retry-After in seconds, when it is short enough, then it is the least wait")
    func seconds() async throws {
        let start = time.now
        let script = Script(.status(429, [.retryAfter: "7"]), .status(200))
        #expect(try await pipeline(script, random: 0).send(Request(.get, api, "/")).status == 200)
        #expect(time.now - start == .seconds(7))
    }

    @Test("given Retry-After as a date, when it is in the future, then it is the least wait")
    func date() async throws {
        // The virtual clock starts at 2026-01-01T00:00:00Z.
        let start = time.now
        let script = Script(.status(503, [.retryAfter: "Thu, 01 Jan 2026 00:00:09 GMT"]), .status(200))
        #expect(try await pipeline(script, random: 0).send(Request(.get, api, "/")).status == 200)
        #expect(time.now - start == .seconds(9))
    }

    @Test(
        "given Retry-After beyond the maximum, when it comes, then the answer is returned as it is",
        arguments: ["61", "99999999999999999999", "Thu, 01 Jan 2026 00:01:01 GMT"]
    )
    func tooLong(text: String) async throws {
        let script = Script(.status(429, [.retryAfter: text]))
        #expect(try await pipeline(script).send(Request(.get, api, "/")).status == 429)
        #expect(script.requests.count == 1)
    }

    @Test(
        "given Retry-After that is past or unreadable, when it comes, then the ordinary waits apply",
        arguments: ["-5", "soon", "", "1.5", "Thu, 01 Jan 1970 00:00:00 GMT"]
    )
    func unreadable(text: String) async throws {
        let start = time.now
        let script = Script(.status(429, [.retryAfter: text]), .status(200))
        #expect(try await pipeline(script, random: 0).send(Request(.get, api, "/")).status == 200)
        #expect(time.now == start)
    }

    @Test("given an empty budget, when a server stays broken, then nothing is repeated until time has filled it")
    func budget() async throws {
        let budget = RetryBudget(tokensMax: 6, interval: .seconds(10), time: time)
        let script = Script(.status(503))
        let pipeline = pipeline(script, budget: budget, random: 0)
        for _ in 0..<4 { _ = try await pipeline.send(Request(.get, api, "/")) }
        #expect(script.requests.count == 10)
        time.advance(by: .seconds(20))
        _ = try await pipeline.send(Request(.get, api, "/"))
        #expect(script.requests.count == 13)
    }

    @Test("given a wait, when the task is cancelled, then the request ends as cancelled")
    func cancelled() async {
        let script = Script(.status(503))
        let pipeline = pipeline(script)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { () async throws(HTTPFailure) in _ = try await pipeline.send(Request(.get, api, "/"))
            }
        }
        #expect(await task.value?.reach == .cancelled)
        #expect(script.requests.count == 1)
    }

    private func pipeline(_ script: Script, budget: RetryBudget? = nil, random: UInt64 = 1) -> Pipeline {
        let retry = Retry(budget: budget ?? RetryBudget(time: time), time: time, random: FixedRandom(bits: random))
        return Pipeline([retry], to: script)
    }
}

@Suite struct HTTPDateTests {
    @Test("given a date as RFC 9110 writes it, when it is read, then it is that second")
    func fixdate() {
        #expect(Timestamp(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT")?.milliseconds == 784_111_777_000)
        #expect(Timestamp(httpDate: "Thu, 29 Feb 2024 23:59:59 GMT")?.rfc3339Seconds == "2024-02-29T23:59:59Z")
    }

    @Test(
        "given anything else, when it is read, then it is no date",
        arguments: [
            "", "Sun", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        ]
    )
    func others(text: String) { #expect(Timestamp(httpDate: text) == nil) }
}
