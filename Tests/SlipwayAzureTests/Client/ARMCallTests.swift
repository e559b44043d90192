import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct ARMCallTests {
    @Test("given a call with a body, when it becomes a request, then it is these bytes")
    func bytes() {
        let request = swap.request(to: arm)
        #expect(request.url == "https://management.azure.com\(shop)/slots/staging/slotsswap?api-version=2023-12-01")
        #expect(request.body == .bytes(Array(#"{"targetSlot":"production","preserveVnet":true}"#.utf8)))
        #expect(request.headers == [.accept: "application/json", .contentType: "application/json"])
        #expect(!request.isIdempotent)
    }

    @Test("given a query, when it becomes a request, then it follows the version and is encoded once")
    func query() {
        var call = ARMCall(.get, shop, .cdn, name: "GET")
        call.query = [("$filter", "name eq 'a&b'"), ("x", "é")]
        #expect(
            call.request(to: arm).target
                == shop + "?api-version=2024-02-01&$filter=name%20eq%20%27a%26b%27&x=%C3%A9"
        )
        #expect(call.request(to: arm).headers[.contentType] == nil)
        #expect(ARMCall.segment("../a b?#%/ü") == "..%2Fa%20b%3F%23%25%2F%C3%BC")
    }

    @Test("given the methods, when nothing is said, then only POST must not be sent twice")
    func idempotence() {
        for method in [HTTPRequest.Method.get, .put, .patch, .delete] {
            #expect(ARMCall(method, shop, .web, name: "x").request(to: arm).isIdempotent)
        }
        #expect(ARMCall(.post, shop, .web, name: "x", isIdempotent: true).request(to: arm).isIdempotent)
    }

    @Test("given a success with and without a body, when it is read, then nothing is made up")
    func replies() async throws {
        let get = ARMCall(.get, shop, .web, name: "GET site")
        let found = try await client(ScriptedAzure(.status(200, #"{"name":"shop"}"#))).send(get)
        #expect(found == ARMReply(status: 200, body: ["name": "shop"]))
        #expect(try await client(ScriptedAzure(.status(204))).send(swap) == ARMReply(status: 204))
    }

    @Test("given a success that is no JSON, when it is read, then the call may have had its effect")
    func unreadable() async {
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await client(ScriptedAzure(.status(200, "<html>"))).send(swap)
        }
        #expect(failed?.kind == .unreadable)
        #expect(failed?.mayHaveTakenEffect == true)
    }

    @Test("given pages, when a list is read, then every element comes in order and each link is taken byte for byte")
    func pages() async throws {
        let next = "\(arm)\(shop)/slots?api-version=2023-12-01&$skiptoken=a%2Fb+c=="
        let script = ScriptedAzure(
            .status(200, #"{"value":[1,2],"nextLink":"\#(next)"}"#),
            .status(200, #"{"value":[3],"nextLink":null}"#)
        )
        let call = ARMCall(.get, shop + "/slots", .web, name: "GET slots")
        #expect(try await client(script).list(call) == [1, 2, 3])
        #expect(script.requests.map(\.target) == [shop + "/slots?api-version=2023-12-01", target(next)])
        #expect(script.requests.allSatisfy { $0.method == .get && $0.origin == arm })
    }

    @Test(
        "given a next page elsewhere, when the list is read, then nothing is sent there",
        arguments: [
            "https://evil.example/x", "http://management.azure.com/x", "https://management.azure.com.evil.example/",
            "https://management.azure.com:8443/x", "https://management.azure.com@evil.example/", "//evil.example/x",
        ]
    )
    func elsewhere(link: String) async {
        let script = ScriptedAzure(.status(200, #"{"value":[],"nextLink":"\#(link)"}"#))
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await client(script).list(ARMCall(.get, shop, .web, name: "GET slots"))
        }
        #expect(failed?.kind == .invalid)
        #expect(failed?.mayHaveTakenEffect == false)
        #expect(script.requests.count == 1)
    }

    @Test("given a list without an end, when it is read, then it is given up")
    func endless() async {
        let script = ScriptedAzure(.status(200, #"{"value":[1],"nextLink":"/x?page=1"}"#))
        let same = await azureFailure { () async throws(AzureFailure) in
            _ = try await client(script).list(ARMCall(.get, shop, .web, name: "GET slots"))
        }
        #expect(same?.summary == "GET slots: the list does not end after 2 elements")
        let pages = (0..<300).map { ScriptedAzure.Answer.status(200, #"{"value":[1],"nextLink":"/x?page=\#($0)"}"#) }
        let long = ScriptedAzure(pages)
        #expect(
            await azureFailure { () async throws(AzureFailure) in
                _ = try await client(long).list(ARMCall(.get, shop, .web, name: "GET slots"))
            }?.kind == .invalid
        )
        #expect(long.requests.count == Limits.listPagesMax)
    }

    @Test(
        "given an answer without a list, when it is read as one, then it is unreadable",
        arguments: ["", "{}", "<a/>"]
    )
    func noList(body: String) async {
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await client(ScriptedAzure(.status(200, body))).list(ARMCall(.get, shop, .web, name: "GET slots"))
        }
        #expect(failed?.kind == .unreadable)
    }
}
