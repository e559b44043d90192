import SlipwayBase
import SlipwaySigning
import Testing

private let selfSigned = [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
    "/O=system:masters/CN=ad\u{e9}min", "-utf8", "-keyout", "key.pem", "-out", "cert.pem",
]
private let otherKey = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "other.pem"]
private let encryptedKey = ["pkey", "-in", "key.pem", "-aes256", "-passout", "pass:x", "-out", "encrypted.pem"]

@Suite struct CertificateTests {
    @Test("given a certificate and its key, when read, then names and times come out and only its own key matches")
    func reads() throws {
        guard
            let files = try OpenSSLTool.generated(
                [selfSigned, otherKey, encryptedKey],
                ["cert.pem", "key.pem", "other.pem", "encrypted.pem"]
            )
        else { return }
        let certificate = try CertificateInfo(pem: files[0])
        #expect(certificate.subject == "CN=ad\u{e9}min,O=system:masters")
        #expect(certificate.issuer == certificate.subject)
        #expect(certificate.notAfter - certificate.notBefore == .seconds(30 * 86_400))
        #expect(certificate.notBefore.rfc3339 > "2024")
        #expect(try certificate.matches(key: Secret(files[1])))
        #expect(try !certificate.matches(key: Secret(files[2])))
        #expect(throws: CertificateFailure.encryptedKey) { try certificate.matches(key: Secret(files[3])) }
        #expect(throws: CertificateFailure.unreadableKey) { try certificate.matches(key: Secret(files[0])) }
        #expect(throws: CertificateFailure.unreadableKey) { try certificate.matches(key: Secret([])) }
        #expect(try CertificateInfo.all(pem: files[1] + files[0] + Array("\n".utf8) + files[0]).count == 2)
        #expect(throws: CertificateFailure.damagedCertificate) { try CertificateInfo(pem: Array(files[0].prefix(200))) }
    }

    @Test("given text without a certificate, when read, then it is refused")
    func refuses() {
        #expect(throws: CertificateFailure.noCertificate) { try CertificateInfo(pem: []) }
        #expect(throws: CertificateFailure.noCertificate) { try CertificateInfo(pem: Array("hello".utf8)) }
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        #expect(throws: CertificateFailure.damagedCertificate) { try CertificateInfo(pem: Array(damaged.utf8)) }
    }

    @Test(
        "given the examples of FIPS 180-4, when digested, then the digests are the published ones",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func digests(text: String, digest: String) { #expect(SHA256.hexDigest(of: text) == digest) }
}
