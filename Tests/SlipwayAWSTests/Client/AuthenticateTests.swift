import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

/// Writes what it signs with into headers.
private struct Marker: Signer {
    static let key = HTTPField.Name("x-key")!
    static let at = HTTPField.Name("x-at")!

    func sign(_ request: Request, with credential: AWSCredentials, at time: Timestamp) -> Request {
        var request = request
        request.headers[Self.key] = credential.accessKeyID
        request.headers[Self.at] = time.rfc3339
        return request
    }
}

/// Gives `A1`, `A2` and so on, or always the same.
private final class Keys: CredentialSource {
    private let asked = Locked(0)
    private let isRotating: Bool
    private let isTemporary: Bool

    init(isRotating: Bool = true, isTemporary: Bool = true) {
        (self.isRotating, self.isTemporary) = (isRotating, isTemporary)
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let number = asked.withLock { asked in
            asked += 1
            return asked
        }
        let token = isTemporary ? Secret("t") : nil
        let key = isRotating ? "A\(number)" : "A"
        return Lease(AWSCredentials(accessKeyID: key, secretAccessKey: Secret("s"), sessionToken: token))
    }
}

@Suite struct AuthenticateTests {
    // Sun, 06 Nov 1994 08:49:37 GMT
    let time = VirtualTime(now: Timestamp(rfc3339: "1994-11-06T08:49:37Z")!)
    static let ahead: HTTPFields = [.date: "Sun, 06 Nov 1994 09:49:37 GMT"]
    static let corrected = "1994-11-06T09:49:37.000Z"

    private func send(_ script: Script, _ keys: Keys = Keys(), clock: AWSClock? = nil) async throws -> Response {
        let cache = CredentialCache<AWSCredentials>(keys, time: time)
        let middleware = AWSAuthenticate(cache, signer: Marker(), clock: clock ?? AWSClock(time))
        let call = QueryCall("SwapEnvironmentCNAMEs", isIdempotent: false)
        return try await Pipeline([middleware], to: script).send(call.request(to: beanstalk, version: "v"))
    }

    private func keys(_ script: Script) -> [String?] { script.requests.map { $0.headers[Marker.key] } }
    private func times(_ script: Script) -> [String?] { script.requests.map { $0.headers[Marker.at] } }

    @Test(
        "given a clock that is wrong, when a service says so, then the request is signed again with the service's time",
        arguments: [
            Script.Answer.error(400, "RequestExpired", "m", Self.ahead),
            .error(403, "RequestTimeTooSkewed", "m", Self.ahead),
            .error(403, "SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2", Self.ahead),
            .error(403, "SignatureDoesNotMatch", "Signature not yet current: 1", Self.ahead),
            .error(403, "InvalidSignatureException", "m", Self.ahead), .status(403, "", Self.ahead),
        ]
    )
    func skew(answer: Script.Answer) async throws {
        let script = Script(answer, .status(200))
        let clock = AWSClock(time)
        #expect(try await send(script, clock: clock).status == 200)
        #expect(times(script) == [time.now.rfc3339, Self.corrected])
        let later = Script(.status(200))
        _ = try await send(later, clock: clock)
        #expect(times(later) == [Self.corrected])
    }

    @Test("given a correction that does not help, when the same answer comes again, then it is returned")
    func skewOnce() async throws {
        let script = Script(
            .error(403, "RequestTimeTooSkewed", "m", Self.ahead),
            .error(403, "RequestTimeTooSkewed", "m", [.date: "Sun, 06 Nov 1994 12:49:37 GMT"])
        )
        #expect(try await send(script).status == 403)
        #expect(script.requests.count == 2)
    }

