import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

private let secret = "Zz9" + String(repeating: "c4nary", count: 8)

struct FormatTests {
    private func read(_ text: String, as format: ForeignFormat? = nil) throws(CassetteFailure) -> Cassette {
        try Cassette(importing: Array(text.utf8), as: format, name: "foreign", from: "a test")
    }

    /// The same GET with a secret in its answer, a POST with a form and a 404, in every format.
    private static let documents: [(ForeignFormat, String)] = [
        (
            .vcrpy,
            """
            interactions:
            - request:
                body: null
                headers: {Accept: [application/json], Authorization: [Bearer \(secret)]}
                method: GET
                uri: https://shop.test/a?x=1
              response:
                body: {string: '{"access_token":"\(secret)","n":1}'}
                headers: {Content-Type: [application/json], Set-Cookie: [\(secret)]}
                status: {code: 200, message: OK}
            - request:
                body: client_secret=\(secret)&b=2
                headers: {Content-Type: [application/x-www-form-urlencoded]}
                method: POST
                uri: https://shop.test/b
              response:
                body: {string: 'gone'}
                headers: {}
                status: {code: 404, message: Not Found}
            version: 1
            """
        ),
        (
            .rubyVCR,
            """
            ---
            http_interactions:
            - request:
                method: get
                uri: https://shop.test/a?x=1
                body: {encoding: US-ASCII, string: ''}
                headers: {Accept: [application/json], Authorization: ["Bearer \(secret)"]}
              response:
                status: {code: 200, message: OK}
                headers: {Content-Type: [application/json], Set-Cookie: [\(secret)]}
                body: {encoding: UTF-8, string: '{"access_token":"\(secret)","n":1}'}
              recorded_at: Sat, 21 Nov 2026 01:02:41 GMT
            - request:
                method: post
                uri: https://shop.test/b
                body: {encoding: US-ASCII, string: client_secret=\(secret)&b=2}
                headers: {Content-Type: [application/x-www-form-urlencoded]}
              response:
                status: {code: 404, message: Not Found}
                headers: {}
                body: {encoding: UTF-8, base64_string: Z29uZQ==}
            recorded_with: VCR 6.1.0
            """
        ),
        (
            .goVCR,
            """
            ---
            version: 2
            interactions:
                - id: 0
                  request:
                    body: ""
                    headers: {Accept: [application/json], Authorization: ["Bearer \(secret)"]}
                    url: https://shop.test/a?x=1
                    method: GET
                  response:
                    headers: {Content-Type: [application/json], Set-Cookie: [\(secret)]}
                    body: '{"access_token":"\(secret)","n":1}'
                    status: 200 OK
                    code: 200
                    duration: 1m1.5s
                - id: 1
                  request:
                    body: client_secret=\(secret)&b=2
                    headers: {Content-Type: [application/x-www-form-urlencoded]}
                    url: https://shop.test/b
                    method: POST
                  response: {body: gone, code: 404, headers: {}}
            """
        ),
        (
            .har,
            """
            {"log":{"version":"1.2","entries":[
             {"startedDateTime":"2026-11-21T01:02:41.000Z","time":61500,
              "request":{"method":"GET","url":"https://shop.test/a?x=1",
               "headers":[{"name":"Accept","value":"application/json"},{"name":":authority","value":"shop.test"}]},
              "response":{"status":200,"headers":[{"name":"Content-Type","value":"application/json"},
               {"name":"Set-Cookie","value":"\(secret)"}],
               "content":{"text":"{\\"access_token\\":\\"\(secret)\\",\\"n\\":1}"}}},
             {"request":{"method":"POST","url":"https://shop.test/b",
               "headers":[{"name":"Content-Type","value":"application/x-www-form-urlencoded"}],
               "postData":{"text":"client_secret=\(secret)&b=2"}},
              "response":{"status":404,"headers":[],"content":{"text":"Z29uZQ==","encoding":"base64"}}}]}}
            """
        ),
        (
            .testProxy,
            """
            {"Entries":[
             {"RequestUri":"https://shop.test/a?x=1","RequestMethod":"GET",
              "RequestHeaders":{"Accept":"application/json"},
              "RequestBody":null,"StatusCode":200,
              "ResponseHeaders":{"Content-Type":"application/json","Set-Cookie":["\(secret)"]},
              "ResponseBody":{"access_token":"\(secret)","n":1}},
             {"RequestUri":"https://shop.test/b","RequestMethod":"POST",
              "RequestHeaders":{"Content-Type":"application/x-www-form-urlencoded"},
              "RequestBody":"client_secret=\(secret)&b=2","StatusCode":404,"ResponseHeaders":{},"ResponseBody":["go","ne"]}
            ],"Variables":{}}
            """
        ),
        (
            .wireMock,
            """
            {"mappings":[
             {"request":{"method":"GET","urlPath":"/a","queryParameters":{"x":{"equalTo":"1"}},
               "headers":{"Accept":{"equalTo":"application/json"}}},
              "response":{"status":200,"headers":{"Content-Type":"application/json","Set-Cookie":"\(secret)"},
               "jsonBody":{"access_token":"\(secret)","n":1},"fixedDelayMilliseconds":61500}},
             {"request":{"method":"POST","url":"/b","headers":{"Content-Type":{"equalTo":"application/x-www-form-urlencoded"}},
               "bodyPatterns":[{"equalTo":"client_secret=\(secret)&b=2"}]},
              "response":{"status":404,"body":"gone"}}]}
            """
        ),
    ]

