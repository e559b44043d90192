import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import Testing

@Suite struct AWSSignerTests {
    private let time = Timestamp(rfc3339: "2026-11-21T23:59:59Z") ?? Timestamp(milliseconds: 0)
    private let https = Origin(scheme: "https", host: "elasticbeanstalk.us-east-1.amazonaws.com")
    private let loopback = Origin(scheme: "http", host: "127.0.0.1", port: 5160)
    private let contentSHA256 = HTTPField.Name("x-amz-content-sha256")!
    private let securityToken = HTTPField.Name("X-Amz-Security-Token")!

    private func credentials(token: String? = nil) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            sessionToken: token.map { Secret($0) }
        )
    }

    private func signer(_ service: String, _ origin: Origin, sendsPayloadHash: Bool = false) -> AWSSigner {
        let endpoint = AWSEndpoint(signingName: service, region: "us-east-1", origin: origin)
        return AWSSigner(endpoint, sendsPayloadHash: sendsPayloadHash)
    }

    private func query(_ origin: Origin) -> Request {
        let body =
            "Action=DescribeEnvironments&Version=2010-12-01&EnvironmentNames.member.1=shop+prod%2A~%C3%BC"
        return Request(
            .post,
            origin,
            "/",
            headers: [.contentType: "application/x-www-form-urlencoded; charset=utf-8"],
            body: .bytes(Array(body.utf8))
        )
    }

    private func claim(_ request: Request) -> SigV4.Claim? {
        SigV4.Claim(authorization: request.headers[.authorization] ?? "")
    }

    // The signatures are those that botocore computed: Tests/SlipwaySigningTests/vectors.py.
    @Test("given a Query call, when signed, then the header is byte for byte what botocore sends")
    func queryCall() {
        let signed = signer("elasticbeanstalk", https).sign(query(https), with: credentials(), at: time)
        let value =
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/elasticbeanstalk/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date, "
            + "Signature=5a470f3112b40d7d6b2a980c1f3fc5ce22e16107e156f0fcd29fd0e1645241ca"
        #expect(signed.headers[.authorization] == value)
        #expect(signed.headers[contentSHA256] == nil)
        #expect(signed.body == query(https).body)
        let hashed = signer("elasticbeanstalk", https, sendsPayloadHash: true)
            .sign(query(https), with: credentials(), at: time)
        #expect(claim(hashed)?.signature == "892491f8d36e01ace6605b9efca20729e6c643422afb530de94b109e3f5ae6de")
    }

    @Test("given a port of its own, when signed, then the host's port is signed as it is sent")
    func port() {
        let signed = signer("elasticbeanstalk", loopback).sign(query(loopback), with: credentials(), at: time)
        #expect(claim(signed)?.signature == "d7ec6fcfc72ef1e3e071385bfdf492ff3ec022e7331622a52080968685ae5a73")
    }

    @Test("given a request that was signed before, when signed again, then nothing of the first time is left")
    func again() {
        let signer = signer("elasticbeanstalk", https)
        let first = signer.sign(query(https), with: credentials(token: "old"), at: time)
        #expect(first.headers[securityToken] == "old")
        #expect(claim(first)?.signedHeaders.contains("x-amz-security-token") == true)
        let second = signer.sign(first, with: credentials(), at: time)
        #expect(second == signer.sign(query(https), with: credentials(), at: time))
        let later = signer.sign(first, with: credentials(), at: time + .seconds(1))
        #expect(claim(later)?.day == "20261122")
        #expect(later.headers[.authorization] != second.headers[.authorization])
    }

    @Test("given a file, when signed, then the hash that came with it is signed, and without one nothing is")
    func file() {
        let s3 = Origin(scheme: "https", host: "bucket.s3.us-east-1.amazonaws.com")
        let signer = signer("s3", s3)
        var request = Request(.put, s3, "/k.zip", body: .file(path: "/k.zip"))
        #expect(signer.sign(request, with: credentials(), at: time).headers[.authorization] == nil)
        request.headers[contentSHA256] = SHA256.hexDigest(of: "zip")
        let hashed = signer.sign(request, with: credentials(), at: time)
        var inMemory = request
        inMemory.body = .bytes(Array("zip".utf8))
        inMemory.headers = [:]
        #expect(hashed.headers == signer.sign(inMemory, with: credentials(), at: time).headers)
        var slice = request
        slice.body = .slice(FileSlice(of: NoFile(), 0..<3, sha256: SHA256.hexDigest(of: "zip")))
        for headers in [request.headers, [:]] {
            slice.headers = headers
            #expect(signer.sign(slice, with: credentials(), at: time).headers == hashed.headers)
        }
        request.headers[contentSHA256] = "UNSIGNED-PAYLOAD"
        let unsigned = signer.sign(request, with: credentials(), at: time)
        #expect(claim(unsigned)?.signedHeaders == ["host", "x-amz-content-sha256", "x-amz-date"])
        #expect(unsigned.headers[contentSHA256] == "UNSIGNED-PAYLOAD")
        request.origin = loopback
        #expect(signer.sign(request, with: credentials(), at: time).headers[.authorization] == nil)
        request.body = .bytes([1])
        let plain = signer.sign(request, with: credentials(), at: time)
        #expect(plain.headers[contentSHA256] == SHA256.hexDigest(of: [1]))
    }

    @Test("given odd targets and headers, when signed, then a verifier that sees what is sent agrees")
    func verified() throws {
        let origin = Origin(scheme: "http", host: "::1", port: 8080)
        var request = Request(.put, origin, "/b/v%201%2B%C3%A9.zip?partNumber=2&uploadId=a%2Fb", body: .bytes([7]))
        request.headers[.userAgent] = "slipway"
        request.headers.append(HTTPField(name: HTTPField.Name("X-Amz-Meta-A")!, value: "1"))
        request.headers.append(HTTPField(name: HTTPField.Name("x-amz-meta-a")!, value: " 2  3 "))
        let signed = signer("s3", origin).sign(request, with: credentials(token: "t"), at: time)
        let claim = try #require(self.claim(signed))
        #expect(!claim.signedHeaders.contains("user-agent"))
        let sent = SigV4.Input(
            method: "PUT",
            target: signed.target,
            headers: signed.headers.map { ($0.name.rawName, $0.value) } + [("Host", "[::1]:8080")],
            payload: .bytes([7])
        )
        let verifier = SigV4(service: "s3", region: "us-east-1")
        let key = SigV4.AccessKey(credentials())
        let isVerified = verifier.verifies(claim, of: sent, stamp: "20261121T235959Z", by: key)
        #expect(isVerified)
    }
}

/// A file that must not be read.
private struct NoFile: FileReader {
    let byteCount = 3

    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] { throw InputFailure("it was read.") }
}
