import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import Testing

@Suite("Failures of Azure") struct AzureFailureTests {
    static func failure(_ status: Int, _ body: String, _ headers: HTTPFields = [:]) -> AzureFailure {
        AzureFailure(Response(status: status, headers: headers, body: Array(body.utf8)), call: "PUT x")
    }

    @Test("given the resource manager's form, when it is read, then code, message, details and number are")
    func formA() {
        let body = """
            {"error":{"code":"DeploymentFailed","message":"It failed.","target":null,"innererror":{},
             "details":[{"code":"Inner","message":"No more cores."},{"message":"It failed."}]}}
            """
        let failure = Self.failure(400, body, [HTTPField.Name("x-ms-request-id")!: "r-1"])
        #expect(failure.kind == .invalid && failure.code == "DeploymentFailed" && failure.requestID == "r-1")
        #expect(failure.summary == "PUT x: DeploymentFailed: It failed. No more cores.")
    }

    @Test("given App Service's lock, when it is answered, then it is no throttling but somebody else at work")
    func formB() {
        let message = "Cannot acquire exclusive lock to create, update or delete this site. Retry the request later."
        let body = """
            {"Code":"429","Message":"\(message)","Target":null,"Details":[{"Message":"\(message)"},{"Code":"429"},
             {"ErrorEntity":{"ExtendedCode":"59206","MessageTemplate":"\(message)","Parameters":[],"Code":"429",
              "Message":"\(message)"}}],"Innererror":null}
            """
        let failure = Self.failure(429, body)
        #expect(failure.kind == .busy && failure.code == "429" && !failure.mayHaveTakenEffect)
        #expect(failure.summary == "PUT x: HTTP 429 (59206): \(message)")
        #expect(ProviderFailure(failure).retryAfter == .seconds(15))
    }

