import Foundation
import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct SessionTests {
    private struct Key: CredentialSource {
        var token: String?

        func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
            let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
            return Lease(
                AWSCredentials(
                    accessKeyID: "AKIDEXAMPLE",
                    secretAccessKey: Secret(secret),
                    sessionToken: token.map { Secret($0) }
                )
            )
        }
    }

    private static func session(
        _ time: VirtualTime,
        _ quotas: AWSRetryQuotas = AWSRetryQuotas(),
        token: String? = nil
    ) -> AWSSession {
        AWSSession(
            CredentialCache<AWSCredentials>(Key(token: token), time: time),
            account: "123456789012",
            quotas: quotas,
            time: time,
            random: FixedRandom(share: 0.5)
        )
    }

    @Test("given calls that the aws CLI was captured sending, when we send them, then the signatures are the same")
    func captured() async throws {
        guard let lines = try Published.lines("client-requests/awscli.jsonl") else { return }
        var compared = 0
        for (line, call) in zip(lines, RequestTests.calls) {
            let capture = try JSON(parsing: Data(line.utf8))
            // One was signed with a wrong secret on purpose.
            guard capture["sig"] == "ok", let headers = capture["headers"] else { continue }
            let stamp = try #require(headers["X-Amz-Date"]?.string)
            let origin = try #require(Origin(url: "http://\(headers["Host"]?.string ?? "")/"))
            let endpoint = AWSEndpoint(signingName: "elasticbeanstalk", region: "us-east-1", origin: origin)
            let script = Script(.status(200, "<\(call.action)Response/>"))
            let token = headers["X-Amz-Security-Token"]?.string
            let session = Self.session(VirtualTime(now: try Self.time(stamp)), token: token)
            let transport = session.transport(to: endpoint, over: script)
            _ = try await QueryClient(endpoint, version: "2010-12-01", transport: transport).send(call)
            #expect(script.requests.map { $0.headers[.authorization] } == [headers["Authorization"]?.string])
            #expect(script.requests[0].headers[HTTPField.Name("x-amz-date")!] == stamp)
            compared += 1
        }
        #expect(compared >= 6)
    }

    /// `20261121T000007Z`
    private static func time(_ stamp: String) throws -> Timestamp {
        let digits = Array(stamp)
        let part = { (range: Range<Int>) in String(digits[range]) }
        let text = "\(part(0..<4))-\(part(4..<6))-\(part(6..<11)):\(part(11..<13)):\(part(13..<16))"
        return try #require(Timestamp(rfc3339: text))
    }

    @Test("given a request to somewhere else, when it is sent, then nothing leaves")
    func elsewhereRefused() async throws {
        let script = Script(.status(200))
        let transport = Self.session(VirtualTime()).transport(to: beanstalk, over: script)
        var reach: HTTPFailure.Reach?
        do throws(HTTPFailure) {
            _ = try await transport.send(Request(.get, Origin(scheme: "https", host: "example.com"), "/"))
        } catch {
            reach = error.reach
        }
        #expect(reach == .refused)
        #expect(script.requests.isEmpty)
    }

    @Test("given targets of one account, when one service throttles them, then they draw on the same quota")
    func sharedQuota() async throws {
        let (time, quotas) = (VirtualTime(), AWSRetryQuotas())
        for _ in 0..<2 {
            let script = Script(.error(400, "Throttling", "Rate exceeded"))
            let transport = Self.session(time, quotas).transport(to: beanstalk, over: script)
            let client = QueryClient(beanstalk, version: "2010-12-01", transport: transport)
            let failed = await failure { () async throws(AWSFailure) in
                _ = try await client.send(QueryCall("UpdateEnvironment", isIdempotent: false))
            }
            #expect(failed?.kind == .throttled)
            #expect(failed?.mayHaveTakenEffect == false)
            let signed = script.requests.map { $0.headers[HTTPField.Name("x-amz-date")!] }
            #expect(signed.count == 3)
        }
        let quota = quotas.quota(service: "elasticbeanstalk", region: "us-east-1", account: "123456789012")
        #expect(quota.remaining == 500 - 4 * 5)
    }
}
