import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite("Long-running operations") struct OperationTests {
    static let put = ARMCall(.put, shop + "/slots/staging", .web, name: "PUT slots/staging", body: [:])
    static let site = #"{"name":"shop","properties":{"state":"Running"}}"#

    func begin(_ answer: ScriptedAzure.Answer, _ call: ARMCall = swap) async throws(AzureFailure) -> ARMOperation? {
        try await client(ScriptedAzure(answer)).send(call).operation
    }

    @Test("given both headers, when an operation begins, then Azure-AsyncOperation goes before Location")
    func precedence() async throws {
        let url = "\(arm)/subscriptions/1/operations/2?api-version=2016-03-30"
        let headers: HTTPFields = [asyncOperation: url, .location: results(1)]
        let post = try await begin(.status(202, "", headers))
        #expect(post?.way == .asyncOperation(url: url, final: results(1)))
        let put = try await begin(.status(201, #"{"properties":{"provisioningState":"Creating"}}"#, headers), Self.put)
        #expect(
            put?.way
                == .asyncOperation(url: url, final: "\(arm)\(shop)/slots/staging?api-version=2023-12-01")
        )
        let delete = ARMCall(.delete, shop, .web, name: "DELETE")
        #expect(try await begin(.status(202, "", headers), delete)?.way == .asyncOperation(url: url, final: nil))
        let location = try await begin(.status(202, "", [.location: results(1)]))
        #expect(location?.way == .location(url: results(1)))
    }

    @Test("given answers that end at once, when they are read, then no operation is left")
    func atOnce() async throws {
        #expect(try await begin(.status(200, Self.site), Self.put) == nil)
        #expect(try await begin(.status(200, #"{"properties":{"provisioningState":"Succeeded"}}"#), Self.put) == nil)
        // With 201, Location is where the new resource lies.
        #expect(try await begin(.status(201, Self.site, [.location: results(1)]), Self.put) == nil)
        #expect(try await begin(.status(204, "", [asyncOperation: results(1)])) == nil)
        // Reading something that is being made begins nothing.
        let get = ARMCall(.get, shop, .web, name: "GET")
        #expect(try await begin(.status(200, #"{"properties":{"provisioningState":"Updating"}}"#), get) == nil)
        #expect(try await begin(.status(200, "{}", [asyncOperation: results(1)]), get) == nil)
    }

    @Test("given no header, when the resource says that it is on its way, then the resource is looked at")
    func provisioning() async throws {
        let begun = try #require(
            try await begin(.status(200, #"{"properties":{"provisioningState":"Updating"}}"#), Self.put)
        )
        #expect(begun.way == .provisioningState(url: "\(arm)\(shop)/slots/staging?api-version=2023-12-01"))
        let script = ScriptedAzure(
            .status(200, #"{"properties":{"provisioningState":"Updating"}}"#, [.retryAfter: "7"]),
            .status(200, Self.site)
        )
        let second = try #require(try await client(script).poll(begun).operation)
        #expect(second.wait == .seconds(7))
        #expect(try await client(script).poll(second) == .succeeded(try JSON(parsing: Self.site)))
    }

    @Test(
        "given a wait that is asked for, when an operation begins, then it is kept between a second and a minute",
        arguments: [(nil, 15), ("15", 15), ("0", 1), ("3", 3), ("600", 60), ("soon", 15)] as [(String?, Int)]
    )
    func waits(asked: String?, seconds: Int) async throws {
        var headers: HTTPFields = [.location: results(1)]
        headers[.retryAfter] = asked
        #expect(try await begin(.status(202, "", headers))?.wait == .seconds(seconds))
        let other = ARMCall(.put, "/subscriptions/1/x", .containerService, name: "PUT", body: [:])
        let wait = try await begin(.status(202, "", headers), other)?.wait
        #expect(wait == .seconds(asked == nil || asked == "soon" ? 30 : seconds))
    }

    @Test("given a new Location at every poll, when an operation is followed, then always the newest is asked")
    func newest() async throws {
        let script = ScriptedAzure(
            .status(202, "", [.location: results(1), .retryAfter: "15"]),
            .status(202, "", [.location: results(2), .retryAfter: "15"]),
            .status(202, "", [.retryAfter: "20"]),
            .status(202, "", [.location: results(3)]),
            .status(200, Self.site)
        )
        let client = client(script)
        var operation = try #require(try await client.send(swap).operation)
        var waits: [Duration] = []
        while let next = try await client.poll(operation).operation {
            operation = next
            waits.append(next.wait)
        }
        #expect(script.requests.dropFirst().map(\.target) == [1, 2, 2, 3].map { target(results($0)) })
        #expect(waits == [.seconds(15), .seconds(20), .seconds(20)])
    }

    @Test(
        "given a failure that may pass, when an operation is polled, then it still runs where it was",
        arguments: [
            ScriptedAzure.Answer.status(503, "<!DOCTYPE html><title>503</title>"), .status(504, ""), .status(500, "{"),
            .status(502), .status(429, #"{"Code":"429"}"#), .status(408), .failed(.unsent), .failed(.unanswered),
            .status(500, #"{"Message":"An error has occurred."}"#),
        ]
    )
    func passing(answer: ScriptedAzure.Answer) async throws {
        let ways: [ARMOperation.Way] = [
            .location(url: results(1)), .asyncOperation(url: results(1), final: results(2)),
            .provisioningState(url: results(1)),
        ]
        for way in ways {
            let operation = ARMOperation(call: "x", way: way, wait: .seconds(15))
            #expect(try await client(ScriptedAzure(answer)).poll(operation) == .running(operation))
        }
    }

    @Test("given a failure that may pass with a wait, when an operation is polled, then that wait is kept")
    func passingWait() async throws {
        let operation = ARMOperation(call: "x", way: .location(url: results(1)), wait: .seconds(15))
        let script = ScriptedAzure(.status(503, "<html>", [.retryAfter: "120"]))
        #expect(try await client(script).poll(operation).operation?.wait == .seconds(60))
    }

    @Test("given an operation that nobody knows any more, when it is polled, then the resource must be read")
    func gone() async {
        for status in [404, 410] {
            for way in [ARMOperation.Way.location(url: results(1)), .asyncOperation(url: results(1), final: nil)] {
                let failed = await azureFailure { () async throws(AzureFailure) in
                    _ = try await client(ScriptedAzure(.status(status)))
                        .poll(ARMOperation(call: "x", way: way, wait: .seconds(15)))
                }
                #expect(failed?.kind == .absent)
                #expect(failed?.mayHaveTakenEffect == true)
            }
        }
    }

    @Test(
        "given an operation that failed, when the answer to a poll says so, then that is thrown as what it means",
        arguments: [
            (
                409, "Conflict", "The slot cannot be changed because … have been prepared for swap.",
                AzureFailure.Kind.invalid
            ),
            (409, "Conflict", "Cannot modify this site because another operation is in progress.", .busy),
            (400, "BadRequest", "… because the allocation of VM instances for 'staging' slot has changed …", .busy),
            (417, "ExpectationFailed", "… because the 'staging' slot did not respond to http ping.", .invalid),
            (403, "AuthorizationFailed", "no", .denied),
        ]
    )
    func failedLocation(status: Int, code: String, message: String, kind: AzureFailure.Kind) async {
        let script = ScriptedAzure(.status(status, #"{"Code":"\#(code)","Message":"\#(message)"}"#))
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await client(script)
                .poll(ARMOperation(call: swap.name, way: .location(url: results(1)), wait: .seconds(15)))
        }
        #expect(failed?.kind == kind)
        #expect(failed?.status == status)
        #expect(failed?.mayHaveTakenEffect == true)
        #expect(failed?.summary.contains(message.hasSuffix(".") ? String(message.dropLast()) : message) == true)
    }
}
