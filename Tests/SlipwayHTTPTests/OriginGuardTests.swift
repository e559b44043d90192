import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct OriginGuardTests {
    static let elsewhere = [
        "https://evil.example/x", "http://api.example.com/x", "https://api.example.com:8443/x", "//evil.example/x",
        "https://api.example.com.evil.example/", "https://api.example.com@evil.example/", "ftp://api.example.com/",
        "javascript:alert(1)", "\\\\evil.example\\x", "/\\evil.example", "https:evil.example", "", "/a b",
    ]
    static let here = [
        "/x", "/x?next=https://evil.example/", "x/y", "?page=2", "https://API.example.com/x",
        "https://api.example.com:443/",
    ]

    @Test(
        "given another origin, when a request goes there, then it is refused before it is signed",
        arguments: [
            Origin(scheme: "https", host: "evil.example"), Origin(scheme: "http", host: "api.example.com"),
            Origin(scheme: "https", host: "api.example.com", port: 8_443),
        ]
    )
    func request(origin: Origin) async {
        let script = Script(.status(200))
        let failed = await failure { () async throws(HTTPFailure) in
            _ = try await Pipeline([OriginGuard([api])], to: script).send(Request(.get, origin, "/"))
        }
        #expect(failed?.reach == .refused)
        #expect(script.requests.isEmpty)
    }

    @Test("given a redirect elsewhere, when it arrives, then it is an error", arguments: elsewhere)
    func redirect(link: String) async {
        #expect(await answer(302, .location, link)?.reach == .refused)
    }

    @Test(
        "given an accepted request, when its answer points elsewhere, then it may have taken effect",
        arguments: ["Location", "Content-Location", "Azure-AsyncOperation", "Operation-Location"]
    )
    func operation(name: String) async throws {
        let failed = await answer(202, try #require(HTTPField.Name(name)), "https://evil.example/x?sig=s3cret")
        #expect(failed?.reach == .unanswered)
        #expect(failed?.reason.contains("https://evil.example") == true)
        #expect(failed?.reason.contains("s3cret") == false)
    }

    @Test("given a pointer to the same origin, when it arrives, then the answer goes through", arguments: here)
    func sameOrigin(link: String) async { #expect(await answer(202, .location, link) == nil) }

    @Test("given a link in a body, when it stays, then its origin and target are given")
    func link() throws {
        let place = try OriginGuard([api]).check(url: "https://api.example.com/list?$skiptoken=1", from: api)
        #expect(place.origin == api)
        #expect(place.target == "/list?$skiptoken=1")
        #expect(try OriginGuard([api]).check(url: "/list", from: api).target == "/list")
    }

    @Test("given a link in a body, when it leads elsewhere, then it is refused", arguments: elsewhere)
    func foreignLink(link: String) {
        let error = #expect(throws: HTTPFailure.self) { try OriginGuard([api]).check(url: link, from: api) }
        #expect(error?.reach == .refused)
    }

    @Test("given plain http, when the host is this machine, then it is allowed, and nowhere else")
    func loopback() async {
        for (host, isAllowed) in [
            ("127.0.0.1", true), ("localhost", true), ("::1", true), ("127.evil.example", false), ("10.0.0.1", false),
        ] {
            let origin = Origin(scheme: "http", host: host, port: 8_001)
            let failed = await failure { () async throws(HTTPFailure) in
                _ = try await Pipeline([OriginGuard([origin])], to: Script(.status(200))).send(
                    Request(.get, origin, "/")
                )
            }
            #expect((failed == nil) == isAllowed, "\(host)")
        }
    }

    private func answer(_ status: Int, _ name: HTTPField.Name, _ link: String) async -> HTTPFailure? {
        let script = Script(.status(status, [name: link]))
        return await failure { () async throws(HTTPFailure) in
            _ = try await Pipeline([OriginGuard([api])], to: script).send(Request(.put, api, "/a"))
        }
    }
}
