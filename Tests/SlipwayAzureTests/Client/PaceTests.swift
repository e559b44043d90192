import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite("How fast Azure is asked") struct PaceTests {
    let time = VirtualTime()
    static let get = ARMCall(.get, shop, .web, name: "GET site")
    static let put = ARMCall(.put, shop, .web, name: "PUT site", body: [:])

    func client(_ traffic: AzureTraffic, _ answer: ScriptedAzure.Answer) -> ARMClient {
        AzureSession(.global, authenticate: Stamp(), traffic: traffic, time: time, random: SeededRandom(seed: 1))
            .client(over: ScriptedAzure(answer))
    }

    @Test("given many requests at once, when the buckets are empty, then no more are sent than they fill")
    func own() async throws {
        for (call, bucket, perSecond) in [(Self.get, 100, 12), (Self.put, 50, 5)] {
            let client = client(AzureTraffic(time: time), .status(200, "{}"))
            let start = time.now
            for _ in 0..<bucket { _ = try await client.send(call) }
            #expect(time.now == start)
            for _ in 0..<(10 * perSecond) { _ = try await client.send(call) }
            #expect((9_900...10_100).contains((time.now - start).milliseconds))
        }
    }

    @Test("given targets of one subscription, when they ask, then they share one bucket and others have their own")
    func shared() async throws {
        let traffic = AzureTraffic(time: time)
        let start = time.now
        for _ in 0..<25 { _ = try await client(traffic, .status(200, "{}")).send(Self.put) }
        for _ in 0..<25 { _ = try await client(traffic, .status(200, "{}")).send(Self.put) }
        #expect(time.now == start)
        _ = try await client(traffic, .status(200, "{}")).send(ARMCall(.put, "/subscriptions/2/x", .web, name: "x"))
        _ = try await client(traffic, .status(200, "{}")).send(Self.get)
        #expect(time.now == start)
        _ = try await client(traffic, .status(200, "{}")).send(Self.put)
        #expect(time.now > start)
    }

    @Test(
        "given what Azure says is left, when it is little, then the next request of that kind waits within a bound",
        arguments: [
            ("x-ms-ratelimit-remaining-subscription-writes", "1199", 0),
            ("x-ms-ratelimit-remaining-tenant-writes", "20", 0),
            ("x-ms-ratelimit-remaining-subscription-writes", "10", 2_500),
            ("x-ms-ratelimit-remaining-subscription-global-writes", "0", 5_000),
            ("x-ms-ratelimit-remaining-subscription-resource-requests", "4", 4_000),
            ("x-ms-ratelimit-remaining-subscription-writes", "-9", 5_000),
            ("x-ms-ratelimit-remaining-subscription-reads", "0", 0),
            ("x-ms-ratelimit-remaining-subscription-writes", "many", 0),
        ]
    )
    func advice(header: String, value: String, milliseconds: Int64) async throws {
        let traffic = AzureTraffic(time: time)
        let name = try #require(HTTPField.Name(header))
        _ = try await client(traffic, .status(200, "{}", [name: value])).send(Self.put)
        let start = time.now
        _ = try await client(traffic, .status(200, "{}")).send(Self.put)
        #expect((time.now - start).milliseconds == milliseconds)
    }

    @Test("given little that was left a minute ago, when the next request comes, then it does not wait")
    func old() async throws {
        let traffic = AzureTraffic(time: time)
        let name = try #require(HTTPField.Name("x-ms-ratelimit-remaining-subscription-writes"))
        _ = try await client(traffic, .status(200, "{}", [name: "0"])).send(Self.put)
        time.advance(by: .seconds(61))
        let start = time.now
        _ = try await client(traffic, .status(200, "{}")).send(Self.put)
        #expect(time.now == start)
    }
}
