import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import SlipwaySimulation
import Testing

@Suite("Answers of Azure in trouble")
struct PlantedTests {
    @Test(
        "given an answer of Azure in trouble, when it is planted, then it has its status, and a code where it has one"
    )
    func statuses() {
        let statuses = PlantedAzureAnswer.allCases.map(\.response.status)
        #expect(statuses == [409, 429, 429, 504, 503, 500, 409, 401, 200])
        let codes = PlantedAzureAnswer.allCases.map { $0.response.code ?? "-" }
        #expect(
            codes == [
                "Conflict", "429", "SubscriptionRequestsThrottled", "GatewayTimeout", "-", "-", "-",
                "ExpiredAuthenticationToken", "-",
            ]
        )
    }

    @Test("given a gateway that gives up, when the swap took effect all the same, then the world has swapped")
    func afterTheEffect() async throws {
        let clock = VirtualTime(now: Cloud.start)
        var world = Cloud().world
        let token = world.issueToken().reveal()
        let transport = SimulatedTransport(world, time: clock)
        transport.after { call, _, _ in
            call.request.method == .post ? .response(PlantedAzureAnswer.gatewayTimeout.response) : nil
        }
        let request = Request(
            .post,
            Origin(scheme: "https", host: "management.azure.com"),
            Cloud.root + "/sites/shop/slots/staging/slotsswap?api-version=2023-12-01",
            headers: [.authorization: "Bearer \(token)"],
            body: .bytes(swapBody.bytes)
        )
        #expect(try await transport.send(request).status == 504)
        try await clock.sleep(for: .seconds(60))
        #expect(transport.withWorld { $0.slot(of: "shop")?.release } == "shop:2")
        #expect(transport.log.first?.hadEffect == true)
    }
}
