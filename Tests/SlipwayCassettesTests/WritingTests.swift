import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

struct WritingTests {
    @Test("given every kind of answer, when a cassette is written and read, then nothing is lost")
    func roundTrip() throws {
        let frames: [RecordedResponse.Frame] = [
            .init(at: .milliseconds(3), bytes: Array("{\"type\":\"ADDED\"}\n".utf8)),
            .init(at: .milliseconds(9), bytes: Array("{\"type\":\"no line feed\"}".utf8)),
            .init(at: .milliseconds(9), bytes: [0xFF, 0x00]), .init(at: .seconds(1), bytes: Array("half\r\na\n".utf8)),
        ]
        let contents: [RecordedResponse.Content] = [
            .whole(nil), .whole(.json([1, [:], "é\u{1}\n"])), .whole(.text("a\n\nb\n")), .whole(.text("")),
            .whole(.base64([0xFF, 0xFE])), .frames(frames, ended: nil), .frames([], ended: .init(at: .seconds(2))),
            .frames(frames, ended: .init(at: .seconds(2), broken: "cut")),
        ]
        var interactions = contents.enumerated().map { index, content in
            Interaction(
                id: "\(index)",
                title: "t",
                caller: "me",
                request: RecordedRequest(.post, "/a?b=c", headers: [.accept: "x/y"], body: .text("z")),
                outcome: .response(
                    RecordedResponse(status: 201, headers: [.eTag: "1", .retryAfter: "3"], content: content)
                ),
                repeats: index == 1
            )
        }
        interactions.append(
            Interaction(
                id: "f",
                title: "t",
                request: RecordedRequest(.get, "/"),
                outcome: .failure(HTTPFailure(.unanswered, "reset"))
            )
        )
        let origin = CassetteOrigin(.recorded, from: "a server", recordedAt: "2026-11-21T01:02:03Z", note: "n")
        let cassette = Cassette(name: "shop", origin: origin, interactions: interactions)
        let again = try Cassette(parsing: Array(cassette.text.utf8), name: "shop")
        #expect(again == cassette)
        #expect(again.text == cassette.text)
    }

    @Test("given short and long values, when written, then short ones keep to one line")
    func layout() {
        let recorded = cassette(
            "shop",
            interaction(
                "a",
                RecordedRequest(
                    .put,
                    "/a",
                    body: .json(["short": [1, 2], "long": .string(String(repeating: "x", count: 90))])
                )
            )
        )
        let expected = """
            {
              "format": 1,
              "origin": {"kind": "synthetic", "from": "a test"},
              "interactions": [
                {
                  "id": "a",
                  "title": "the a",
                  "request": {
                    "method": "PUT",
                    "target": "/a",
                    "body": {
                      "json": {
                        "short": [1, 2],
                        "long": "\(String(repeating: "x", count: 90))"
                      }
                    }
                  },
                  "response": {"status": 200}
                }
              ]
            }

            """
        #expect(recorded.text == expected)
    }

    @Test("given a synthetic cassette, when its origin is shown, then it does not pose as a recording")
    func origin() {
        let synthetic = CassetteOrigin(.synthetic, from: "App Service 2024-04-01")
        #expect(synthetic.description == "written from the API reference: App Service 2024-04-01")
    }

    @Test("given a request with credentials, when it is kept, then only what is matched is kept")
    func kept() throws {
        let request = Request(
            .put,
            server,
            "/a",
            headers: [.authorization: "Bearer x", .accept: "y", .contentType: "z"],
            body: .bytes(Array("[1]".utf8))
        )
        let kept = try RecordedRequest(request)
        #expect(kept.headers == [.accept: "y", .contentType: "z"])
        #expect(kept.body == .json([1]))
        #expect(kept.origin == server)
    }
}
