import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

/// Answers every request with what a closure says, and counts.
final class LivePlatform: Transport {
    private let answer: @Sendable (Request, Int) throws(HTTPFailure) -> Response
    private let sent = Locked<[Request]>([])
    private let time: VirtualTime

    init(_ time: VirtualTime, answer: @escaping @Sendable (Request, Int) throws(HTTPFailure) -> Response) {
        (self.time, self.answer) = (time, answer)
    }

    var requests: [Request] { sent.withLock { $0 } }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let number = sent.withLock { sent in
            sent.append(request)
            return sent.count
        }
        time.advance(by: .milliseconds(40))
        return try answer(request, number)
    }
}

extension Response {
    static func text(_ text: String, _ headers: HTTPFields = [:]) -> Response {
        Response(status: 200, headers: headers, body: Array(text.utf8))
    }
}

struct RecordingTests {
    private let time = VirtualTime()
    private let token = "Zz9" + String(repeating: "c4nary", count: 8)

    private func counting() -> LivePlatform {
        LivePlatform(time) { (request, number) throws(HTTPFailure) in .text("\(request.target) \(number)") }
    }

    private func session(_ mode: CassetteMode, _ cassette: Cassette?) throws -> CassetteSession {
        try CassetteSession(mode: mode, playing: cassette, time: time)
    }

    private func texts(_ session: CassetteSession, _ live: any Transport, _ targets: String...) async -> [String] {
        var texts: [String] = []
        for target in targets {
            do { texts.append(try await session.transport(over: live).send(Request(.get, server, target)).text) } catch
            {
                texts.append("refused")
            }
        }
        return texts
    }

    @Test("given the mode none, when a cassette is there, then it is played strictly and nothing is sent")
    func none() async throws {
        let live = counting()
        let recorded = cassette("shop", interaction("a", RecordedRequest(.get, "/a"), answer: "one"))
        let session = try session(.none, recorded)
        #expect(await texts(session, live, "/a", "/b") == ["one", "refused"])
        #expect(live.requests.isEmpty)
        #expect(session.recorded(as: "shop", from: "x") == nil)
        #expect(session.mismatches.count == 1)
    }

    @Test("given the mode none, when there is no cassette, then one sentence says what to do")
    func nothingToPlay() {
        for mode in [CassetteMode.none, .diff] {
            let failure = #expect(throws: CassetteFailure.self) { try session(mode, nil) }
            #expect(failure?.problem == "there is nothing to play yet; record it with the mode once")
        }
    }

    @Test("given the mode once, when it is used twice, then the first use records and the second sends nothing")
    func once() async throws {
        let live = counting()
        let first = try session(.once, nil)
        #expect(await texts(first, live, "/a", "/a", "/b") == ["/a 1", "/a 2", "/b 3"])
        let recorded = try #require(first.recorded(as: "shop", from: "a test"))
        #expect(recorded.interactions.map(\.id) == ["1-a", "2-a", "3-b"])
        let second = try session(.once, recorded)
        #expect(await texts(second, live, "/a", "/a", "/b", "/c") == ["/a 1", "/a 2", "/b 3", "refused"])
        #expect(live.requests.count == 3)
        #expect(second.unplayed.isEmpty)
    }

    @Test("given the mode new, when a request is not in the cassette, then only that one is sent and added")
    func new() async throws {
        let live = counting()
        let first = try session(.once, nil)
        _ = await texts(first, live, "/a")
        let recorded = try #require(first.recorded(as: "shop", from: "a test"))
        let second = try session(.new, recorded)
        #expect(await texts(second, live, "/a", "/b") == ["/a 1", "/b 2"])
        let grown = try #require(second.recorded(as: "shop", from: "a test"))
        #expect(grown.interactions.map(\.request.target) == ["/a", "/b"])
        #expect(Set(grown.interactions.map(\.id)).count == 2)
    }

