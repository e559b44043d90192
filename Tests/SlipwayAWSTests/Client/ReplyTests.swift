import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct ReplyTests {
    static let call = QueryCall("DescribeEvents", isIdempotent: true)

    static func client(_ answer: Script.Answer) -> QueryClient {
        QueryClient(beanstalk, version: "2010-12-01", transport: Script(answer))
    }

    @Test("given an answer with a result, when it is read, then the result and the request's number are given")
    func result() async throws {
        let text = """
            <DescribeEventsResponse xmlns="u"><DescribeEventsResult><NextToken>t</NextToken></DescribeEventsResult>
            <ResponseMetadata><RequestId>r-9</RequestId></ResponseMetadata></DescribeEventsResponse>
            """
        let reply = try await Self.client(.status(200, text)).send(Self.call)
        #expect(reply.result.name == "DescribeEventsResult")
        #expect(reply.nextToken == "t")
        #expect(reply.requestID == "r-9")
    }

    @Test("given an answer without a result, when it is read, then its root is given")
    func void() async throws {
        let text = "<DescribeEventsResponse><ResponseMetadata/></DescribeEventsResponse>"
        let reply = try await Self.client(.status(200, text, [HTTPField.Name("x-amzn-RequestId")!: "h"]))
            .send(Self.call)
        #expect(reply.result.name == "DescribeEventsResponse")
        #expect(reply.requestID == "h")
        #expect(reply.nextToken == nil)
    }

    @Test(
        "given an answer of success that cannot be read, when it is read, then nothing is known of the effect",
        arguments: [
            "<DescribeEventsResponse><DescribeEventsResult>", "<html><body>Sign in to the hotel</body></html>",
            "<!DOCTYPE html><html/>", "<DescribeEnvironmentsResponse/>", "ok", "",
        ]
    )
    func unreadable(text: String) async throws {
        let failed = await failure { () async throws(AWSFailure) in
            _ = try await Self.client(.status(200, text)).send(Self.call)
        }
        #expect(failed?.kind == .unreadable)
        #expect(failed?.mayHaveTakenEffect == true)
        #expect(failed?.summary.hasPrefix("DescribeEvents: the answer 200 cannot be read: ") == true)
    }

    @Test("given an error in an answer of success, when it is read, then it is an error")
    func hiddenError() async {
        let failed = await failure { () async throws(AWSFailure) in
            _ = try await Self.client(.error(200, "InvalidParameterValue")).send(Self.call)
        }
        #expect(failed?.code == "InvalidParameterValue")
    }
}