    @Test(
        "given the same recording in another program's format, when imported, then it replays and holds no secret",
        arguments: documents
    )
    func importing(format: ForeignFormat, text: String) async throws {
        #expect(ForeignFormat.detected(in: Array(text.utf8)) == format)
        let cassette = try read(text)
        #expect(!cassette.text.contains("c4nary"))
        let host = Origin(scheme: "https", host: "shop.test")
        let transport = ReplayingTransport([cassette], time: VirtualTime())
        let get = Request(.get, host, "/a?x=1", headers: [.accept: "application/json"])
        #expect(try await transport.send(get).text == #"{"access_token":"[masked]","n":1}"#)
        let form = "application/x-www-form-urlencoded"
        var post = Request(.post, host, "/b", headers: [.contentType: form])
        post.body = .bytes(Array("b=2&client_secret=another".utf8))
        let gone = try await transport.send(post)
        #expect(gone.status == 404)
        #expect(gone.text == "gone")
        #expect(transport.unplayed.isEmpty)
        #expect(try Cassette(parsing: Array(cassette.text.utf8), name: "foreign") == cassette)
    }

    @Test("given times in another program's recording, when imported, then they are kept")
    func times() throws {
        for (format, text) in Self.documents where [.goVCR, .har, .wireMock].contains(format) {
            guard case .response(let answer) = try read(text).interactions[0].outcome else { throw CancellationError() }
            #expect(answer.after == .milliseconds(61_500), Comment(rawValue: format.rawValue))
        }
        for (format, text) in Self.documents where [.rubyVCR, .har].contains(format) {
            #expect(try read(text).origin.recordedAt == "2026-11-21T01:02:41Z")
        }
    }

