import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import Testing

/// Bodies that other recorders kept as bytes, as they came over the wire.
struct ForeignDataTests {
    private static let long =
        "{\"items\":["
        + (0..<12).map { #"{"name":"shop-\#($0)","phase":"Running"}"# }
        .joined(separator: ",") + "]}"

    /// Made by Python's gzip and zlib.
    private static let compressed = [
        ("gzip", "H4sIAAAAAAAEAwEHAPj/eyJhIjoxfa+sG1YHAAAA", #"{"a":1}"#),
        ("gzip", "H4sICAAAAAAC/2EuanNvbgCrVkpUsjKsBQCvrBtWBwAAAA==", #"{"a":1}"#),
        ("deflate", "eJyrVkpUsjKsBQAIKgIJ", #"{"a":1}"#), ("deflate", "q1ZKVLIyrAUA", #"{"a":1}"#),
        (
            "gzip",
            "H4sIAAAAAAACA6tWyixJzS1WsoquVspLzE1VslIqzsgv0DVQ0lEqyEgsBgkEleblZealK9XqoKoxJEKNERFqjIlQY0KEGlMi1JgRoca"
                + "cCDUWRKixJCYMiQporCEdWwsAGg4AY70BAAA=",
            long
        ),
    ]

    private static func ruby(_ encoding: String, _ base64: String) -> String {
        """
        ---
        http_interactions:
        - request:
            method: post
            uri: https://shop.test/a
            body: {encoding: ASCII-8BIT, string: !binary "UEsDBP8="}
          response:
            status: {code: 200, message: OK}
            headers: {Content-Encoding: [\(encoding)], Content-Type: [application/json]}
            body:
              encoding: ASCII-8BIT
              string: !binary |-
                \(base64)
        recorded_with: VCR 6.1.0
        """
    }

    private static func vcrpy(_ encoding: String, _ base64: String) -> String {
        """
        interactions:
        - request: {method: GET, uri: "https://shop.test/a", body: null, headers: {}}
          response:
            status: {code: 200, message: OK}
            headers: {Content-Encoding: [\(encoding)]}
            body:
              string: !!binary |
                \(base64)
        version: 1
        """
    }

    private func answer(_ text: String) throws -> String {
        let cassette = try Cassette(importing: Array(text.utf8), name: "foreign", from: "a test")
        guard case .response(let response) = cassette.interactions[0].outcome else { throw CancellationError() }
        #expect(response.headers[.contentEncoding] == nil)
        return String(decoding: response.bytes, as: UTF8.self)
    }

    @Test(
        "given bodies as Ruby and Python keep them, compressed, when imported, then they are read",
        arguments: compressed
    )
    func read(_ encoding: String, _ base64: String, _ text: String) throws {
        #expect(try answer(Self.ruby(encoding, base64)) == text)
        #expect(try answer(Self.vcrpy(encoding, base64)) == text)
    }

    @Test("given an upload in Ruby's own tag for bytes, when imported, then it is data like any other")
    func upload() throws {
        let text = Self.ruby("identity", "e30=")
        let cassette = try Cassette(importing: Array(text.utf8), as: .rubyVCR, name: "foreign", from: "a test")
        #expect(cassette.interactions[0].request.body?.bytes == [0x50, 0x4B, 3, 4, 0xFF])
    }

    @Test("given a body that says it is compressed and is text, when imported, then its recorder decoded it")
    func decoded() throws {
        #expect(try answer(Self.vcrpy("gzip", "eyJhIjoxfQ==")) == #"{"a":1}"#)
    }

    @Test(
        "given what cannot be decompressed, when imported, then one sentence says why",
        arguments: [
            ("br", "CwOA/w==", "it is compressed by br, and gzip and deflate are read"),
            ("gzip", "UEsDBP8=", "it is not gzip"), ("deflate", "//8=", "it is damaged"),
            ("gzip", "H4sIAAAAAAAEAwEHAPj/eyJhIjoxfa+sG1YIAAAA", "its length is not the one that gzip wrote down"),
        ]
    )
    func refused(_ encoding: String, _ base64: String, _ problem: String) {
        for text in [Self.ruby(encoding, base64), Self.vcrpy(encoding, base64)] {
            let failure = #expect(throws: CassetteFailure.self) { try answer(text) }
            #expect(failure?.problem.hasSuffix("its body: \(problem)") == true, "\(failure?.problem ?? "")")
        }
    }

    @Test("given every cut of a compressed body, when imported, then it is refused and never half read")
    func cut() throws {
        let whole = try #require(Data(base64Encoded: Self.compressed[4].1))
        for count in 2..<whole.count {
            let text = Self.vcrpy("gzip", whole.prefix(count).base64EncodedString())
            #expect(throws: CassetteFailure.self, "\(count)") { try answer(text) }
        }
    }

    @Test("given a body that would become longer than a cassette may be, when imported, then it is refused on the way")
    func bomb() {
        // A zero, and then 70,000 times "258 more of the last byte", which is 13 bits each.
        let pair: [UInt8] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
        let head: [UInt8] = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
        let bits = head + [[UInt8]](repeating: pair, count: 70_000).joined()
        let bytes = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<min(start + 8, bits.count)].reversed().reduce(UInt8(0)) { $0 << 1 | $1 }
        }
        let text = Self.vcrpy("deflate", Data(bytes).base64EncodedString())
        let failure = #expect(throws: CassetteFailure.self) { try answer(text) }
        #expect(failure?.problem.hasSuffix("it is longer than 16 MiB") == true, "\(failure?.problem ?? "")")
    }
}
