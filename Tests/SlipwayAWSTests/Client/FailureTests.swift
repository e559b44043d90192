import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import Testing

@Suite struct FailureTests {
    static func failure(_ status: Int, _ body: String, _ headers: HTTPFields = [:]) -> AWSFailure {
        AWSFailure(Response(status: status, headers: headers, body: Array(body.utf8)), call: "UpdateEnvironment")
    }

    @Test(
        "given a code, with and without its ending, when it is answered, then its kind says what can be done",
        arguments: [
            (400, "Throttling", AWSFailure.Kind.throttled), (400, "ThrottlingException", .throttled),
            (400, "RequestLimitExceeded", .throttled), (503, "SlowDown", .throttled),
            (429, "Whatever", .throttled), (400, "TooManyRequestsException", .throttled),
            (400, "OperationInProgressFailure", .busy), (400, "OperationInProgressException", .busy),
            (400, "OperationInProgress", .busy), (409, "Whatever", .busy),
            (403, "AccessDenied", .denied), (400, "AccessDeniedException", .denied), (403, "ExpiredToken", .denied),
            (400, "ExpiredTokenException", .denied), (403, "InvalidClientTokenId", .denied),
            (403, "SignatureDoesNotMatch", .denied), (403, "InsufficientPrivilegesException", .denied),
            (400, "RequestExpired", .denied), (403, "OptInRequired", .denied), (403, "Whatever", .denied),
            (404, "NoSuchKey", .absent), (400, "RuleNotFound", .absent), (400, "ResourceNotFoundException", .absent),
            (404, "NoSuchHostedZone", .absent), (404, "Whatever", .absent),
            (500, "InternalFailure", .unavailable), (503, "ServiceUnavailable", .unavailable),
            (500, "Whatever", .unavailable), (400, "RequestTimeout", .unavailable),
            (400, "TooManyEnvironmentsException", .invalid), (400, "ConfigurationValidationException", .invalid),
            (400, "S3LocationNotInServiceRegionException", .invalid), (400, "Whatever", .invalid),
            (301, "PermanentRedirect", .invalid), (200, "Whatever", .unreadable), (200, "InternalError", .unavailable),
        ]
    )
    func kinds(status: Int, code: String, kind: AWSFailure.Kind) {
        let failure = Self.failure(status, errorBody(code, "no luck"))
        #expect(failure.kind == kind)
        #expect(failure.code == code)
        #expect(failure.status == status)
        #expect(failure.summary == "UpdateEnvironment: \(code): no luck")
    }

    @Test(
        "given a message that says more than its code, when it is answered, then the message decides",
        arguments: [
            ("Environment named X is in an invalid state for this operation. Must be Ready.", AWSFailure.Kind.busy),
            ("Cannot terminate environment named X. It is currently pending deployment.", .busy),
            ("No Environment found for EnvironmentName = 'X'.", .absent),
            ("No Application named 'X' found.", .absent), ("Environment X already exists.", .invalid),
            ("... invalid state for this operation. Must be pending deployment.", .invalid),
            ("The stack S associated with environment E is in UPDATE_IN_PROGRESS state.", .busy),
            ("The stack S associated with environment E is in UPDATE_ROLLBACK_FAILED state.", .invalid),
        ]
    )
    func messages(message: String, kind: AWSFailure.Kind) {
        #expect(Self.failure(400, errorBody("InvalidParameterValue", XMLNode.escaped(message))).kind == kind)
    }