    @Test("given the other forms, when they are read, then each says what it knows")
    func others() {
        let bare = Self.failure(500, #"{"Message":"An error has occurred."}"#)
        #expect(bare.summary == "PUT x: HTTP 500: An error has occurred." && bare.kind == .unavailable)
        let aks = Self.failure(404, #"{"code":"NotFound","details":null,"message":"no cluster","subcode":""}"#)
        #expect(aks.summary == "PUT x: NotFound: no cluster" && aks.kind == .absent)
        let page = Self.failure(503, "\r\n <!DOCTYPE html><title>Service Unavailable</title>")
        #expect(page.summary == "PUT x: HTTP 503: a page for people came instead of an answer")
        let entra = #"""
            {"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Trace ID: 1\r\n",
             "error_codes":[7000215],"trace_id":"t-1","correlation_id":"c-1"}
            """#
        let denied = Self.failure(401, entra)
        #expect(denied.summary == "PUT x: invalid_client: AADSTS7000215: Invalid client secret provided.")
        #expect(denied.kind == .denied && denied.requestID == "t-1")
        #expect(Self.failure(400, "Package is too large").summary == "PUT x: HTTP 400: Package is too large")
        #expect(Self.failure(400, #"["x"]"#).summary == #"PUT x: HTTP 400: ["x"]"#)
        #expect(Self.failure(400, "{").summary == "PUT x: HTTP 400: {")
    }

    @Test("given an empty 409, when it is answered, then the sentence says what may be the reason")
    func empty() {
        let failure = Self.failure(409, "")
        #expect(failure.kind == .busy && !failure.mayHaveTakenEffect)
        #expect(
            failure.summary == "PUT x: HTTP 409: no reason was given; another operation or a pending swap may hold the"
                + " resource"
        )
        #expect(Self.failure(400, "").summary == "PUT x: HTTP 400: no reason was given")
    }

    @Test(
        "given a known code, when it is answered, then its kind and cure are told",
        arguments: [
            (404, "SubscriptionNotFound", AzureFailure.Kind.absent, "check the number of the subscription"),
            (404, "ResourceGroupNotFound", .absent, "check the name of the resource group"),
            (404, "ResourceNotFound", .absent, "check the names"),
            (403, "LinkedAuthorizationFailed", .denied, "on the other resource"),
            (409, "SubscriptionNotRegisteredForFeature", .invalid, "az feature register"),
            (409, "MissingSubscriptionRegistration", .invalid, "az provider register"),
            (401, "InvalidAuthenticationTokenTenant", .denied, "set tenant"),
            (401, "ExpiredAuthenticationToken", .denied, "sign in again"),
            (409, "ScopeLocked", .invalid, "management lock"), (403, "RequestDisallowedByPolicy", .denied, "policy"),
            (409, "ResourceGroupBeingDeleted", .invalid, "another resource group"),
            (409, "AnotherOperationInProgress", .busy, ""), (429, "SubscriptionRequestsThrottled", .throttled, ""),
            (412, "PreconditionFailed", .busy, ""), (409, "Conflict", .busy, ""), (403, "Forbidden", .denied, ""),
            (423, "Locked", .busy, ""), (422, "Whatever", .invalid, ""), (501, "Whatever", .unavailable, ""),
            (302, "Whatever", .invalid, ""), (410, "Gone", .absent, ""), (408, "RequestTimeout", .unavailable, ""),
        ]
    )
    func codes(status: Int, code: String, kind: AzureFailure.Kind, cure: String) {
        let failure = Self.failure(status, #"{"error":{"code":"\#(code)","message":"no luck"}}"#)
        #expect(failure.kind == kind)
        #expect(failure.code == code && failure.status == status)
        #expect(failure.summary.hasPrefix("PUT x: \(code): no luck"))
        #expect(failure.summary.contains(cure))
        #expect(failure.mayHaveTakenEffect == (status >= 500 || status == 408))
    }

    @Test(
        "given App Service's messages about swaps, when they are answered, then their kind and cure are told",
        arguments: [
            (
                409,
                "Cannot modify this site because another operation is in progress. Details: Id: 1, OperationName:"
                    + " SwapSiteSlots", AzureFailure.Kind.busy, ""
            ),
            (
                409, "The slot cannot be changed because its configuration settings have been prepared for swap.",
                .invalid,
                "--action reset"
            ),
            (
                417, "Cannot swap site slots for site 'x' because the 'staging' slot did not respond to http ping.",
                .invalid,
                "WEBSITE_SWAP_WARMUP_PING_PATH"
            ),
            (
                400, "… because the allocation of VM instances for 'staging' slot has changed during the swap process.",
                .busy,
                "safe to try again"
            ),
            (400, "… because warmup requests to application in 'staging' slot have timed out.", .invalid, "slot's log"),
            (
                409, "Cannot swap slots for site 'x' because one of the slots is in stopped state.", .invalid,
                "start the"
            ),
            (
                409, "Swap with Preview cannot be used when one of the slots has site authentication enabled.",
                .invalid,
                "swap without preview"
            ),
            (
                400, "Operation is not allowed because there's an in progress upgrade operation on the cluster", .busy,
                ""
            ),
        ]
    )
    func messages(status: Int, message: String, kind: AzureFailure.Kind, cure: String) {
        let failure = Self.failure(status, #"{"Code":"x","Message":"\#(message)"}"#)
        #expect(failure.kind == kind)
        #expect(failure.summary.contains(cure))
        #expect(!failure.mayHaveTakenEffect)
    }

    @Test("given an identity without a right, when it is refused, then the sentence names the action and the place")
    func missingRight() {
        let message =
            "The client 'c' with object id 'o' does not have authorization to perform action"
            + " 'Microsoft.Web/sites/slots/slotsswap/action' over scope '/subscriptions/1/x' or the scope is invalid."
        let failure = Self.failure(403, #"{"error":{"code":"AuthorizationFailed","message":"\#(message)"}}"#)
        #expect(failure.kind == .denied)
        #expect(
            failure.summary.hasSuffix(
                "; give the identity a role that contains Microsoft.Web/sites/slots/slotsswap/action on"
                    + " /subscriptions/1/x; a role given just now takes some minutes"
            )
        )
        let cut = #"{"error":{"code":"AuthorizationFailed","message":"perform action 'Micro"}}"#
        #expect(Self.failure(403, cut).summary == "PUT x: AuthorizationFailed: perform action 'Micro")
    }

    @Test("given no answer, when it is told, then how far the request got decides")
    func unanswered() {
        let expected: [(HTTPFailure.Reach, AzureFailure.Kind, Bool)] = [
            (.unauthenticated, .denied, false), (.refused, .invalid, false), (.unsent, .unavailable, false),
            (.unanswered, .unavailable, true), (.cancelled, .unavailable, true),
        ]
        for (reach, kind, effect) in expected {
            let failure = AzureFailure(HTTPFailure(reach, "why"), call: "PUT x")
            #expect(failure.kind == kind && failure.mayHaveTakenEffect == effect && failure.summary == "PUT x: why")
        }
    }

    @Test("given a wait, when it is asked for in seconds or as a date, then it is told by the server's clock")
    func retryAfter() {
        #expect(Self.failure(429, "", [.retryAfter: "17"]).retryAfter == .seconds(17))
        let headers: HTTPFields = [
            .date: "Sun, 06 Nov 1994 08:49:37 GMT", .retryAfter: "Sun, 06 Nov 1994 08:49:57 GMT",
        ]
        #expect(Self.failure(503, "", headers).retryAfter == .seconds(20))
        #expect(Self.failure(503, "", [.retryAfter: "Sun, 06 Nov 1994 08:49:57 GMT"]).retryAfter == nil)
    }

    @Test("given hostile text of any size, when it is answered, then the sentence is printable and bounded")
    func hostile() {
        let text = "\u{9B}31m\u{202E}evil " + String(repeating: "x", count: 20_000)
        for body in [#"{"error":{"code":"A\u202EB","message":"\#(text)"}}"#, text, #"{"Code":7,"Message":[1]}"#] {
            let failure = Self.failure(400, body)
            #expect(!failure.summary.unicodeScalars.contains { ["\u{9B}", "\u{202E}"].contains($0) })
            #expect(failure.summary.count <= Limits.messageCharactersMax + 20)
        }
        let deep = String(repeating: #"{"error":"#, count: 5_000)
        #expect(Self.failure(400, deep).kind == .invalid)
        let large = #"{"error":{"code":"X","message":"\#(String(repeating: "y", count: 100_000))"}}"#
        #expect(Self.failure(409, large).kind == .busy)
    }
}
