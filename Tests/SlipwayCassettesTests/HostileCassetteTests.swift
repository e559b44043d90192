import Foundation
import SlipwayBase
import SlipwayCassettes
import Testing

struct HostileCassetteTests {
    private static let head = #"{"format":1,"origin":{"kind":"synthetic","from":"a test"},"interactions":["#
    private static let request = #""request":{"method":"GET","target":"/a"}"#

    private static let frame = #"{"atMilliseconds":5,"json":{}}"#
    private static let whole = #"{"id":"a","title":"t",\#(request),"response":{"status":200}}"#

    private static func one(_ members: String) -> String { #"\#(head){"id":"a","title":"t",\#(members)}]}"# }

    @Test(
        "given a cassette that is wrong in one place, when it is read, then one sentence names the place",
        arguments: [
            ("", "it is not JSON: the text ends early at byte 0; it may be cut off"),
            (#"{"format":1,"#, "it is not JSON: a member name is missing at byte 12; it may be cut off"),
            (
                String(repeating: "[", count: 100_000),
                "it is not JSON: nested too deeply at byte 128; it may be cut off"
            ),
            ("[]", "it is not an object"),
            ("{}", "format is missing"),
            (#"{"format":"1"}"#, "format: it is not a whole number"),
            (#"{"format":2,"tapes":[]}"#, "it has format 2, and this program reads format 1"),
            (#"{"format":1,"orign":{}}"#, "unknown member orign; did you mean origin?"),
            (#"{"format":1,"origin":{"kind":"real"}}"#, "origin: kind is recorded or synthetic"),
            (
                #"{"format":1,"origin":{"kind":"synthetic","from":"x","recordedAt":"2026-11-21T01:02:03Z"}}"#,
                "origin: what is synthetic was not recorded, so it has no recordedAt"
            ),
            (one(request), "interactions[0]: response is missing"),
            (
                one(#""request":{"method":"GET","target":"a"},"response":{"status":200}"#),
                "interactions[0].request: target is a path and query in printable ASCII that begins with /"
            ),
            (
                one(#""request":{"method":"G T","target":"/a"},"response":{"status":200}"#),
                "interactions[0].request: method is not an HTTP method"
            ),
            (
                one(
                    #""request":{"method":"GET","target":"/a","headers":{"Cookie":"x"}},"response":{"status":200}"#
                ),
                "interactions[0].request: header Cookie is never matched; only Accept and Content-Type are kept"
            ),
            (
                one(#""request":{"method":"GET","target":"/a","origin":"management"},"response":{"status":200}"#),
                "interactions[0].request: origin is scheme, host and port, such as https://host:8443"
            ),
            (
                #"{"format":1,"origin":{"kind":"synthetic","from":"x"},"match":{"headers":["X-Amz-Date"]}}"#,
                "match: header X-Amz-Date changes with every request or is secret, so it is never matched"
            ),
            (
                one(#"\#(request),"response":{"status":200,"body":{"file":"../../etc/passwd"}}"#),
                "interactions[0].response.body: ../../etc/passwd leads out of the cassette's folder; "
                    + "a file is a plain name"
            ),
            (
                one(#"\#(request),"response":{"status":200,"body":{"file":"a.bin"}}"#),
                "interactions[0].response.body: files are only read for cassettes in a folder"
            ),
            (
                one(#"\#(request),"response":{"status":200,"body":{"sha256":"abc","byteCount":3}}"#),
                "interactions[0].response.body: sha256 is 64 hexadecimal digits in small letters"
            ),
            (
                "interactions:\n- request: !!python/object/apply:os.system [x]\n",
                "it is YAML of another recorder, and tags in such a file may name code; read it with "
                    + "`slipway cassette import`, which refuses them"
            ),
            (one(#"\#(request),"response":{"status":99}"#), "interactions[0].response: status is between 100 and 599"),
            (
                one(#"\#(request),"response":{"status":200,"body":{"json":{},"lines":[]}}"#),
                "interactions[0].response.body: a body is exactly one of json, lines, base64, file and sha256"
            ),
            (
                one(#"\#(request),"response":{"status":200,"body":{"base64":"%"}}"#),
                "interactions[0].response.body: base64 is malformed"
            ),
            (
                one(#"\#(request),"response":{"status":200,"body":{"lines":[1]}}"#),
                "interactions[0].response.body.lines[0]: it is not a text"
            ),
            (
                one(#"\#(request),"response":{"status":200,"headers":{"a b":"x"}}"#),
                "interactions[0].response.headers: a b is not a header field with a text"
            ),
            (
                one(#"\#(request),"response":{"status":200,"body":{"json":{}},"frames":[]}"#),
                "interactions[0].response: a response has a body or frames, not both"
            ),
            (
                one(#"\#(request),"response":{"status":200,"ended":{"atMilliseconds":1}}"#),
                "interactions[0].response: ended belongs to frames"
            ),
            (
                one(
                    #"\#(request),"response":{"status":200,"frames":[\#(frame),{"atMilliseconds":4,"json":{}}]}"#
                ),
                "interactions[0].response.frames[1]: it arrives before the frame above it"
            ),
            (
                one(#"\#(request),"response":{"status":200,"frames":[{"atMilliseconds":-1,"json":{}}]}"#),
                "interactions[0].response.frames[0]: atMilliseconds is not between 0 and 30 days"
            ),
            (
                one(#"\#(request),"response":{"failure":{"reach":"lost","reason":"x"}}"#),
                "interactions[0].response.failure: reach is unsent, unanswered, refused, unauthenticated or cancelled"
            ),
            (
                "\(head)\(whole),\(whole)]}",
                "interactions[1]: the id a is used twice"
            ),
        ]
    )
    func wrong(text: String, problem: String) {
        let failure = #expect(throws: CassetteFailure.self) { try Cassette(parsing: Array(text.utf8), name: "x") }
        #expect(failure?.description == "cassette x: \(problem)")
    }

    @Test("given a line of 100 MB, when it is read, then its size is refused before it is parsed")
    func huge() {
        let bytes = [UInt8](repeating: 0x22, count: 100 << 20)
        let failure = #expect(throws: CassetteFailure.self) { try Cassette(parsing: bytes, name: "x") }
        #expect(failure?.description == "cassette x: it is larger than 16 MiB; split it")
    }

    @Test("given every cut of a good cassette, when it is read, then it is refused and never half read")
    func truncated() {
        let text = Self.one(#"\#(Self.request),"response":{"status":200,"body":{"json":{"a":[1,2]}}}"#)
        let bytes = Array(text.utf8)
        #expect(throws: Never.self) { try Cassette(parsing: bytes, name: "x") }
        for count in 0..<bytes.count {
            #expect(throws: CassetteFailure.self) { try Cassette(parsing: Array(bytes[..<count]), name: "x") }
        }
    }

    @Test("given an empty file and one of 17 MiB on disk, when they are loaded, then each is refused in one sentence")
    func files() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("cassettes-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (name, size) in [("empty", 0), ("large", 17 << 20)] {
            let file = URL(fileURLWithPath: "\(path)/\(name).json")
            try Data(repeating: 0x20, count: size).write(to: file)
        }
        let folder = CassetteFolder(path: path)
        #expect(folder.names() == ["empty", "large"])
        let empty = #expect(throws: CassetteFailure.self) { try folder.load("empty") }
        #expect(empty?.description == "cassette empty: it is empty or cannot be read")
        let large = #expect(throws: CassetteFailure.self) { try folder.load("large") }
        #expect(large?.description == "cassette large: it is larger than 16 MiB; split it")
    }

    @Test("given bytes that are not UTF-8, when they are read, then one sentence says so")
    func notText() {
        let failure = #expect(throws: CassetteFailure.self) { try Cassette(parsing: [0x22, 0xFF, 0x22], name: "x") }
        #expect(failure?.description.contains("not UTF-8") == true)
    }

    @Test(
        "given a name with escape sequences or one that leads out of the folder, when loaded, then it is refused"
    )
    func names() throws {
        let folder = try Committed.folder.get()
        let outside = #expect(throws: CassetteFailure.self) { try folder.load("../../Package") }
        #expect(outside?.description == "cassette ../../Package: its name leads out of the folder")
        let absent = #expect(throws: CassetteFailure.self) { try folder.load("kubernetes/leese") }
        #expect(
            absent?.description
                == "cassette kubernetes/leese: there is no such cassette; the nearest is kubernetes/lease"
        )
        let escape = #expect(throws: CassetteFailure.self) { try folder.load("\u{1B}[2J") }
        #expect(escape?.description.contains("\u{1B}") == false)
    }
}
