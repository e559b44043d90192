import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import Testing

@testable import SlipwayAWS

@Suite("Requests to S3 and what it answers") struct S3CallTests {
    private func bucket(
        _ name: String = "shop-releases",
        _ url: String = "https://s3.eu-west-1.amazonaws.com",
        _ region: String = "eu-west-1"
    ) throws -> S3Bucket {
        let origin = try #require(Origin(url: url))
        return try S3Bucket(name, at: AWSEndpoint(signingName: "s3", region: region, origin: origin))
    }

    @Test(
        "given a bucket and an endpoint when a request is made then the bucket stands in the host only where it may",
        arguments: [
            ("shop", "https://s3.eu-west-1.amazonaws.com", "eu-west-1", "https://shop.s3.eu-west-1.amazonaws.com/k"),
            (
                "shop", "https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1",
                "https://shop.s3.cn-north-1.amazonaws.com.cn/k"
            ),
            (
                "shop", "https://s3-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1",
                "https://shop.s3-fips.us-gov-west-1.amazonaws.com/k"
            ),
            (
                "shop.example", "https://s3.eu-west-1.amazonaws.com", "eu-west-1",
                "https://s3.eu-west-1.amazonaws.com/shop.example/k"
            ),
            ("shop", "https://s3.eu-west-1.amazonaws.com", "us-east-1", "https://s3.eu-west-1.amazonaws.com/shop/k"),
            ("shop", "http://127.0.0.1:5000", "eu-west-1", "http://127.0.0.1:5000/shop/k"),
            ("shop", "https://store.example.com", "eu-west-1", "https://store.example.com/shop/k"),
            (
                "shop", "https://s3.amazonaws.com.example.com", "eu-west-1",
                "https://s3.amazonaws.com.example.com/shop/k"
            ),
        ]
    )
    func style(_ name: String, _ endpoint: String, _ region: String, _ url: String) throws {
        #expect(S3Calls(try bucket(name, endpoint, region)).head("k").url == url)
    }

    @Test(
        "given a name that is no bucket's when a bucket is made then it is refused in one sentence",
        arguments: [
            "", "ab", "Shop", "shop_x", "-shop", "shop-", "shop..x", "192.168.0.1", "shop/x", "shop?x", "shop@evil.com",
            "shöp", String(repeating: "a", count: 64),
        ]
    )
    func badBucket(_ name: String) {
        let failure = #expect(throws: InputFailure.self) { try bucket(name) }
        #expect(failure?.diagnostics.first?.message.contains("is no bucket name: 3 to 63") == true)
    }

    @Test(
        "given a name that is no region's when a bucket is made then it is refused in one sentence",
        arguments: ["", "eu west", "eu-west-1.evil.com", "eu/1", "EU", "-eu", "eu\n"]
    )
    func badRegion(_ region: String) {
        let endpoint = AWSEndpoint(signingName: "s3", region: region, origin: AWSEndpoint.s3.origin)
        let failure = #expect(throws: InputFailure.self) { try S3Bucket("shop", at: endpoint) }
        #expect(failure?.diagnostics.first?.message.hasSuffix("is no region name such as eu-west-1.") == true)
    }

