import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

/// Puts a token on every attempt, as the credentials' own middleware does.
struct Stamp: Middleware {
    var token = "t0ken"

    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        var request = request
        request.headers[.authorization] = "Bearer \(token)"
        return try await next(request)
    }
}

@Suite("Sessions with Azure") struct AzureSessionTests {
    let time = VirtualTime()
    let scm = Origin(scheme: "https", host: "shop.scm.azurewebsites.net")
    static let get = ARMCall(.get, shop, .web, name: "GET site")

    func session(_ traffic: AzureTraffic? = nil) -> AzureSession {
        AzureSession(
            .global,
            authenticate: Stamp(),
            traffic: traffic ?? AzureTraffic(time: time),
            time: time,
            random: SeededRandom(seed: 1)
        )
    }

    @Test(
        "given a read or a write that may be repeated, when a passing failure comes first, then it is sent again",
        arguments: [
            ScriptedAzure.Answer.status(408), .status(429), .status(500), .status(502), .status(503, "<html>"),
            .status(504), .failed(.unsent), .failed(.unanswered),
        ]
    )
    func passing(answer: ScriptedAzure.Answer) async throws {
        for call in [Self.get, ARMCall(.patch, shop, .web, name: "PATCH", body: [:])] {
            let script = ScriptedAzure(answer, .status(200, "{}"))
            #expect(try await session().client(over: script).send(call).status == 200)
            #expect(script.requests.count == 2)
            #expect(script.requests.allSatisfy { $0.headers[.authorization] == "Bearer t0ken" })
        }
    }

    @Test(
        "given a swap, when it may have been taken, then it is sent once and the failure says so",
        arguments: [
            ScriptedAzure.Answer.status(408), .status(500), .status(502), .status(503), .status(504, "<html>"),
            .failed(.unanswered),
        ]
    )
    func doubt(answer: ScriptedAzure.Answer) async {
        let script = ScriptedAzure(answer)
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await session().client(over: script).send(swap)
        }
        #expect(script.requests.count == 1)
        #expect(failed?.mayHaveTakenEffect == true)
        #expect(failed?.kind == .unavailable)
    }

    @Test("given a swap that was turned away, when the wait is short, then it is kept and the swap sent again")
    func turnedAway() async throws {
        for answer in [ScriptedAzure.Answer.status(429, "", [.retryAfter: "60"]), .failed(.unsent)] {
            let start = time.now
            let script = ScriptedAzure(answer, .status(202, "", [.location: results(1)]))
            #expect(try await session().client(over: script).send(swap).operation != nil)
            #expect(script.requests.count == 2)
            if case .response = answer { #expect(time.now - start >= .seconds(60)) }
        }
        let long = ScriptedAzure(.status(429, "", [.retryAfter: "61"]))
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await session().client(over: long).send(swap)
        }
        #expect(long.requests.count == 1)
        #expect(failed?.kind == .throttled)
        #expect(failed?.mayHaveTakenEffect == false)
        #expect(failed?.retryAfter == .seconds(61))
    }

    @Test("given failures for ever, when the attempts are used up, then the last answer is told")
    func attempts() async {
        let script = ScriptedAzure(.status(503))
        _ = await azureFailure { () async throws(AzureFailure) in
            _ = try await session().client(over: script).send(Self.get)
        }
        #expect(script.requests.count == AzureSession.attemptsMax)
    }

    @Test("given a transport to the resource manager, when a request goes elsewhere, then nothing leaves")
    func elsewhere() async {
        let script = ScriptedAzure(.status(200))
        let transports = [
            session().transport(over: script), session().transport(to: scm, over: script),
        ]
        for transport in transports {
            do throws(HTTPFailure) {
                _ = try await transport.send(Request(.get, Origin(scheme: "https", host: "evil.example"), "/"))
                Issue.record("it was sent")
            } catch {
                #expect(error.reach == .refused)
            }
        }
        #expect(script.requests.isEmpty)
    }

    @Test("given an SCM host or a storage account, when it is spoken with, then with the token that belongs there")
    func others() async throws {
        let script = ScriptedAzure(.status(503), .status(200))
        _ = try await session().transport(to: scm, over: script).send(Request(.get, scm, "/api/deployments/latest"))
        let blobs = Origin(scheme: "https", host: "shopstate.blob.core.windows.net")
        let storage = session().transport(to: blobs, authenticate: Stamp(token: "stor"), over: script)
        _ = try await storage.send(Request(.get, blobs, "/locks/x"))
        let tokens = script.requests.map { $0.headers[.authorization] }
        #expect(tokens == ["Bearer t0ken", "Bearer t0ken", "Bearer stor"])
    }

    @Test("given an operation elsewhere, when a session is told, then it is not mistaken for no answer")
    func operationElsewhere() async throws {
        let script = ScriptedAzure(.status(202, "", [.location: "https://evil.example/?s=x"]))
        let operation = ARMOperation(call: "x", way: .location(url: results(1)), wait: .seconds(1))
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await session().client(over: script).poll(operation)
        }
        #expect(failed?.kind == .unreadable)
        #expect(failed?.summary.contains("https://evil.example is not where these credentials belong") == true)
        #expect(script.requests.count == 1)
    }
}
