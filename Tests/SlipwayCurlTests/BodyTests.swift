import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP
import Testing

extension CurlTests {
    @Suite struct BodyTests {
        @Test("given a body in memory, when it is echoed, then every byte comes back", arguments: waits, Wire.allCases)
        func echoBytes(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            for (method, size) in [(HTTPRequest.Method.post, 1), (.put, 300_000), (.patch, 5_242_880), (.delete, 20)] {
                var request = line.request(method, "/echo")
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                request.body = .bytes(bytes)
                #expect(try await line.transport.send(request).body == bytes)
            }
        }

        @Test("given a body in a file, when it is echoed, then every byte comes back", arguments: waits, Wire.allCases)
        func echoFile(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
            let path = TestServer.current.file("upload-\(waiting)-\(wire)")
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            var request = line.request(.post, "/echo")
            request.body = .file(path: path)
            #expect(try await line.transport.send(request).body == bytes)
        }

        @Test(
            "given a piece of an open file, when it is echoed, then its bytes come back",
            arguments: waits,
            Wire.allCases
        )
        func echoSlice(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13 ^ $0 >> 8) }
            var request = line.request(.post, "/echo")
            request.body = .slice(FileSlice(of: Shelf(bytes: bytes), 1_000..<2_900_001, sha256: ""))
            #expect(try await line.transport.send(request).body == Array(bytes[1_000..<2_900_001]))
            request.body = .slice(FileSlice(of: Shelf(bytes: bytes), 7..<7, sha256: ""))
            #expect(try await line.transport.send(request).body.isEmpty)
        }

        @Test("given a piece of a file that became shorter, when it is sent, then the sentence says so")
        func shortSlice() async throws {
            let line = try Line(.h1)
            var request = line.request(.post, "/echo")
            request.body = .slice(FileSlice(of: Shelf(bytes: [1, 2, 3]), 0..<2_000_000, sha256: ""))
            let unread = request
            let failed = try await failure { _ = try await line.transport.send(unread) }
            #expect(failed.reason.contains("became shorter or unreadable"))
        }

        @Test(
            "given a body in a file that is not there or no file, when it is sent, then it is refused",
            arguments: ["no-such-file", "."]
        )
        func missingFile(name: String) async throws {
            let line = try Line(.h1)
            var request = line.request(.post, "/echo")
            request.body = .file(path: TestServer.current.file(name))
            let unread = request
            #expect(try await failure { _ = try await line.transport.send(unread) }.reach == .refused)
        }

        @Test(
            "given a method that may carry a body, when it has none, then the server is told so",
            arguments: Wire.allCases
        )
        func emptyBody(wire: Wire) async throws {
            let line = try Line(wire)
            for method in [HTTPRequest.Method.post, .put, .patch] {
                let seen = try Seen(try await line.transport.send(line.request(method, "/seen")))
                #expect(seen.method == method.rawValue)
                #expect(seen.headers["content-length"] == "0")
                #expect(seen.headers["expect"] == nil)
            }
        }

        @Test(
            "given a target with unusual bytes, when it is sent, then the server sees exactly those",
            arguments: Wire.allCases
        )
        func exactTarget(wire: Wire) async throws {
            let line = try Line(wire)
            let target = "/seen?a=%2F%2f&b=c+d%20e&x=../..//y&empty=&%E2%82%AC=[1]{2}|'\"`^"
            #expect(try Seen(try await line.get(target)).target == target)
        }

        @Test(
            "given a target that could smuggle a second request, when it is sent, then it is refused",
            arguments: ["/a b", "/a\r\nX: y", "no-slash", "/ä", "/a#b", ""]
        )
        func smuggling(target: String) async throws {
            let line = try Line(.h1)
            #expect(try await failure { _ = try await line.get(target) }.reach == .refused)
        }

        @Test(
            "given headers of the caller, when a request is sent, then they and the user agent arrive",
            arguments: Wire.allCases
        )
        func headers(wire: Wire) async throws {
            let line = try Line(wire) { $0.userAgent = "slipway-test/1" }
            var request = line.request(.get, "/seen")
            request.headers[HTTPField.Name("X-One")!] = "1"
            let headers = try Seen(try await line.transport.send(request)).headers
            #expect(headers["x-one"] == "1")
            #expect(headers["user-agent"] == "slipway-test/1")
            #expect(headers["host"] == "localhost:\(line.origin.port)")
        }

        @Test("given a header that the transport writes itself, when the caller sets it, then the request is refused")
        func ownHeaders() async throws {
            let line = try Line(.h1)
            var request = line.request(.get, "/seen")
            request.headers[HTTPField.Name("Host")!] = "elsewhere.example"
            let forged = request
            #expect(try await failure { _ = try await line.transport.send(forged) }.reach == .refused)
        }

        @Test(
            "given a packed body, when it arrives, then it is unpacked and no header speaks of packing",
            arguments: Wire.allCases
        )
        func gzip(wire: Wire) async throws {
            let response = try await Line(wire).get("/gzip")
            #expect(response.body.count == 972_110)
            #expect(response.headers[HTTPField.Name("X-Asked")!] == "gzip")
            #expect(response.headers[.contentEncoding] == nil)
            #expect(response.headers[.contentLength] == nil)
        }

        @Test("given HEAD, when the server answers, then there is a head without a body")
        func head() async throws {
            let line = try Line(.h2)
            let response = try await line.transport.send(line.request(.head, "/small"))
            #expect(response.status == 200)
            #expect(response.body.isEmpty)
        }

        @Test("given a redirect, when it arrives, then it is returned and not followed")
        func redirect() async throws {
            let response = try await Line(.h1).get("/redirect")
            #expect(response.status == 302)
            #expect(response.headers[.location] == "/small")
        }

        @Test("given an interim response, when the final one follows, then only its header is kept")
        func interim() async throws {
            let response = try await Line(.h1).get("/interim")
            #expect(response.status == 200)
            #expect(response.headers[HTTPField.Name("X-Early")!] == nil)
            #expect(response.headers[HTTPField.Name("X-Late")!] == "1")
        }
    }

    @Suite struct BadAnswerTests {
        @Test(
            "given more body than is accepted, packed or not, when it arrives, then the request is unanswered",
            arguments: ["/gzipbomb", "/firehose?bytes=10000000000"],
            Wire.allCases
        )
        func tooLarge(target: String, wire: Wire) async throws {
            let line = try Line(wire)
            let broken = try await failure { _ = try await line.get(target) }
            #expect(broken.reach == .unanswered)
            #expect(broken.reason.contains("larger than the \(Limits.responseBytesMax) bytes"))
        }

        @Test("given a limit of the request's own, when the body is one byte longer, then the request is unanswered")
        func ownLimit() async throws {
            let line = try Line(.h1)
            var request = line.request(.get, "/small")
            request.bounds.responseBytesMax = 11
            #expect(try await line.transport.send(request).body.count == 11)
            request.bounds.responseBytesMax = 10
            let short = request
            #expect(try await failure { _ = try await line.transport.send(short) }.reach == .unanswered)
        }

        @Test(
            "given an answer that is garbage, cut short or all header, when it arrives, then the request is unanswered",
            arguments: ["/garbage", "/truncated", "/headerbomb"],
            waits
        )
        func garbage(target: String, waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h1, waiting)
            let broken = try await failure { _ = try await line.get(target) }
            #expect(broken.reach == .unanswered)
            #expect(!broken.reason.contains("\u{1b}"))
            #expect(try await line.get("/small").status == 200)
        }

        @Test("given a streamed body that is cut short, when it is read, then the stream fails as unanswered")
        func truncatedStream() async throws {
            let line = try Line(.h1)
            let stream = try await line.stream("/truncated")
            let broken = try await failure { for try await _ in stream {} }
            #expect(broken.reach == .unanswered)
        }
    }
}

/// A file in memory.
private struct Shelf: FileReader {
    var bytes: [UInt8]

    var byteCount: Int { bytes.count }

    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
        guard offset + count <= bytes.count else { throw InputFailure("it ends before that.") }
        return Array(bytes[offset..<(offset + count)])
    }
}
