import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct ObjectTests {
    // Computed with Python's hashlib and zlib.
    private static let md5 = "9a0364b9e99bb480dd25e1f0284c8555"
    private static let sha256 = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"

    @Test("given an object that was put, when it is got, then bytes, ETag, type, metadata and time come back")
    func roundTrip() {
        var shelf = Shelf()
        let put = shelf.ask(
            .put,
            "/shop/app/v%201%2B%C3%A9.zip",
            [("Content-Type", "application/zip"), ("x-amz-meta-Version", "7"), ("X-Unknown", "x")],
            body: "content"
        )
        #expect(put.status == 200)
        #expect(put.header("etag") == "\"\(Self.md5)\"")
        #expect(put.body.isEmpty)
        let object = shelf.s3.object("app/v 1+é.zip", in: "shop")
        #expect(object?.byteCount == 7)
        #expect(object?.sha256 == Self.sha256)
        let got = shelf.ask(.get, "/shop/app/v%201%2B%C3%A9.zip")
        #expect(got.text == "content")
        #expect(got.header("content-type") == "application/zip")
        #expect(got.header("x-amz-meta-version") == "7")
        #expect(got.header("x-unknown") == nil)
        #expect(got.header("content-length") == "7")
        #expect(got.header("last-modified") == "Thu, 01 Jan 2026 00:00:00 GMT")
        #expect(got.header("x-amz-request-id") == "0000-1111")
        let head = shelf.ask(.head, "/shop/app/v%201%2B%C3%A9.zip")
        #expect(head.body.isEmpty)
        #expect(head.header("content-length") == "7")
        #expect(head.header("etag") == put.header("etag"))
    }

    @Test("given the bucket in the host, when an object is put there, then it is the one that the path names")
    func hosts() {
        var shelf = Shelf()
        _ = shelf.ask(.put, "/a/b", body: "1", host: "shop.s3.us-east-1.amazonaws.com")
        #expect(shelf.ask(.get, "/shop/a/b", host: "s3.us-east-1.amazonaws.com").text == "1")
        #expect(shelf.ask(.get, "/a/b", host: "shop.s3.amazonaws.com").text == "1")
        #expect(shelf.ask(.get, "/a/b", host: "shop.s3.dualstack.us-east-1.amazonaws.com").text == "1")
        #expect(shelf.ask(.get, "/a/b", host: "shop.localhost").text == "1")
        #expect(shelf.s3.keys(in: "shop") == ["a/b"])
    }

    @Test(
        "given a checksum that is not that of the bytes, when they are put, then they are refused and not stored",
        arguments: [
            ("x-amz-content-sha256", String(repeating: "0", count: 64), "XAmzContentSHA256Mismatch"),
            ("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest"), ("Content-MD5", "abc", "InvalidDigest"),
            ("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BadDigest"),
            ("x-amz-checksum-crc32", "AAAAAA==", "BadDigest"), ("x-amz-checksum-crc32", "AA", "InvalidRequest"),
            ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=", "NotImplemented"),
        ]
    )
    func badChecksums(name: String, value: String, code: String) {
        var shelf = Shelf()
        let response = shelf.ask(.put, "/shop/a", [(name, value)], body: "content")
        #expect(response.code == code)
        #expect(shelf.s3.object("a", in: "shop") == nil)
    }

    @Test("given checksums that are right, when bytes are put, then they are accepted and given back when asked for")
    func goodChecksums() {
        var shelf = Shelf()
        let sent = [("x-amz-content-sha256", Self.sha256), ("Content-MD5", "mgNkuembtIDdJeHwKEyFVQ==")]
        for checksum in [("x-amz-checksum-sha256", "7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=")] {
            #expect(shelf.ask(.put, "/shop/a", sent + [checksum], body: "content").status == 200)
        }
        #expect(shelf.ask(.head, "/shop/a").header("x-amz-checksum-sha256") == nil)
        let asked = shelf.ask(.head, "/shop/a", [("x-amz-checksum-mode", "ENABLED")])
        #expect(asked.header("x-amz-checksum-sha256") == "7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=")
        // The check values that the definitions of both CRCs give for these nine digits.
        for field in [("x-amz-checksum-crc32", "y/Q5Jg=="), ("x-amz-checksum-crc32c", "4waSgw==")] {
            #expect(shelf.ask(.put, "/shop/digits", [field], body: "123456789").status == 200)
        }
    }

    @Test("given a framed body with its checksum behind it, when it is put, then what is inside is stored")
    func chunked() {
        var shelf = Shelf()
        let headers = [
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), ("x-amz-decoded-content-length", "9"),
            ("x-amz-trailer", "x-amz-checksum-crc32"), ("Content-Encoding", "aws-chunked"),
        ]
        let framed = "4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n"
        #expect(shelf.ask(.put, "/shop/a", headers, body: framed).status == 200)
        #expect(shelf.ask(.get, "/shop/a").text == "123456789")
        #expect(shelf.ask(.get, "/shop/a").header("content-encoding") == nil)
        let damaged = framed.replacing("56789", with: "56780")
        #expect(shelf.ask(.put, "/shop/b", headers, body: damaged).code == "BadDigest")
        let short = "4\r\n1234\r\n0\r\n\r\n"
        #expect(shelf.ask(.put, "/shop/b", headers, body: short).code == "IncompleteBody")
        #expect(shelf.s3.keys(in: "shop") == ["a"])
    }

    @Test("given If-None-Match: *, when the key is there, then the write is refused with 412 and nothing changes")
    func onlyNew() {
        var shelf = Shelf()
        #expect(shelf.ask(.put, "/shop/lock", [("If-None-Match", "*")], body: "1").status == 200)
        let second = shelf.ask(.put, "/shop/lock", [("If-None-Match", "*")], body: "2")
        #expect(second.status == 412)
        #expect(second.code == "PreconditionFailed")
        #expect(second.xml?["Condition"]?.text == "If-None-Match")
        #expect(shelf.ask(.get, "/shop/lock").text == "1")
    }

    @Test("given If-Match, when the ETag is another or the key is gone, then the write is refused")
    func onlyUnchanged() throws {
        var shelf = Shelf()
        let first = try #require(shelf.ask(.put, "/shop/lock", body: "1").header("etag"))
        let second = shelf.ask(.put, "/shop/lock", [("If-Match", first)], body: "2")
        #expect(second.status == 200)
        #expect(shelf.ask(.put, "/shop/lock", [("If-Match", first)], body: "3").status == 412)
        #expect(shelf.ask(.get, "/shop/lock").text == "2")
        #expect(shelf.ask(.delete, "/shop/lock", [("If-Match", first)]).status == 412)
        #expect(shelf.ask(.delete, "/shop/lock").status == 204)
        #expect(shelf.ask(.delete, "/shop/lock").status == 204)
        let late = shelf.ask(.put, "/shop/lock", [("If-Match", first)], body: "3")
        #expect(late.status == 404)
        #expect(late.code == "NoSuchKey")
    }

    @Test("given another write at the same moment, when a conditional one arrives, then it is answered 409, once")
    func conflict() {
        var shelf = Shelf()
        shelf.s3.conflictNext(on: "lock", in: "shop")
        let first = shelf.ask(.put, "/shop/lock", [("If-None-Match", "*")], body: "1")
        #expect(first.status == 409)
        #expect(first.code == "ConditionalRequestConflict")
        #expect(shelf.ask(.put, "/shop/lock", [("If-None-Match", "*")], body: "1").status == 200)
    }

    @Test("given what is not there, when it is asked for, then the code says what: key, bucket, or nothing for HEAD")
    func missing() {
        var shelf = Shelf()
        let key = shelf.ask(.get, "/shop/none")
        #expect(key.status == 404)
        #expect(key.xml?.names == ["Code", "Message", "Key", "RequestId", "HostId"])
        #expect(key.xml?["Key"]?.text == "none")
        #expect(key.code == "NoSuchKey")
        #expect(shelf.ask(.get, "/other/none").code == "NoSuchBucket")
        let head = shelf.ask(.head, "/shop/none")
        #expect(head.status == 404)
        #expect(head.body.isEmpty)
        #expect(shelf.ask(.get, "/shop/a%zz").code == "InvalidURI")
        #expect(shelf.ask(.get, "/shop/\(String(repeating: "k", count: 1025))").code == "KeyTooLongError")
        #expect(shelf.ask(.get, "/shop?acl").code == "NotImplemented")
        #expect(shelf.ask(.patch, "/shop/none").code == "MethodNotAllowed")
    }

    @Test("given an object the reader knows, when it asks with If-None-Match, then 304 comes without the bytes")
    func unchanged() {
        var shelf = Shelf()
        let etag = shelf.ask(.put, "/shop/a", body: "content").header("etag") ?? ""
        let again = shelf.ask(.get, "/shop/a", [("If-None-Match", etag)])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(shelf.ask(.get, "/shop/a", [("If-Match", "\"x\"")]).status == 412)
    }

    @Test("given a range, when an object is got, then that piece comes with its place, and none beyond the end")
    func ranges() {
        var shelf = Shelf()
        _ = shelf.ask(.put, "/shop/a", body: "content")
        for (range, text, place) in [
            ("bytes=0-2", "con", "bytes 0-2/7"), ("bytes=5-", "nt", "bytes 5-6/7"), ("bytes=-3", "ent", "bytes 4-6/7"),
        ] {
            let response = shelf.ask(.get, "/shop/a", [("Range", range)])
            #expect(response.status == 206)
            #expect(response.text == text)
            #expect(response.header("content-range") == place)
            #expect(response.header("content-length") == String(text.utf8.count))
        }
        #expect(shelf.ask(.get, "/shop/a", [("Range", "bytes=7-")]).code == "InvalidRange")
        #expect(shelf.ask(.get, "/shop/a", [("Range", "lines=1-2")]).status == 200)
    }

    @Test("given an object over the bound, when it is stored, then size and digest are kept, and its bytes on request")
    func largeBodies() {
        var shelf = Shelf()
        shelf.s3.keptBytesMax = 4
        _ = shelf.ask(.put, "/shop/a", body: "content")
        #expect(shelf.s3.object("a", in: "shop")?.bytes == nil)
        #expect(shelf.s3.object("a", in: "shop")?.sha256 == Self.sha256)
        #expect(shelf.ask(.head, "/shop/a").header("content-length") == "7")
        #expect(shelf.ask(.get, "/shop/a").code == "NotImplemented")
        shelf.s3.keepsBodies = true
        _ = shelf.ask(.put, "/shop/a", body: "content")
        #expect(shelf.ask(.get, "/shop/a").text == "content")
    }
}
