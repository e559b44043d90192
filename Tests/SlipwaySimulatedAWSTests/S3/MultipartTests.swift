import HTTPTypes
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct MultipartTests {
    private static func shelf() -> Shelf {
        var shelf = Shelf()
        shelf.s3.partBytesMin = 10
        return shelf
    }

    @Test("given parts that were uploaded in any order, when they are completed, then the object is all of them")
    func whole() {
        var shelf = Self.shelf()
        let id = shelf.beginUpload("big.zip")
        let second = shelf.part(2, "bbb", of: "big.zip", id)
        let first = shelf.part(1, "aaaaaaaaaa", of: "big.zip", id)
        #expect(shelf.s3.unfinishedUploads(in: "shop").map(\.key) == ["big.zip"])
        let done = shelf.complete("big.zip", id, [(1, first), (2, second)])
        #expect(done.status == 200)
        #expect(done.xml?.name == "CompleteMultipartUploadResult")
        #expect(done.xml?.names == ["Location", "Bucket", "Key", "ETag"])
        // The MD5 of both parts' MD5s, computed with Python's hashlib.
        #expect(done.xml?["ETag"]?.text == "\"\(Self.joinedTag)-2\"")
        #expect(shelf.ask(.get, "/shop/big.zip").text == "aaaaaaaaaabbb")
        #expect(shelf.s3.unfinishedUploads(in: "shop").isEmpty)
        #expect(shelf.complete("big.zip", id, [(1, first), (2, second)]).code == "NoSuchUpload")
    }

    private static let joinedTag = "568bd1f3a3ef4a720453555306037d4b"

    @Test("given parts that do not fit, when they are completed, then the reason is named and the upload stays")
    func refusals() {
        var shelf = Self.shelf()
        let id = shelf.beginUpload("k")
        let first = shelf.part(1, "aaaaaaaaaa", of: "k", id)
        let small = shelf.part(2, "b", of: "k", id)
        let last = shelf.part(3, "c", of: "k", id)
        #expect(shelf.complete("k", id, [(2, small), (1, first)]).code == "InvalidPartOrder")
        #expect(shelf.complete("k", id, [(1, small)]).code == "InvalidPart")
        #expect(shelf.complete("k", id, [(1, first), (9, last)]).code == "InvalidPart")
        let tooSmall = shelf.complete("k", id, [(1, first), (2, small), (3, last)])
        #expect(tooSmall.code == "EntityTooSmall")
        #expect(shelf.complete("k", id, []).code == "MalformedXML")
        let size = [("x-amz-mp-object-size", "12")]
        #expect(shelf.complete("k", id, [(1, first), (3, last)], size).code == "InvalidRequest")
        #expect(shelf.s3.unfinishedUploads(in: "shop").count == 1)
        #expect(shelf.complete("k", id, [(1, first), (3, last)], [("x-amz-mp-object-size", "11")]).status == 200)
    }

    @Test("given a part with wrong bytes, number or upload, when it is uploaded, then it is refused")
    func badParts() {
        var shelf = Self.shelf()
        let id = shelf.beginUpload("k")
        let wrong = [("x-amz-checksum-crc32", "AAAAAA==")]
        #expect(shelf.ask(.put, "/shop/k?partNumber=1&uploadId=\(id)", wrong, body: "a").code == "BadDigest")
        #expect(shelf.ask(.put, "/shop/k?partNumber=0&uploadId=\(id)", body: "a").code == "InvalidArgument")
        #expect(shelf.ask(.put, "/shop/k?partNumber=10001&uploadId=\(id)", body: "a").code == "InvalidArgument")
        #expect(shelf.ask(.put, "/shop/k?partNumber=1&uploadId=x", body: "a").code == "NoSuchUpload")
        #expect(shelf.ask(.put, "/shop/other?partNumber=1&uploadId=\(id)", body: "a").code == "NoSuchUpload")
        #expect(shelf.ask(.get, "/shop/k?uploadId=\(id)").xml?.all("Part").isEmpty == true)
    }

    @Test("given parts with checksums, when they are completed with others, then the part is invalid")
    func partChecksums() {
        var shelf = Self.shelf()
        let id = shelf.beginUpload("k")
        let sent = [("x-amz-checksum-crc32", "y/Q5Jg==")]
        let put = shelf.ask(.put, "/shop/k?partNumber=1&uploadId=\(id)", sent, body: "123456789")
        #expect(put.header("x-amz-checksum-crc32") == "y/Q5Jg==")
        let etag = put.header("etag") ?? ""
        for (checksum, status) in [("AAAAAA==", 400), ("y/Q5Jg==", 200)] {
            let body =
                "<CompleteMultipartUpload><Part><ETag>\(etag)</ETag><PartNumber>1</PartNumber><ChecksumCRC32>"
                + "\(checksum)</ChecksumCRC32></Part></CompleteMultipartUpload>"
            #expect(shelf.ask(.post, "/shop/k?uploadId=\(id)", body: body).status == status)
        }
    }

    @Test("given an upload, when it is aborted, then its parts are gone and it cannot be completed")
    func abort() {
        var shelf = Self.shelf()
        let id = shelf.beginUpload("k")
        let part = shelf.part(1, "a", of: "k", id)
        #expect(shelf.ask(.delete, "/shop/k?uploadId=\(id)").status == 204)
        #expect(shelf.complete("k", id, [(1, part)]).code == "NoSuchUpload")
        #expect(shelf.ask(.delete, "/shop/k?uploadId=\(id)").code == "NoSuchUpload")
        #expect(shelf.s3.object("k", in: "shop") == nil)
    }

    @Test("given uploads and parts, when they are listed, then they come by key and by number, page by page")
    func lists() {
        var shelf = Self.shelf()
        let id = shelf.beginUpload("k")
        _ = shelf.beginUpload("a")
        for number in [3, 1, 2] { _ = shelf.part(number, "\(number)", of: "k", id) }
        let parts = shelf.ask(.get, "/shop/k?uploadId=\(id)&max-parts=2").xml
        #expect(parts?.all("Part").compactMap { $0["PartNumber"]?.text } == ["1", "2"])
        #expect(parts?["Part"]?.names == ["PartNumber", "LastModified", "ETag", "Size"])
        #expect(parts?["IsTruncated"]?.text == "true")
        let rest = shelf.ask(.get, "/shop/k?uploadId=\(id)&part-number-marker=2").xml
        #expect(rest?.all("Part").compactMap { $0["PartNumber"]?.text } == ["3"])
        let uploads = shelf.ask(.get, "/shop?uploads").xml
        #expect(uploads?.name == "ListMultipartUploadsResult")
        #expect(uploads?.all("Upload").compactMap { $0["Key"]?.text } == ["a", "k"])
        #expect(uploads?.all("Upload").last?["UploadId"]?.text == id)
        let page = shelf.ask(.get, "/shop?uploads&max-uploads=1").xml
        #expect(page?["IsTruncated"]?.text == "true")
        #expect(shelf.ask(.get, "/shop?uploads&key-marker=a").xml?.all("Upload").count == 1)
    }

    @Test("given a key that was taken meanwhile, when an upload that must make it is completed, then 412 comes")
    func conditional() {
        var shelf = Self.shelf()
        let id = shelf.beginUpload("k")
        let part = shelf.part(1, "a", of: "k", id)
        _ = shelf.ask(.put, "/shop/k", body: "theirs")
        #expect(shelf.complete("k", id, [(1, part)], [("If-None-Match", "*")]).status == 412)
        #expect(shelf.ask(.get, "/shop/k").text == "theirs")
        #expect(shelf.complete("k", id, [(1, part)]).status == 200)
        #expect(shelf.ask(.get, "/shop/k").text == "a")
    }

    @Test("given parts over the bound, when they are completed, then size and ETag are right without the bytes")
    func largeParts() {
        var shelf = Self.shelf()
        shelf.s3.keptBytesMax = 4
        let id = shelf.beginUpload("big")
        let first = shelf.part(1, "aaaaaaaaaa", of: "big", id)
        let second = shelf.part(2, "bbb", of: "big", id)
        #expect(shelf.complete("big", id, [(1, first), (2, second)]).status == 200)
        let object = shelf.s3.object("big", in: "shop")
        #expect(object?.byteCount == 13)
        #expect(object?.etag == "\(Self.joinedTag)-2")
        #expect(object?.bytes == nil)
    }
}
