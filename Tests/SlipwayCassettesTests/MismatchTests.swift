import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

struct MismatchTests {
    private let recorded = cassette(
        "shop",
        interaction("list", RecordedRequest(.get, "/apis/apps/v1/namespaces/shop/deployments?limit=2")),
        interaction(
            "patch",
            RecordedRequest(
                .patch,
                "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=rig&force=true",
                headers: [.contentType: "application/merge-patch+json"],
                body: .json(["spec": ["replicas": 4, "paused": true, "list": [1, 2]]])
            )
        )
    )

    private func text(_ request: Request, after earlier: [Request] = []) async throws -> String {
        let transport = ReplayingTransport([recorded], time: VirtualTime())
        for request in earlier { _ = try await transport.send(request) }
        let failure = await #expect(throws: HTTPFailure.self) { try await transport.send(request) }
        #expect(failure?.reach == .refused)
        #expect(transport.mismatches.map(\.description) == [failure?.description])
        return failure?.description ?? ""
    }

    @Test("given a request that differs in query, header and body, when sent, then every differing field is named")
    func fieldByField() async throws {
        let request = Request(
            .patch,
            server,
            "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=slipway&dryRun=All",
            headers: [.contentType: "application/json"],
            body: .bytes(Array(#"{"spec":{"replicas":3,"list":[1,3,4],"minReadySeconds":5}}"#.utf8))
        )
        #expect(
            try await text(request) == """
                PATCH /apis/apps/v1/namespaces/shop/deployments/web?fieldManager=slipway&dryRun=All was never recorded.
                  nearest: shop 2 patch (the patch)
                    query dryRun: sent All, recorded nothing
                    query fieldManager: sent slipway, recorded rig
                    query force: sent nothing, recorded true
                    header Content-Type: sent application/json, recorded application/merge-patch+json
                    body spec.replicas: sent 3, recorded 4
                    body spec.list[1]: sent 3, recorded 2
                    body spec.list[2]: sent 4, recorded nothing
                    body spec.minReadySeconds: sent 5, recorded nothing
                    body spec.paused: sent nothing, recorded true
                """
        )
    }

    @Test("given another path, when sent, then the nearest path is shown")
    func path() async throws {
        #expect(
            try await text(Request(.get, server, "/apis/apps/v1/namespaces/shop/deploymets?limit=2")) == """
                GET /apis/apps/v1/namespaces/shop/deploymets?limit=2 was never recorded.
                  nearest: shop 1 list (the list)
                    path: sent /apis/apps/v1/namespaces/shop/deploymets, \
                recorded /apis/apps/v1/namespaces/shop/deployments
                """
        )
    }

    @Test(
        "given a request whose one answer was given, when sent again, then it is told apart from one never recorded"
    )
    func alreadyPlayed() async throws {
        let request = Request(.get, server, "/apis/apps/v1/namespaces/shop/deployments?limit=2")
        #expect(
            try await text(request, after: [request]) == """
                GET /apis/apps/v1/namespaces/shop/deployments?limit=2 was recorded once, \
                and its answer has already been played.
                  nearest: shop 1 list (the list)
                """
        )
    }

    @Test("given a request with a token in it, when nothing matches, then the text shows no part of the token")
    func masked() async throws {
        let request = Request(
            .post,
            server,
            "/apis/apps/v1/namespaces/shop/deployments?token=s3cr3t-of-mine",
            body: .bytes(Array(#"{"spec":{"token":"s3cr3t-of-mine"}}"#.utf8))
        )
        #expect(try await !text(request).contains("s3cr3t"))
    }

    @Test("given control characters in a request body, when nothing matches, then the text is safe for a terminal")
    func printable() async throws {
        let request = Request(.put, server, "/x", body: .bytes(Array("\u{1B}[2J".utf8)))
        #expect(try await !text(request).contains("\u{1B}"))
    }

    @Test("given no cassette at all, when a request is sent, then there is no nearest recording")
    func empty() async {
        let transport = ReplayingTransport([], time: VirtualTime())
        let failure = await #expect(throws: HTTPFailure.self) { try await transport.send(Request(.get, server, "/")) }
        #expect(failure?.description == "GET / was never recorded.")
    }
}