    @Test("given the mode rewrite, when a cassette is there, then it is not played but replaced")
    func rewrite() async throws {
        let live = counting()
        let old = cassette("shop", interaction("a", RecordedRequest(.get, "/a"), answer: "old"))
        let session = try session(.rewrite, old)
        #expect(await texts(session, live, "/b") == ["/b 1"])
        let recorded = try #require(session.recorded(as: "shop", from: "a test"))
        #expect(recorded.interactions.map(\.request.target) == ["/b"])
        #expect(recorded.origin.kind == .recorded)
    }

    @Test("given CI, when a mode would record, then one sentence refuses it; what only plays goes on")
    func inCI() throws {
        let recorded = Cassette(name: "shop", origin: CassetteOrigin(.recorded, from: "x"))
        for (mode, cassette) in [(CassetteMode.once, nil), (.new, recorded), (.rewrite, recorded), (.new, nil)] {
            let failure = #expect(throws: CassetteFailure.self) {
                try CassetteSession(mode: mode, playing: cassette, allowsRecording: false, time: time)
            }
            #expect(failure?.problem.hasPrefix("nothing is recorded in CI") == true)
        }
        for mode in [CassetteMode.none, .once, .diff] {
            #expect(throws: Never.self) {
                try CassetteSession(mode: mode, playing: recorded, allowsRecording: false, time: time)
            }
        }
    }

    @Test("given a synthetic cassette, when something new would be recorded into it, then it is refused")
    func synthetic() {
        let failure = #expect(throws: CassetteFailure.self) { try session(.new, cassette("shop")) }
        #expect(failure?.problem.hasPrefix("it is synthetic") == true)
    }

    @Test("given secrets in an exchange, when it is recorded, then the live answer has them and the cassette has not")
    func redaction() async throws {
        let token = token
        let live = LivePlatform(time) { (_, _) throws(HTTPFailure) in
            .text(#"{"access_token":"\#(token)","n":1}"#, [.setCookie: token, .contentLength: "4711", .eTag: "1"])
        }
        let session = try session(.once, nil)
        var request = Request(.post, server, "/token", headers: [.authorization: "Bearer \(token)"])
        request.body = .bytes(Array("client_secret=\(token)&scope=x".utf8))
        let answer = try await session.transport(over: live).send(request)
        #expect(answer.text.contains(token))
        #expect(answer.headers[.setCookie] == token)
        #expect(live.requests.first?.headers[.authorization] == "Bearer \(token)")
        let recorded = try #require(session.recorded(as: "shop", from: "a test"))
        #expect(!recorded.text.contains(token))
        #expect(recorded.secrets().isEmpty)
        let replayed = try await ReplayingTransport([recorded], time: time).send(request)
        #expect(replayed.text == #"{"access_token":"[masked]","n":1}"#)
        #expect(replayed.headers == [.eTag: "1"])
    }

    @Test("given a Content-Length that is kept, when the body is masked, then the length is that of the masked body")
    func contentLength() throws {
        let body = RecordedBody.json(["password": .string(token)])
        let response = RecordedResponse(status: 200, headers: [.contentLength: "70"], content: .whole(body))
        let request = RecordedRequest(.get, "/a")
        let one = Interaction(id: "a", title: "t", request: request, outcome: .response(response))
        guard case .response(let kept) = cassette("one", one).redacted().interactions[0].outcome else {
            throw CancellationError()
        }
        #expect(String(decoding: kept.bytes, as: UTF8.self) == #"{"password":"[masked]"}"#)
        #expect(kept.headers[.contentLength] == "23")
    }

    @Test("given accounts and hosts, when they are recorded and the cassette grows, then each keeps its stand-in")
    func standIns() async throws {
        let cluster = Origin(scheme: "https", host: "api.shop.corp")
        let live = LivePlatform(time) { (request, _) throws(HTTPFailure) in
            Response(status: 201, headers: [.location: "https://api.shop.corp/next"], body: Array(request.url.utf8))
        }
        let first = try session(.once, nil)
        let answer = try await first.transport(over: live).send(Request(.get, cluster, "/a"))
        #expect(answer.text == "https://api.shop.corp/a")
        let recorded = try #require(first.recorded(as: "shop", from: "api.shop.corp"))
        #expect(!recorded.text.contains("corp"))
        let second = try session(.new, recorded)
        let transport = second.transport(over: live)
        let location = try await transport.send(Request(.get, cluster, "/a")).headers[.location]
        #expect(location == "https://api.shop.corp/next")
        _ = try await transport.send(Request(.get, cluster, "/next"))
        let grown = try #require(second.recorded(as: "shop", from: "the same"))
        #expect(grown.interactions.map(\.request.origin?.host) == ["host-1.example", "host-1.example"])
        #expect(live.requests.map(\.origin) == [cluster, cluster])
    }

    @Test("given a watch, when it is recorded, then its pieces and their times come back and its break does too")
    func streams() async throws {
        let clock = time
        let live = LivePlatform(time) { (_, _) throws(HTTPFailure) in
            let left = Locked(3)
            var response = Response(status: 200)
            response.stream = BodyStream { () async throws(HTTPFailure) in
                clock.advance(by: .milliseconds(500))
                let number = left.withLock { left in
                    left -= 1
                    return left
                }
                guard number >= 0 else { throw HTTPFailure(.unanswered, "the connection was cut") }
                return Array("{\"n\":\(number)}\n".utf8)
            }
            return response
        }
        var request = Request(.get, server, "/watch")
        request.streamsResponse = true
        let session = try session(.once, nil)
        let seen = try await pieces(of: session.transport(over: live).send(request))
        let recorded = try #require(session.recorded(as: "watch", from: "a test"))
        let replayed = try await pieces(of: ReplayingTransport([recorded], time: time).send(request))
        #expect(seen == ["{\"n\":2}\n at 500", "{\"n\":1}\n at 1000", "{\"n\":0}\n at 1500", "cut at 2000"])
        #expect(replayed == seen)
    }

    private func pieces(of response: Response) async throws -> [String] {
        let start = time.now
        var seen: [String] = []
        do {
            for try await piece in try #require(response.stream) {
                seen.append("\(String(decoding: piece, as: UTF8.self)) at \((time.now - start).milliseconds)")
            }
        } catch { seen.append("cut at \((time.now - start).milliseconds)") }
        return seen
    }

    @Test("given a request without an answer, when it is recorded, then its failure comes back")
    func failures() async throws {
        let live = LivePlatform(time) { (_, _) throws(HTTPFailure) in throw HTTPFailure(.unanswered, "reset") }
        let session = try session(.once, nil)
        await #expect(throws: HTTPFailure(.unanswered, "reset")) {
            try await session.transport(over: live).send(Request(.get, server, "/a"))
        }
        let recorded = try #require(session.recorded(as: "x", from: "a test"))
        await #expect(throws: HTTPFailure(.unanswered, "reset")) {
            try await ReplayingTransport([recorded], time: time).send(Request(.get, server, "/a"))
        }
    }

    @Test(
        "given the mode diff, when the live platform answers otherwise, then the changed fields are told and no times"
    )
    func diff() async throws {
        @Sendable func answer(_ state: String, _ time: String) -> Response {
            .text(#"{"state":"\#(state)","at":"\#(time)","metadata":{"resourceVersion":"\#(time)"}}"#)
        }
        let first = try session(.once, nil)
        let before = LivePlatform(time) { (_, _) throws(HTTPFailure) in answer("Running", "2026-11-21T01:02:03Z") }
        _ = await texts(first, before, "/a", "/b")
        let recorded = try #require(first.recorded(as: "shop", from: "a test"))
        let second = try session(.diff, recorded)
        let after = LivePlatform(time) { (request, _) throws(HTTPFailure) in
            answer(request.target == "/a" ? "Stopped" : "Running", "2026-12-01T00:00:00Z")
        }
        _ = await texts(second, after, "/a", "/b", "/c")
        #expect(
            second.found.map(\.description) == [
                "shop 1 1-a (GET a)\n  body state: recorded \"Running\", live \"Stopped\""
            ]
        )
        #expect(second.mismatches.map(\.request) == ["GET /c at https://cluster.example.com"])
        #expect(second.recorded(as: "shop", from: "x") == nil)
    }
}
