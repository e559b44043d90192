import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

@Suite("Cassettes of vcrpy") struct ForeignCassetteTests {
    private static let signature = "AbC-_dEf0123456789AbC-_dEf0123456789"
    private static let address = "https://one.example.com/jobs/7?t=1&c=MII&s=\(signature)&h=x"
    private static let text = """
        interactions:
        - request:
            body: '{"target": "a *b*", "n": 1}'
            headers:
              Accept:
              - application/json
              Authorization: [Bearer s3cret-s3cret-s3cret]
              Content-Type: application/json
            method: POST
            uri: https://one.example.com/swap?api-version=2023-01-01
          response:
            body:
              string: ''
            headers:
              content-length: ['0']
              location:
              - \(address)
              set-cookie: [a=1, b=2]
              etag: ['"1"']
            status: {code: 202, message: Accepted}
        - request: {body: null, method: GET, uri: "\(address)"}
          response:
            body: {string: '{"access_token": "s3cret", "ok": true}'}
            headers: {content-type: [application/json]}
            status: {code: 200, message: OK}
        - request:
            body: !!binary |
              UEsDBP8=
            method: POST
            uri: https://two.example.com:443/swap?api-version=2023-01-01
          response:
            body: {base64_string: aGVsbG8=}
            status: {code: 200, message: OK}
        version: 1
        """

    private static func read(_ text: String) throws(CassetteFailure) -> Cassette {
        try Cassette(vcrpy: Array(text.utf8), name: "foreign", from: "a test")
    }