    @Test("given S3's error without a namespace, when it is answered, then code, number and region are read")
    func s3() {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>AuthorizationHeaderMalformed</Code><Message>the region is wrong</Message>
            <Region>eu-west-1</Region><RequestId>ABC</RequestId><HostId>h</HostId></Error>
            """
        let body = AWSErrorBody(Response(status: 400, body: Array(text.utf8)))
        #expect(body.code == "AuthorizationHeaderMalformed")
        #expect(body.region == "eu-west-1")
        #expect(body.requestID == "ABC")
    }

    @Test(
        "given other services' forms of errors, when they are answered, then they are read too",
        arguments: [
            (
                "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>m</Message></Error></Errors>"
                    + "<RequestID>q</RequestID></Response>", "InvalidVpcID.NotFound"
            ),
            (
                "<InvalidChangeBatch xmlns='u'><Messages><Message>m</Message></Messages><RequestId>q</RequestId>"
                    + "</InvalidChangeBatch>", "InvalidChangeBatch"
            ),
        ]
    )
    func otherForms(text: String, code: String) {
        let body = AWSErrorBody(Response(status: 400, body: Array(text.utf8)))
        #expect(body.code == code)
        #expect(body.message == "m")
        #expect(body.requestID == "q")
    }

    @Test(
        "given a body that no service wrote, when it is answered, then the status decides and the call is named",
        arguments: [
            (502, "<html><body>Bad Gateway<br></body></html>", AWSFailure.Kind.unavailable), (503, "", .unavailable),
            (504, "upstream timed out", .unavailable), (403, "<!DOCTYPE html><html/>", .denied),
            (404, "<html/>", .absent), (500, "{\"message\": \"no\"}", .unavailable), (400, "<a", .invalid),
            (407, "", .denied), (599, "", .unavailable), (302, "", .invalid),
        ]
    )
    func foreignBodies(status: Int, body: String, kind: AWSFailure.Kind) {
        let failure = Self.failure(status, body, [HTTPField.Name("x-amzn-RequestId")!: "n-1"])
        #expect(failure.kind == kind)
        #expect(failure.code == "")
        #expect(failure.summary.hasPrefix("UpdateEnvironment: HTTP \(status)"))
        #expect(failure.mayHaveTakenEffect == (status >= 500))
        #expect(failure.requestID == "n-1")
    }

    @Test("given a message with escapes and no end, when it is answered, then the sentence is printable and bounded")
    func hostileMessage() {
        let text = "\u{9B}31m\u{202E}evil " + String(repeating: "x", count: 20_000)
        let failure = Self.failure(400, errorBody("A\u{202E}B", text))
        #expect(!failure.summary.unicodeScalars.contains { ["\u{9B}", "\u{202E}"].contains($0) })
        #expect(failure.summary.count <= Limits.messageCharactersMax + 20)
        #expect(!failure.code.unicodeScalars.contains("\u{202E}"))
    }

    @Test("given a refused signature, when AWS explains it with the whole request, then its token is not repeated")
    func noToken() {
        let text =
            "The request signature we calculated does not match.\n\nThe Canonical String for this request should"
            + " have been\n'POST\nx-amz-security-token:FwoGZXIvYXdzEXAMPLE'"
        let failure = Self.failure(403, errorBody("SignatureDoesNotMatch", text))
        #expect(failure.summary.hasSuffix("does not match.  "))
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhYmNkZWYifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
        #expect(!Self.failure(400, errorBody("InvalidIdentityToken", "no: \(jwt)")).summary.contains("eyJ"))
    }

    @Test(
        "given that no answer came, when it is told, then the reach says whether there may be an effect",
        arguments: [
            (HTTPFailure.Reach.unauthenticated, AWSFailure.Kind.denied, false), (.refused, .invalid, false),
            (.unsent, .unavailable, false), (.unanswered, .unavailable, true), (.cancelled, .unavailable, true),
        ]
    )
    func noAnswer(reach: HTTPFailure.Reach, kind: AWSFailure.Kind, mayHaveTakenEffect: Bool) {
        let failure = AWSFailure(HTTPFailure(reach, "the line is cut"), call: "UpdateEnvironment")
        #expect(failure.kind == kind)
        #expect(failure.mayHaveTakenEffect == mayHaveTakenEffect)
        #expect(failure.summary == "UpdateEnvironment: the line is cut")
        #expect(failure.status == nil)
    }

    @Test(
        "given waits that a service asks for, when it is answered, then they are told",
        arguments: [
            (["x-amz-retry-after": "1500"], Duration.milliseconds(1500)), (["Retry-After": "7"], .seconds(7)),
            (["x-amz-retry-after": "50", "Retry-After": "7"], .milliseconds(50)), (["Retry-After": "soon"], nil),
            (["x-amz-retry-after": "-1"], nil),
            (
                ["Retry-After": "Sun, 06 Nov 1994 08:49:47 GMT", "Date": "Sun, 06 Nov 1994 08:49:37 GMT"],
                .seconds(10)
            ),
            (["Retry-After": "Sun, 06 Nov 1994 08:49:47 GMT"], nil),
        ] as [([String: String], Duration?)]
    )
    func waits(headers: [String: String], wait: Duration?) {
        var fields = HTTPFields()
        for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
        #expect(Self.failure(503, "", fields).retryAfter == wait)
    }

    @Test("given every kind, when the engine asks, then what may pass is transient and the rest refused")
    func providerFailures() {
        for kind in [AWSFailure.Kind.throttled, .unavailable, .unreadable, .busy] {
            let failure = ProviderFailure(AWSFailure(kind, call: "C", summary: "s", retryAfter: .seconds(3)))
            #expect(failure == ProviderFailure(.transient, "s", retryAfter: .seconds(3)))
        }
        for kind in [AWSFailure.Kind.denied, .absent, .invalid] {
            #expect(ProviderFailure(AWSFailure(kind, call: "C", summary: "s")) == ProviderFailure(.refused, "s"))
        }
    }
}
