import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

struct ReplayTests {
    @Test("given one request recorded three times, when it is sent again and again, then the answers come in order")
    func order() async throws {
        let get = RecordedRequest(.get, "/deployments/web")
        let first = cassette("one", interaction("a", get, answer: "1"), interaction("b", get, answer: "2"))
        let second = cassette("two", interaction("a", get, answer: "3"))
        let transport = ReplayingTransport([first, second], time: VirtualTime())
        var answers: [String] = []
        for _ in 1...3 { answers.append(try await transport.send(get.request(to: server)).text) }
        #expect(answers == ["1", "2", "3"])
        await #expect(throws: HTTPFailure.self) { try await transport.send(get.request(to: server)) }
    }

    @Test("given a last answer that repeats, when the request goes on coming, then it is given again without end")
    func repeating() async throws {
        let get = RecordedRequest(.get, "/healthz")
        let recorded = cassette(
            "shop",
            interaction("a", get, answer: "no"),
            interaction("b", get, answer: "ok", repeats: true)
        )
        let transport = ReplayingTransport([recorded], time: VirtualTime())
        var answers: [String] = []
        for _ in 1...4 { answers.append(try await transport.send(get.request(to: server)).text) }
        #expect(answers == ["no", "ok", "ok", "ok"])
        #expect(transport.unplayed.isEmpty)
    }

    @Test("given query pairs in another order and another percent-encoding, when sent, then they match")
    func query() async throws {
        let recorded = RecordedRequest(.get, "/pods?labelSelector=app%3Dweb&watch=1")
        let transport = ReplayingTransport(
            [cassette("shop", interaction("a", recorded, answer: "ok"))],
            time: VirtualTime()
        )
        #expect(try await transport.send(Request(.get, server, "/pods?watch=1&labelSelector=app=web")).text == "ok")
    }

    @Test(
        "given a JSON body with members in another order, when sent, then it matches; given another value, it does not"
    )
    func bodies() async throws {
        let recorded = RecordedRequest(.put, "/x", body: .json(["a": 1, "b": ["c": true, "d": .null]]))
        let transport = ReplayingTransport(
            [cassette("shop", interaction("a", recorded, answer: "ok"))],
            time: VirtualTime()
        )
        var request = Request(.put, server, "/x", body: .bytes(Array(#"{"b":{"d":null,"c":false},"a":1}"#.utf8)))
        await #expect(throws: HTTPFailure.self) { try await transport.send(request) }
        request.body = .bytes(Array(#"{"b": {"d": null, "c": true}, "a": 1}"#.utf8))
        #expect(try await transport.send(request).text == "ok")
    }

    @Test("given headers that change from run to run, when sent, then they are not matched and Accept is")
    func headers() async throws {
        let recorded = RecordedRequest(.get, "/x", headers: [.accept: "application/json; as=Table"])
        let transport = ReplayingTransport(
            [cassette("shop", interaction("a", recorded, answer: "ok"))],
            time: VirtualTime()
        )
        var request = Request(.get, server, "/x", headers: [.accept: "application/json"])
        await #expect(throws: HTTPFailure.self) { try await transport.send(request) }
        request.headers = [.accept: "Application/json;as=Table", .authorization: "Bearer anything", .userAgent: "x/1"]
        #expect(try await transport.send(request).text == "ok")
    }

    @Test("given a recording whose token is masked, when the request comes with a real token, then it matches")
    func redactedRequest() async throws {
        let recorded = RecordedRequest(.post, "/x?token=[masked]", body: .json(["password": "[masked]"]))
        let transport = ReplayingTransport(
            [cassette("shop", interaction("a", recorded, answer: "ok"))],
            time: VirtualTime()
        )
        let request = Request(.post, server, "/x?token=one", body: .bytes(Array(#"{"password":"two"}"#.utf8)))
        #expect(try await transport.send(request).text == "ok")
    }

    @Test("given interactions that nobody asked for, when the test ends, then they are listed")
    func unplayed() async throws {
        let recorded = cassette(
            "shop",
            interaction("a", RecordedRequest(.get, "/a")),
            interaction("b", RecordedRequest(.get, "/b"))
        )
        let transport = ReplayingTransport([recorded], time: VirtualTime())
        _ = try await transport.send(Request(.get, server, "/a"))
        #expect(transport.unplayed.map(\.description) == ["shop 2 b (the b)"])
    }

    @Test(
        "given frames with times, when streamed on a virtual clock, then each comes at its time and the break last"
    )
    func frames() async throws {
        let frames = [(10, "one"), (10, "two"), (900, "three")].map { milliseconds, text in
            RecordedResponse.Frame(at: .milliseconds(milliseconds), bytes: Array(text.utf8))
        }
        let response = RecordedResponse(
            status: 200,
            content: .frames(frames, ended: .init(at: .seconds(5), broken: "the server was killed"))
        )
        let watch = Interaction(
            id: "w",
            title: "a watch",
            request: RecordedRequest(.get, "/w"),
            outcome: .response(response)
        )
        let time = VirtualTime()
        let start = time.now
        var request = Request(.get, server, "/w")
        request.streamsResponse = true
        let stream = try #require(
            try await ReplayingTransport([cassette("shop", watch)], time: time).send(request).stream
        )
        var seen: [String] = []
        let failure = await #expect(throws: HTTPFailure.self) {
            for try await piece in stream {
                seen.append("\(String(decoding: piece, as: UTF8.self)) at \((time.now - start).milliseconds)")
            }
        }
        #expect(seen == ["one at 10", "two at 10", "three at 900"])
        #expect(failure == HTTPFailure(.unanswered, "the server was killed"))
        #expect(time.now - start == .seconds(5))
    }

    @Test("given a slow reader, when it pulls late, then frames that are due come at once")
    func slowReader() async throws {
        let frames = [100, 200].map { RecordedResponse.Frame(at: .milliseconds($0), bytes: [0x2E]) }
        let response = RecordedResponse(status: 200, content: .frames(frames, ended: nil))
        let watch = Interaction(id: "w", title: "", request: RecordedRequest(.get, "/w"), outcome: .response(response))
        let time = VirtualTime()
        let start = time.now
        var request = Request(.get, server, "/w")
        request.streamsResponse = true
        let stream = try await ReplayingTransport([cassette("shop", watch)], time: time).send(request).stream
        time.advance(by: .seconds(1))
        var count = 0
        for try await _ in try #require(stream) { count += 1 }
        #expect(count == 2)
        #expect(time.now - start == .seconds(1))
    }

    @Test("given an unknown id, when a part of a cassette is wanted, then the nearest id is named")
    func onlyUnknown() {
        let recorded = cassette("shop", interaction("create-again", RecordedRequest(.get, "/a")))
        let failure = #expect(throws: CassetteFailure.self) { try recorded.only("create-agian") }
        #expect(
            failure?.description == "cassette shop: it has no interaction create-agian; the nearest is create-again"
        )
    }
}