    @Test("given every form of body and header, when it is imported, then it is one of our cassettes")
    func imported() throws {
        let cassette = try Self.read(Self.text)
        #expect(cassette.interactions.map(\.id) == ["1", "2", "3"])
        #expect(cassette.interactions.map(\.title) == ["POST swap", "GET jobs/7", "POST swap"])
        #expect(cassette.interactions[0].request.body == .json(["target": "a *b*", "n": 1]))
        #expect(
            cassette.interactions[0].request.headers == [.accept: "application/json", .contentType: "application/json"]
        )
        #expect(cassette.interactions[2].request.body == .base64([0x50, 0x4B, 3, 4, 0xFF]))
        #expect(cassette.interactions[2].request.origin == Origin(scheme: "https", host: "two.example.com"))
        #expect(cassette.origin.kind == .recorded)
        #expect(try Cassette(parsing: Array(cassette.text.utf8), name: "foreign") == cassette)
        #expect(cassette.part(2...3).interactions.map(\.id) == ["2", "3"])
        #expect(cassette.part(3...9).interactions.map(\.id) == ["3"])
    }

    @Test("given secrets in every place, when it is imported, then none is left and nothing else is missing")
    func secrets() throws {
        let cassette = try Self.read(Self.text)
        #expect(!"\(cassette)".contains("s3cret"))
        #expect(!"\(cassette)".contains(Self.signature))
        #expect(cassette.secrets().isEmpty)
        guard case .response(let first) = cassette.interactions[0].outcome else {
            Issue.record("there is no answer")
            return
        }
        #expect(first.headers[.location] == Self.address.replacing(Self.signature, with: "[masked]"))
        #expect(first.headers[.setCookie] == nil && first.headers[.contentLength] == nil)
        #expect(first.headers[.eTag] == "\"1\"")
    }

    @Test("given a masked address, when it is followed, with its signature or without, then its recording answers")
    func followed() async throws {
        for mask in [true, false] {
            let transport = ReplayingTransport([try Self.read(Self.text)], time: VirtualTime())
            var address = Self.address
            if mask { address = address.replacing(Self.signature, with: "[masked]") }
            let (origin, target) = try #require(Origin.split(address))
            #expect(try await transport.send(Request(.get, origin, target)).status == 200)
        }
    }

    @Test("given one path on two hosts, when each is asked, then each answers for itself and no third one does")
    func hosts() async throws {
        let transport = ReplayingTransport([try Self.read(Self.text)], time: VirtualTime())
        let two = Origin(scheme: "https", host: "two.example.com")
        let zip = Request(.post, two, "/swap?api-version=2023-01-01", body: .bytes([0x50, 0x4B, 3, 4, 0xFF]))
        #expect(try await transport.send(zip).text == "hello")
        var elsewhere = zip
        elsewhere.origin = Origin(scheme: "https", host: "three.example.com")
        await #expect(throws: HTTPFailure.self) { try await transport.send(elsewhere) }
        let told = transport.mismatches.first?.differences.map(\.field)
        #expect(told?.contains("origin") == true)
    }

    @Test("given a tolerance, when only what it names differs, then the recording answers; otherwise it does not")
    func tolerance() async throws {
        let tolerance = ReplayTolerance(queries: ["api-version"], accept: true)
        let transport = ReplayingTransport([try Self.read(Self.text)], tolerating: tolerance, time: VirtualTime())
        let body = Request.Body.bytes(Array(#"{"target":"a *b*","n":1}"#.utf8))
        let origin = Origin(scheme: "https", host: "one.example.com")
        let headers: HTTPFields = [.contentType: "application/json"]
        let strict = Request(.post, origin, "/swap?api-version=2024-01-01&x=1", headers: headers, body: body)
        await #expect(throws: HTTPFailure.self) { try await transport.send(strict) }
        let request = Request(.post, origin, "/swap?api-version=2024-01-01", headers: headers, body: body)
        #expect(try await transport.send(request).status == 202)
    }

    @Test(
        "given a file that is no such cassette, when it is imported, then one sentence says where it is wrong",
        arguments: [
            ("", "it is empty"), ("a: [", "it is not YAML"), ("x: 1", "interactions is missing"),
            ("interactions: 1", "interactions: it is not a list"),
            ("interactions: [1]", "interactions[0]: it is not a mapping"),
            ("interactions: [{request: {method: GET, uri: /x}}]", "interactions[0].request: uri is not an absolute"),
            ("interactions: [{request: {method: 'G T', uri: 'http://a/'}}]", "method is not an HTTP method"),
            ("interactions: [{request: {method: GET, uri: 'http://a/'}}]", "interactions[0]: response is missing"),
            (
                "interactions: [{request: {method: GET, uri: 'http://a/'}, response: {status: {code: 99}}}]",
                "between 100"
            ),
            ("interactions: &a [*a]", "aliases are not read"),
            ("interactions: !!python/object:os.system [x]", "the tag"),
            ("a: &a [x,x]\nb: &b [*a,*a]\ninteractions: [*b,*b]", "aliases are not read"),
            (
                "interactions: [{request: {body: !!binary '%%', method: GET, uri: 'http://a/'}}]",
                "its base64 is malformed"
            ),
            (String(repeating: "? ", count: 400) + "x", "cassette foreign: a key is not a text"),
            (String(repeating: "? a\n", count: 20), "keys that are no texts"),
            (String(repeating: "[", count: 200) + String(repeating: "]", count: 200), "nested too deep"),
            ("\u{F8FE}", "it is not UTF-8 text"),
        ]
    )
    func refused(text: String, problem: String) {
        let failure = #expect(throws: CassetteFailure.self) { try Self.read(text) }
        #expect(failure?.description.contains(problem) == true, "\(failure?.description ?? "")")
        #expect(failure.map { $0.description.count < 400 } == true)
    }

    @Test("given a cassette of ours with an origin, when it is wrong, then it is refused")
    func origins() throws {
        let cassette = try Self.read(Self.text)
        let text = cassette.text.replacing(#""https://two.example.com""#, with: #""https://two.example.com/x""#)
        let failure = #expect(throws: CassetteFailure.self) { try Cassette(parsing: Array(text.utf8), name: "x") }
        #expect(failure?.description.contains("origin is scheme, host and port") == true)
    }
}
