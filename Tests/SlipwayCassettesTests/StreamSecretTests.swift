import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

private let word = "Zz9" + String(repeating: "c4nary", count: 8)
private let dashes = String(repeating: "-", count: 5)

/// Secrets in streams: networks cut them anywhere.
struct StreamSecretTests {
    private let time = VirtualTime()

    /// What is recorded of a stream that comes in these pieces, 100 ms apart.
    private func recorded(_ pieces: [[UInt8]]) async throws -> (cassette: Cassette, seen: [UInt8]) {
        let clock = time
        let live = LivePlatform(time) { (_, _) throws(HTTPFailure) in
            let left = Locked(pieces[...])
            var response = Response(status: 200)
            response.stream = BodyStream { () async throws(HTTPFailure) in
                clock.advance(by: .milliseconds(100))
                return left.withLock { $0.popFirst() }
            }
            return response
        }
        var request = Request(.get, server, "/watch")
        request.streamsResponse = true
        let session = try CassetteSession(mode: .once, playing: nil, time: time)
        var seen: [UInt8] = []
        let stream = try #require(try await session.transport(over: live).send(request).stream)
        for try await piece in stream { seen += piece }
        return (try #require(session.recorded(as: "watch", from: "a test")), seen)
    }

    private func frames(_ cassette: Cassette) throws -> [RecordedResponse.Frame] {
        guard case .response(let response) = cassette.interactions[0].outcome,
            case .frames(let frames, _) = response.content
        else { throw CancellationError() }
        return frames
    }

    private func text(_ frames: [RecordedResponse.Frame]) -> String {
        String(decoding: frames.flatMap(\.bytes), as: UTF8.self)
    }

    @Test("given a watch of Secrets that is cut anywhere, when it is recorded, then no part of their data is kept")
    func watchOfSecrets() async throws {
        let event = #"{"type":"ADDED","object":{"kind":"Secret","data":{"key":"\#(word)"}}}"# + "\n"
        let bytes = Array((event + event).utf8)
        for size in [7, 31, 64, bytes.count - 1, bytes.count] {
            let pieces = stride(from: 0, to: bytes.count, by: size).map { start in
                Array(bytes[start..<min(start + size, bytes.count)])
            }
            let (cassette, seen) = try await recorded(pieces)
            #expect(seen == bytes, "whoever asked has them whole")
            let frames = try frames(cassette)
            #expect(frames.map { $0.bytes.last } == [0x0A, 0x0A], "an event is a piece")
            #expect(!text(frames).contains("c4nary"))
            #expect(text(frames).contains(#""data":{"key":"[masked]"}"#))
            #expect(frames.first?.at == .milliseconds(40 + 100 * ((event.utf8.count + size - 1) / size)))
        }
    }

    @Test("given a log with a private key over several lines, when it is recorded, then no line of it is kept")
    func keyInLog() async throws {
        let lines = [
            "start", "\(dashes)BEGIN RSA PRIVATE KEY\(dashes)", word, word, "\(dashes)END RSA PRIVATE KEY\(dashes)",
            "end",
        ]
        let (cassette, _) = try await recorded(lines.map { Array("\($0)\n".utf8) })
        #expect(text(try frames(cassette)) == "start\n[masked private key]\nend\n")
        #expect(cassette.secrets().isEmpty)
    }

    @Test("given a secret whose name and value came apart, when the cassette is written, then the value is not on disk")
    func nameAndValue() {
        let frames = ["x=1&client_secret=", "hunter2-hunter2", "&y=2"].map { text in
            RecordedResponse.Frame(at: .milliseconds(5), bytes: Array(text.utf8))
        }
        let response = RecordedResponse(status: 200, content: .frames(frames, ended: nil))
        let one = Interaction(id: "w", title: "", request: RecordedRequest(.get, "/w"), outcome: .response(response))
        let text = cassette("split", one).text
        #expect(!text.contains("hunter2"))
        #expect(text.contains("x=1&client_secret=[masked]&y=2"))
    }

    @Test(
        "given a secret by its name in text that is no document, when masked, then only its value is gone",
        arguments: [
            (#"data: {"access_token":"\#(word)","n":1}"#, #"data: {"access_token":"[masked]","n":1}"#),
            (#"12:00 sent {"password" : "\#(word)"} to x"#, #"12:00 sent {"password" : "[masked]"} to x"#),
            (#"{"n":1,"refresh_token":"\#(word)"#, #"{"n":1,"refresh_token":"[masked]"#),
            (
                #"{"a":1}"# + "\n" + #"{"token":"\#(word)"}"# + "\n",
                #"{"a":1}"# + "\n" + #"{"token":"[masked]"}"# + "\n"
            ),
        ]
    )
    func members(_ text: String, _ masked: String) throws {
        let one = cassette("one", interaction("a", RecordedRequest(.get, "/a"), answer: text))
        #expect(one.secrets().map(\.kind).count == 1, "\(one.secrets())")
        guard case .response(let response) = one.redacted().interactions[0].outcome else { throw CancellationError() }
        #expect(String(decoding: response.bytes, as: UTF8.self) == masked)
        #expect(one.redacted().secrets().isEmpty)
    }
}