    @Test(
        "given no reason to doubt our clock, when a signature is refused, then it is not signed again",
        arguments: [
            Script.Answer.error(403, "SignatureDoesNotMatch", "m", [.date: "Sun, 06 Nov 1994 08:54:36 GMT"]),
            .error(403, "RequestTimeTooSkewed"), .error(403, "RequestTimeTooSkewed", "m", [.date: "yesterday"]),
            .error(403, "AccessDenied", "m", Self.ahead), .error(400, "Throttling", "m", Self.ahead),
            .status(500, "", Self.ahead),
        ]
    )
    func noSkew(answer: Script.Answer) async throws {
        let script = Script(answer)
        let clock = AWSClock(time)
        _ = try await send(script, clock: clock)
        #expect(script.requests.count == 1)
        #expect(clock.now == time.now)
    }

    @Test("given a clock that is 300 seconds off or more, when a service says so, then it is followed, else not")
    func threshold() async throws {
        for (date, count) in [("Sun, 06 Nov 1994 08:54:36 GMT", 1), ("Sun, 06 Nov 1994 08:54:37 GMT", 2)] {
            let script = Script(.error(403, "RequestTimeTooSkewed", "m", [.date: date]), .status(200))
            _ = try await send(script)
            #expect(script.requests.count == count)
        }
    }

    @Test(
        "given temporary credentials at their end, when a service says so, then it is signed again with newer ones",
        arguments: ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"]
    )
    func expired(code: String) async throws {
        let script = Script(.error(403, code), .status(200))
        #expect(try await send(script).status == 200)
        #expect(keys(script) == ["A1", "A2"])
        let always = Script(.error(403, code))
        #expect(try await send(always).status == 403)
        #expect(keys(always) == ["A1", "A2"])
    }

    @Test("given lasting credentials, or a source without newer ones, when they are refused, then that is the answer")
    func refused() async throws {
        let lasting = Script(.error(403, "InvalidClientTokenId"))
        #expect(try await send(lasting, Keys(isTemporary: false)).status == 403)
        #expect(keys(lasting) == ["A1"])
        let same = Script(.error(403, "ExpiredToken"))
        #expect(try await send(same, Keys(isRotating: false)).status == 403)
        #expect(keys(same) == ["A"])
    }

    @Test("given a wrong clock and then an old token, when both are told, then both are put right")
    func both() async throws {
        let script = Script(
            .error(403, "RequestTimeTooSkewed", "m", Self.ahead),
            .error(403, "ExpiredToken", "m", Self.ahead),
            .status(200)
        )
        #expect(try await send(script).status == 200)
        #expect(keys(script) == ["A1", "A1", "A2"])
        #expect(times(script) == [time.now.rfc3339, Self.corrected, Self.corrected])
    }

    @Test("given a retry outside, when attempts are repeated, then each one is signed at its own time")
    func insideRetry() async throws {
        let cache = CredentialCache<AWSCredentials>(Keys(), time: time)
        let script = Script(.error(400, "Throttling"), .status(200))
        let pipeline = Pipeline(
            [
                AWSRetry(quota: AWSRetryQuota(), time: time, random: FixedRandom(share: 0.5)),
                AWSAuthenticate(cache, signer: Marker(), clock: AWSClock(time)),
            ],
            to: script
        )
        _ = try await pipeline.send(QueryCall("A", isIdempotent: false).request(to: beanstalk, version: "v"))
        #expect(times(script) == ["1994-11-06T08:49:37.000Z", "1994-11-06T08:49:37.500Z"])
    }

    @Test("given a source that is broken, when a request is sent, then nothing leaves and the reason is told")
    func broken() async throws {
        struct Broken: CredentialSource {
            func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> { throw .broken("profile loop") }
        }
        let cache = CredentialCache<AWSCredentials>(Broken(), time: time)
        let script = Script(.status(200))
        let client = QueryClient(
            beanstalk,
            version: "v",
            transport: Pipeline([AWSAuthenticate(cache, signer: Marker(), clock: AWSClock(time))], to: script)
        )
        let failed = await failure { () async throws(AWSFailure) in
            _ = try await client.send(QueryCall("DescribeEvents", isIdempotent: true))
        }
        #expect(failed?.kind == .denied)
        #expect(failed?.summary == "DescribeEvents: profile loop")
        #expect(script.requests.isEmpty)
    }
}
