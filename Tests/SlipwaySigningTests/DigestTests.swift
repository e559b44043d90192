import SlipwayBase
import SlipwaySigning
import Testing

@Suite struct DigestTests {
    @Test("given pieces, when digested one after another, then the digest is that of the whole")
    func stream() {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var stream = SHA256.Stream()
        for start in stride(from: 0, to: bytes.count, by: 4_096 + 1) { stream.update(bytes[start...].prefix(4_097)) }
        let digest = stream.finishHex()
        #expect(digest == SHA256.hexDigest(of: bytes))
        let empty = SHA256.Stream().finishHex()
        #expect(empty == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("given known texts, when written as base64 or named by SHA-1, then they are as published")
    func forms() {
        #expect(SHA256.base64Digest(of: "abc".utf8) == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
        #expect(InsecureSHA1.fileName(for: "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    @Test(
        "given the examples of RFC 4648, when written and read, then text and bytes are as published",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("~~\u{3f}>>", "fn4/Pj4="),
        ]
    )
    func base64(text: String, encoded: String) {
        #expect(Digits.base64(Array(text.utf8)) == encoded)
        #expect(Digits.bytes(base64: encoded) == Array(text.utf8))
        let url = encoded.filter { $0 != "=" }.map { $0 == "/" ? "_" : $0 == "+" ? "-" : $0 }
        #expect(Digits.base64url(Array(text.utf8)) == String(url))
        #expect(Digits.bytes(base64url: String(url)) == Array(text.utf8))
    }

    @Test("given text that is not base64, when read, then it is refused, and white space only where it is allowed")
    func notBase64() {
        for text in [
            "Z", "Zg", "Zg=", "Zg===", "====", "=", "Zh==", "Zm9=v", "Zm9v Zm9v", "Zm9v\n", "Z_==", "Zm9\u{e9}",
        ] {
            #expect(Digits.bytes(base64: text) == nil)
        }
        for text in ["Z", "Zg==", "Zh", "a+/b", " Zg", "Zm9\u{e9}"] { #expect(Digits.bytes(base64url: text) == nil) }
        #expect(Digits.bytes(base64: " Zm9v\r\n\tYmFy\n", skipsSpace: true) == Array("foobar".utf8))
        #expect(Digits.bytes(base64: "Zm9v!", skipsSpace: true) == nil)
    }

    @Test(
        "given the examples of RFC 4231, when digested under their keys, then the digests are the published ones",
        arguments: [
            (20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                131, "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
    )
    func hmac(length: Int, message: String, digest: String) {
        let key = [UInt8](repeating: length == 20 ? 0x0B : 0xAA, count: length)
        let hex = HMAC.sha256(of: message.utf8, key: key).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        #expect(hex.joined() == digest)
    }

    @Test("given one cache for many keys and threads, when signed, then no key is taken for another")
    func cache() async {
        let keys = SigningKeys(capacity: 3)
        let signers = ["s3", "sts"].flatMap { service in
            ["us-east-1", "eu-west-1"].map { SigV4(service: service, region: $0, keys: keys) }
        }
        let input = SigV4.Input(method: "GET", target: "/", headers: [("Host", "a.test")])
        let agree = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    (0..<50).allSatisfy { turn in
                        let signer = signers[(number + turn) % signers.count]
                        // The same id with two secrets, as after a rotation that went wrong.
                        let key = exampleKey(turn % 2 == 0 ? exampleSecret : "other")
                        let time = Timestamp(milliseconds: Int64(turn % 3) * 86_400_000 - 1)
                        let fresh = SigV4(service: signer.service, region: signer.region)
                        return signer.signature(of: input, by: key, at: time).map(\.value)
                            == fresh.signature(of: input, by: key, at: time).map(\.value)
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(agree)
    }
}
