import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

private let arm = Origin(scheme: "https", host: "management.azure.com")
private let subscription = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"
private let site = "/subscriptions/\(subscription)/resourceGroups/shop/providers/Microsoft.Web/sites/shop"

struct StandInTests {
    /// A slot swap with its operation, a page of slots, and a call to the site itself.
    private var recorded: Cassette {
        let polled = "https://management.azure.com\(site)/operationresults/1?api-version=1"
        let page = "https://management.azure.com\(site)/slots?api-version=1&$skipToken=2"
        let swap = RecordedResponse(status: 202, headers: [.location: polled])
        let slots: JSON = [
            "value": [["id": .string("\(site)/slots/a"), "host": "shop-a.azurewebsites.net"]],
            "nextLink": .string(page),
        ]
        func get(_ id: String, _ url: String, _ body: RecordedBody? = nil) -> Interaction {
            let (origin, target) = Origin.split(url) ?? (arm, "/")
            let answer = RecordedResponse(status: 200, content: .whole(body))
            let request = RecordedRequest(.get, target, to: origin)
            return Interaction(id: id, title: id, request: request, outcome: .response(answer))
        }
        let post = RecordedRequest(.post, "\(site)/slotsswap", to: arm)
        return cassette(
            "swap",
            Interaction(id: "swap", title: "swap", request: post, outcome: .response(swap)),
            get("poll", polled),
            get("slots", "https://management.azure.com\(site)/slots?api-version=1", .json(slots)),
            get("more", page),
            get("warm", "https://shop-a.azurewebsites.net/", .text("tenant \(subscription)"))
        )
    }

    @Test("given real names in URL, body, Location and nextLink, when stand-ins are put in, then none is left")
    func replaced() throws {
        let replaced = recorded.withStandIns()
        #expect(!replaced.text.lowercased().contains(subscription.lowercased()))
        #expect(!replaced.text.contains("shop-a.azurewebsites.net"))
        #expect(replaced.text.contains("00000000-0000-0000-0000-000000000001"))
        #expect(replaced["warm"]?.request.origin?.host == "host-1.azurewebsites.net")
        #expect(replaced["poll"]?.request.origin == arm)
        #expect(replaced.withStandIns() == replaced)
    }

    @Test("given stand-ins, when a client with its own names follows the answers, then every next request matches")
    func followed() async throws {
        let transport = ReplayingTransport([recorded.withStandIns()], time: VirtualTime())
        let mine = "11111111-2222-3333-4444-555555555555"
        let own = "/subscriptions/\(mine)/resourceGroups/shop/providers/Microsoft.Web/sites/shop"
        let swapped = try await transport.send(Request(.post, arm, "\(own)/slotsswap"))
        let location = try #require(swapped.headers[.location])
        #expect(location.contains(mine))
        func follow(_ url: String) async throws -> JSON? {
            let (origin, target) = try #require(Origin.split(url))
            let response = try await transport.send(Request(.get, origin, target))
            return try? JSON(parsing: response.body)
        }
        _ = try await follow(location)
        let slots = try await follow("https://management.azure.com\(own)/slots?api-version=1")
        let next = try #require(slots?["nextLink"]?.string)
        #expect(next.contains(mine))
        _ = try await follow(next)
        let host = try #require(slots?["value"]?[0]?["host"]?.string)
        _ = try await follow("https://\(host)/")
        #expect(transport.unplayed.isEmpty)
    }

    @Test("given a client that knows the stand-ins themselves, when it asks with them, then they are taken as they are")
    func asTheyAre() async throws {
        let replaced = recorded.withStandIns()
        let transport = ReplayingTransport([replaced], time: VirtualTime())
        for interaction in replaced.interactions { _ = try await transport.send(interaction.request.request(to: arm)) }
        #expect(transport.unplayed.isEmpty)
    }

    @Test("given an account that only an answer names, when the caller says which it is, then the answer names it so")
    func known() async throws {
        let arn = "arn:aws:sts::210987654321:assumed-role/deployer/x"
        let xml = "<GetCallerIdentityResult><Arn>\(arn)</Arn><Account>210987654321</Account></GetCallerIdentityResult>"
        let request = RecordedRequest(.post, "/", body: .text("Action=GetCallerIdentity"))
        let replaced = cassette("sts", interaction("who", request, answer: xml)).withStandIns()
        #expect(!replaced.text.contains("210987654321"))
        let standIns = ["000000000001": "999988887777"]
        let transport = ReplayingTransport([replaced], standIns: standIns, time: VirtualTime())
        let text = try await transport.send(request.request(to: server)).text
        #expect(text.contains("arn:aws:sts::999988887777:assumed-role"))
        #expect(text.contains("<Account>999988887777</Account>"))
    }

    @Test(
        "given a host of one's own and the platforms' own, when stand-ins are put in, then only the first is replaced"
    )
    func hosts() {
        let origins = [
            "https://api.corp.internal:6443", "https://sts.us-east-1.amazonaws.com", "https://127.0.0.1:8443",
        ]
        let hosts = origins.compactMap { Origin(url: $0) }.map { origin in
            let request = RecordedRequest(.get, "/version", to: origin)
            return cassette("one", interaction("a", request)).withStandIns().interactions[0].request.origin?.host
        }
        #expect(hosts == ["host-1.example", "sts.us-east-1.amazonaws.com", "127.0.0.1"])
    }

    @Test("given numbers that merely resemble an account, when stand-ins are put in, then they stay")
    func lookalikes() {
        let answer = "210987654321 <Id>210987654321</Id> build-210987654321"
        let one = cassette("one", interaction("a", RecordedRequest(.get, "/a"), answer: answer))
        #expect(one.withStandIns() == one)
    }
}