    @Test("given a key of any bytes when it goes into a request then each is encoded once and slashes stay")
    func encoding() throws {
        let calls = S3Calls(try bucket())
        #expect(calls.head("slipway/my app/v 1+é=%2F~.zip").target == "/slipway/my%20app/v%201%2B%C3%A9%3D%252F~.zip")
        #expect(calls.head("a//../b").target == "/a//../b")
        let upload = S3Upload(key: "a b", id: "x/+=y")
        #expect(calls.abort(upload).target == "/a%20b?uploadId=x%2F%2B%3Dy")
        #expect(calls.uploads(prefix: "a/b&c").target == "/?max-uploads=1000&prefix=a%2Fb%26c&uploads=")
        #expect(
            calls.uploads(prefix: "a", after: upload).target
                == "/?key-marker=a%20b&max-uploads=1000&prefix=a&upload-id-marker=x%2F%2B%3Dy&uploads="
        )
    }

    @Test("given bytes when they are stored then their digest goes along in both forms, and the condition asked for")
    func put() throws {
        let bytes = Array("hello".utf8)
        let payload = S3Calls.Payload(bytes)
        let calls = S3Calls(try bucket())
        let request = calls.put("k", payload, contentType: "text/plain", sha256: "abc", .ifAbsent)
        #expect(request.method == .put && request.body == .bytes(bytes))
        let hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        #expect(request.headers[.contentSHA256] == hex)
        #expect(request.headers[.checksumSHA256] == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
        #expect(request.headers[.slipwaySHA256] == "abc" && request.headers[.ifNoneMatch] == "*")
        let second = calls.put("k", payload, contentType: "text/plain", .ifMatch("\"e\""))
        #expect(second.headers[.ifMatch] == "\"e\"" && second.headers[.ifNoneMatch] == nil)
        #expect(calls.head("k").headers[.contentSHA256] == SHA256.hexDigest(of: [UInt8]()))
    }

    @Test("given calls that make something anew each time when they are built then nothing repeats them by itself")
    func idempotence() throws {
        let calls = S3Calls(try bucket())
        #expect(!calls.createUpload("k", contentType: "x", sha256: "").isIdempotent)
        #expect(!calls.complete(S3Upload(key: "k", id: "u"), []).isIdempotent)
        #expect(calls.abort(S3Upload(key: "k", id: "u")).isIdempotent)
    }

    @Test("given parts when they are put together then the document names each with ETag and checksum")
    func complete() throws {
        let parts = [S3Part(number: 1, byteCount: 5, etag: "\"a\"", checksum: "c+/=")]
        guard case .bytes(let body) = S3Calls(try bucket()).complete(S3Upload(key: "k", id: "u"), parts).body else {
            Issue.record("it has no body")
            return
        }
        let part = try XMLNode(parsing: body)["Part"]
        #expect(part?.text("PartNumber") == "1" && part?.text("ETag") == "\"a\"")
        #expect(part?.text("ChecksumSHA256") == "c+/=")
    }

    private func failure(_ response: Response, _ call: String = "HeadObject") throws -> AWSFailure {
        S3Failures.failure(response, call: call, try bucket())
    }

    @Test("given a bucket of another region when it answers in any of its ways then one sentence names both regions")
    func region() throws {
        let sentence =
            "HeadObject: bucket shop-releases is in us-east-2; it must be in eu-west-1, the region of the release."
        let header: HTTPFields = [.bucketRegion: "us-east-2"]
        let malformed = FakeS3.error(400, "AuthorizationHeaderMalformed", "<Region>us-east-2</Region>")
        let answers = [
            Response(status: 301, headers: header), Response(status: 400, headers: header), malformed,
            Response(status: 307, headers: header), Response(status: 403, headers: header),
        ]
        for answer in answers {
            let failure = try failure(answer)
            #expect(failure.kind == .invalid && failure.summary == sentence)
        }
        let unnamed = try failure(FakeS3.error(301, "PermanentRedirect", "<Endpoint>evil.example.com</Endpoint>"))
        #expect(
            unnamed.summary
                == "HeadObject: bucket shop-releases is not in eu-west-1, or not reached through this endpoint;"
                + " it must be in eu-west-1, the region of the release."
        )
        let hostile = try failure(Response(status: 301, headers: [.bucketRegion: "x.evil.com/"]))
        #expect(!hostile.summary.contains("evil"))
    }

    @Test("given a denied or missing object when S3 can give no reason then the sentence does")
    func withoutBody() throws {
        #expect(try failure(Response(status: 403)).kind == .denied)
        #expect(try failure(Response(status: 403)).summary.hasSuffix("allow s3:GetObject and s3:ListBucket."))
        #expect(try failure(FakeS3.error(403, "AccessDenied"), "PutObject").summary == "PutObject: AccessDenied: no")
        #expect(try failure(FakeS3.error(503, "SlowDown")).kind == .throttled)
    }

    @Test("given lists that are cut off and do not say where they go on when they are read then nothing is guessed")
    func cutLists() {
        let parts = Response(status: 200, body: Array("<R><IsTruncated>true</IsTruncated></R>".utf8))
        #expect(throws: AWSFailure.self) { try S3Replies.parts(parts) }
        #expect(throws: AWSFailure.self) { try S3Replies.uploads(parts) }
        #expect(throws: AWSFailure.self) { try S3Replies.uploadID(parts) }
        #expect(throws: AWSFailure.self) { try S3Replies.parts(Response(status: 200, body: Array("<R".utf8))) }
    }

    @Test("given a bucket when its region is asked for then it is told, from refusals too")
    func headBucket() async throws {
        let replies: [(Response, String?)] = [
            (Response(status: 200, headers: [.bucketRegion: "eu-west-1"]), "eu-west-1"),
            (Response(status: 301, headers: [.bucketRegion: "us-east-2"]), "us-east-2"),
            (Response(status: 403, headers: [.bucketRegion: "eu-west-1"]), "eu-west-1"),
            (Response(status: 404), nil),
        ]
        for (response, region) in replies {
            let client = S3Client(try bucket(), transport: Fixed(response: response))
            #expect(try await client.region() == region)
        }
    }
}

private struct Fixed: Transport {
    let response: Response

    func send(_ request: Request) async throws(HTTPFailure) -> Response { response }
}
