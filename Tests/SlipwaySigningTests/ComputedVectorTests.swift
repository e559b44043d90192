import SlipwaySigning
import Testing

@Suite struct ComputedVectorTests {
    private let time = timestamp("2026-11-21T23:59:59Z")

    @Test(
        "given a request that botocore signed, when signed here, then the signature is the same",
        arguments: ComputedVector.all
    )
    func signs(vector: ComputedVector) throws {
        let claim: SigV4.Claim?
        var sent = vector.input
        if vector.mode == .presigned {
            sent.target = vector.signer.presignedTarget(
                of: vector.input,
                by: vector.key,
                at: time,
                expiresAfter: .seconds(900)
            )
            #expect(sent.target.hasPrefix(vector.target))
            claim = SigV4.Claim(target: sent.target)
        } else {
            let added = vector.signer.signature(of: vector.input, by: vector.key, at: time)
            sent.headers += added
            claim = SigV4.Claim(authorization: added.last?.value ?? "")
        }
        #expect(claim?.signature == vector.signature)
        let isVerified = vector.signer.verifies(
            try #require(claim),
            of: sent,
            stamp: "20261121T235959Z",
            by: vector.key
        )
        #expect(isVerified)
    }

    // From the documentation of S3's header authentication; its secret differs from the other examples' by one sign.
    @Test("given the examples in the documentation of S3, when signed, then the signatures are those published")
    func documentation() {
        let key = SigV4.AccessKey(
            id: "AKIAIOSFODNN7EXAMPLE",
            secret: exampleKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").secret
        )
        let signer = SigV4(service: "s3", region: "us-east-1")
        let day = timestamp("2013-05-24T00:00:00Z")
        func signature(_ method: String, _ target: String, _ headers: [SigV4.Field], _ body: String = "") -> String? {
            let input = SigV4.Input(
                method: method,
                target: target,
                headers: headers + [("Host", "examplebucket.s3.amazonaws.com")],
                payload: .bytes(Array(body.utf8))
            )
            let added = signer.signature(of: input, by: key, at: day)
            return SigV4.Claim(authorization: added.last?.value ?? "")?.signature
        }
        let range = signature("GET", "/test.txt", [("Range", "bytes=0-9")])
        #expect(range == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        let put = signature(
            "PUT",
            "/test%24file.text",
            [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            "Welcome to Amazon S3."
        )
        #expect(put == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
        let lifecycle = signature("GET", "/?lifecycle", [])
        #expect(lifecycle == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
        let list = signature("GET", "/?max-keys=2&prefix=J", [])
        #expect(list == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }
}