    @Test(
        "given another program's file that is wrong, when imported, then one sentence says what",
        arguments: [
            ("", "it is none of vcrpy, ruby-vcr, go-vcr, har, test-proxy, wiremock; say which with --from"),
            ("hello", "it is none of vcrpy, ruby-vcr, go-vcr, har, test-proxy, wiremock; say which with --from"),
            (#"{"log":{"entries":[{"request":{}}]}}"#, "log.entries[0]: response is missing"),
            (
                #"{"Entries":[{"RequestUri":"ftp://x","RequestMethod":"GET","StatusCode":200}]}"#,
                "Entries[0]: its address is neither an absolute URL nor a target in printable ASCII"
            ),
            (
                #"{"mappings":[{"request":{"method":"GET","urlPattern":"/.*"},"response":{}}]}"#,
                "mappings[0].request: its address is a pattern, and only url and urlPath are read"
            ),
            (
                #"{"mappings":[{"request":{"method":"GET","url":"/a"},"response":{"bodyFileName":"../../etc/passwd"}}]}"#,
                "mappings[0].response: its body stands in a file; export the mapping with its body in it"
            ),
            (
                "version: 3\ninteractions:\n- request: {url: https://a.test/, method: GET}\n  response: {code: 200}\n",
                "it has version 3 of go-vcr's files, and 1 and 2 are read"
            ),
        ]
    )
    func wrong(text: String, problem: String) {
        let failure = #expect(throws: CassetteFailure.self) { try read(text) }
        #expect(failure?.problem == problem)
    }

    @Test("given a tag that names code, when imported, then it is refused and nothing is made of it")
    func tags() {
        for tag in [
            "!!python/object/apply:os.system", "!ruby/object:Gem::Installer", "!!python/name:os.system", "!ruby/sym",
        ] {
            let text = "http_interactions:\n- request: \(tag) [x]\n"
            let failure = #expect(throws: CassetteFailure.self) { try read(text) }
            #expect(failure?.problem.contains("tag") == true, Comment(rawValue: tag))
        }
    }

    private var shop: Cassette {
        let host = Origin(scheme: "https", host: "shop.test")
        let get = RecordedRequest(.get, "/a?x=1", to: host, headers: [.accept: "a/b"])
        let type: HTTPFields = [.contentType: "application/json"]
        let put = RecordedRequest(.put, "/b", headers: type, body: .json(["a": [1, .null]]))
        var made = interaction("made", put)
        let bytes = RecordedResponse.Content.whole(.base64([0xFF, 0]))
        made.outcome = .response(
            RecordedResponse(status: 201, headers: [.eTag: "1"], content: bytes, after: .seconds(2))
        )
        var lost = interaction("lost", RecordedRequest(.get, "/c"))
        lost.outcome = .failure(HTTPFailure(.unanswered, "reset"))
        return cassette(
            "shop",
            interaction("one", get, answer: "one"),
            made,
            interaction("two", get, answer: "two \(["client_secret", secret].joined(separator: "="))"),
            lost
        )
    }

    @Test("given a cassette, when it is exported as an HTTP archive and read again, then it answers the same")
    func archive() throws {
        let archive = shop.archive
        #expect(!archive.text.contains("c4nary"))
        #expect(archive[path: "log", "version"] == "1.2")
        let again = try read(archive.text)
        #expect(again.interactions.map(\.request.target) == ["/a?x=1", "/b", "/a?x=1", "/c"])
        for (one, other) in zip(again.interactions, shop.redacted().interactions) {
            guard case .response(let answer) = one.outcome, case .response(let recorded) = other.outcome
            else { continue }
            #expect(answer == recorded)
            #expect(one.request.body == other.request.body)
        }
        guard case .failure(let failure) = again.interactions[3].outcome else { throw CancellationError() }
        #expect(failure.reach == .unanswered)
    }

    @Test("given a cassette, when it is exported as WireMock's mappings and read again, then it answers in order")
    func mappings() async throws {
        let mappings = shop.stubMappings
        #expect(!mappings.text.contains("c4nary"))
        let states = mappings["mappings"]?.array?.compactMap { $0["requiredScenarioState"]?.string }
        #expect(states == ["Started", "scenario-1-2"])
        let transport = ReplayingTransport([try read(mappings.text)], time: VirtualTime())
        let get = Request(.get, server, "/a?x=1", headers: [.accept: "a/b"])
        var texts: [String] = []
        for _ in 1...3 { texts.append(try await transport.send(get).text) }
        #expect(texts == ["one", "two client_secret=[masked]", "two client_secret=[masked]"])
        await #expect(throws: HTTPFailure.self) { try await transport.send(Request(.get, server, "/c")) }
    }
}
