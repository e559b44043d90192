import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct RetryTests {
    let time = VirtualTime()
    let quota = AWSRetryQuota()
    static let read = QueryCall("DescribeEvents", isIdempotent: true)
    static let write = QueryCall("SwapEnvironmentCNAMEs", isIdempotent: false)
    static let done = "<R/>"

    func pipeline(_ script: Script, share: Double = 0) -> Pipeline {
        Pipeline([AWSRetry(quota: quota, time: time, random: FixedRandom(share: share))], to: script)
    }

    func send(_ call: QueryCall, _ script: Script, share: Double = 0) async throws(HTTPFailure) -> Response {
        try await pipeline(script, share: share).send(call.request(to: beanstalk, version: "2010-12-01"))
    }

    @Test(
        "given a read, when a passing failure comes first, then it is sent again",
        arguments: [
            Script.Answer.status(500), .status(502), .status(503), .status(504), .status(429), .failed(.unsent),
            .failed(.unanswered), .error(400, "Throttling"), .error(400, "RequestTimeout"), .error(503, "SlowDown"),
        ]
    )
    func passing(answer: Script.Answer) async throws {
        let script = Script(answer, .status(200, Self.done))
        #expect(try await send(Self.read, script).status == 200)
        #expect(script.requests.count == 2)
    }

    @Test(
        "given a write that must not happen twice, when it may have had an effect, then it is sent once",
        arguments: [
            Script.Answer.status(500), .status(502), .status(503), .status(504), .failed(.unanswered),
            .error(400, "RequestTimeout"), .error(500, "InternalFailure"),
        ]
    )
    func mayHaveHappened(answer: Script.Answer) async {
        let script = Script(answer)
        _ = try? await send(Self.write, script)
        #expect(script.requests.count == 1)
        #expect(quota.remaining == 500)
    }

    @Test(
        "given a write that must not happen twice, when it had no effect, then it is sent again",
        arguments: [
            Script.Answer.failed(.unsent), .status(429), .error(400, "Throttling", "Rate exceeded"),
            .error(503, "SlowDown"), .error(400, "RequestLimitExceeded"), .error(400, "PriorRequestNotComplete"),
        ]
    )
    func harmless(answer: Script.Answer) async throws {
        let script = Script(answer, .status(200, Self.done))
        #expect(try await send(Self.write, script).status == 200)
    }

    @Test(
        "given an answer that another attempt does not change, when it comes, then it is returned at once",
        arguments: [
            Script.Answer.error(400, "InvalidParameterValue", "Must be Ready."), .status(403), .status(404),
            .status(501), .error(400, "ValidationError"), .failed(.refused), .failed(.cancelled),
            .failed(.unauthenticated),
        ]
    )
    func lasting(answer: Script.Answer) async {
        let script = Script(answer)
        _ = try? await send(Self.read, script)
        #expect(script.requests.count == 1)
    }

    @Test("given failures for ever, when three attempts were made, then the last answer is returned as it is")
    func attempts() async throws {
        let script = Script(.error(503, "ServiceUnavailable", "first"), .error(503, "x", "second"), .error(500, "y"))
        let response = try await send(Self.read, script)
        #expect(response.status == 500)
        #expect(script.requests.count == 3)
        #expect(quota.remaining == 500 - 2 * 14)
    }

    @Test(
        "given the published scales, when chance draws a share, then the waits are that share of the doubling bounds",
        arguments: [
            (Script.Answer.status(500), 0.5, Int64(25 + 50)), (.status(500), 0, 0), (.failed(.unanswered), 0.5, 75),
            (.error(400, "Throttling"), 0.5, 500 + 1000), (.error(400, "Throttling"), 0.25, 250 + 500),
        ]
    )
    func waits(answer: Script.Answer, share: Double, milliseconds: Int64) async {
        let start = time.now
        _ = try? await send(Self.read, Script(answer), share: share)
        #expect((time.now - start).milliseconds == milliseconds)
    }

    @Test(
        "given a wait that the service asks for, when it is repeated, then it is kept within bounds",
        arguments: [
            ("x-amz-retry-after", "2000", Int64(2000)), ("x-amz-retry-after", "60000", 5500),
            ("x-amz-retry-after", "100", 500), ("Retry-After", "3", 3000), ("Retry-After", "20", 20_000),
            ("Retry-After", "0", 500), ("x-amz-retry-after", "soon", 500),
        ]
    )
    func asked(header: String, value: String, milliseconds: Int64) async throws {
        let start = time.now
        let answer = Script.Answer.error(400, "Throttling", "m", [HTTPField.Name(header)!: value])
        let script = Script(answer, .status(200, Self.done))
        #expect(try await send(Self.read, script, share: 0.5).status == 200)
        #expect((time.now - start).milliseconds == milliseconds)
    }

    @Test("given a Retry-After beyond the longest wait, when it is read, then the caller learns of it at once")
    func askedTooLong() async throws {
        let start = time.now
        let response = try await send(Self.read, Script(.error(503, "SlowDown", "m", [.retryAfter: "21"])))
        #expect(AWSFailure(response, call: "C").retryAfter == .seconds(21))
        #expect(time.now == start)
        #expect(quota.remaining == 500)
    }

    @Test("given successes, when tokens are given back, then it is the last cost, or one, and never above the start")
    func refunds() async throws {
        _ = try await send(Self.read, Script(.status(500), .error(400, "Throttling"), .status(200, Self.done)))
        #expect(quota.remaining == 500 - 14 - 5 + 5)
        _ = try await send(Self.read, Script(.status(200, Self.done)))
        #expect(quota.remaining == 500 - 14 + 1)
        for _ in 0..<20 { _ = try await send(Self.read, Script(.status(200, Self.done))) }
        #expect(quota.remaining == 500)
        _ = try await send(Self.read, Script(.status(404)))
        #expect(quota.remaining == 500)
    }

    @Test("given a service that fails for ever, when the tokens are used up, then nothing is repeated any more")
    func exhaustion() async throws {
        var sent = 0
        for _ in 0..<100 {
            let script = Script(.status(500))
            _ = try await send(Self.read, script)
            sent += script.requests.count
        }
        #expect(sent == 100 + 500 / 14)
        #expect(quota.remaining == 500 % 14)
        let throttled = Script(.error(400, "Throttling"))
        _ = try await send(Self.read, throttled)
        #expect(throttled.requests.count == 1 + (500 % 14) / 5)
    }

    @Test("given targets of one account and region, when they ask for a quota, then they share it with no other")
    func registry() {
        let quotas = AWSRetryQuotas()
        let one = quotas.quota(service: "elasticbeanstalk", region: "us-east-1", account: "1")
        #expect(quotas.quota(service: "elasticbeanstalk", region: "us-east-1", account: "1") === one)
        #expect(quotas.quota(service: "s3", region: "us-east-1", account: "1") !== one)
        #expect(quotas.quota(service: "elasticbeanstalk", region: "eu-west-1", account: "1") !== one)
        #expect(quotas.quota(service: "elasticbeanstalk", region: "us-east-1", account: "2") !== one)
    }

    @Test("given a task that is cancelled, when it waits for its next attempt, then it ends as cancelled")
    func cancelled() async {
        let script = Script(.status(500))
        let pipeline = pipeline(script)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            do throws(HTTPFailure) {
                _ = try await pipeline.send(Self.read.request(to: beanstalk, version: "v"))
                return HTTPFailure.Reach?.none
            } catch {
                return error.reach
            }
        }
        #expect(await task.value == .cancelled)
        #expect(script.requests.count == 1)
    }
}
