import Foundation
import SlipwayBase
import SlipwaySigning
import Testing

/// The key of RFC 7515, appendix A.2.
private let publishedKey = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
    NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
    P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
    9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
    EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
    FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
    oQIDAQAB
    -----END PUBLIC KEY-----
    """

private let publishedToken =
    "eyJhbGciOiJSUzI1NiJ9"
    + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU"
    + "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO-"
    + "-xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_I"
    + "oypGlUPQGe77Rw"

/// A token that the Azure CLI signed, with the certificate it sent along.
private struct CapturedAssertion {
    var token: JSONWebToken
    var certificate: [UInt8]

    static func all() throws -> [CapturedAssertion] {
        let file = sharedData("azure/client-requests/log_auth2.jsonl")
        guard let data = try? Data(contentsOf: file) else {
            print("skipped: there are no captured requests in \(file.path)")
            return []
        }
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = (try? JSON(parsing: Array(line)))?["body"]?.string?.split(separator: "&") ?? []
            let field = fields.first { $0.hasPrefix("client_assertion=") }.map { String($0.dropFirst(17)) }
            guard let token = field.flatMap({ JSONWebToken(parsing: $0) }),
                let certificate = token.header["x5c"]?[0]?.string.flatMap({
                    Digits.bytes(base64: $0, skipsSpace: true)
                })
            else { return nil }
            return CapturedAssertion(token: token, certificate: certificate)
        }
    }
}

@Suite struct WebTokenTests {
    @Test("given the published example of RS256, when checked with its key, then it holds, and not when it is changed")
    func published() throws {
        let key = try RSAPublicKey(pem: Array(publishedKey.utf8))
        let token = try #require(JSONWebToken(parsing: publishedToken))
        #expect(token.algorithm == .rs256)
        #expect(token.claims["iss"] == "joe")
        #expect(token.isSigned(by: key))
        let parts = publishedToken.split(separator: ".")
        let other = Digits.base64url(Array(#"{"iss":"eve"}"#.utf8))
        let forged = try #require(JSONWebToken(parsing: "\(parts[0]).\(other).\(parts[2])"))
        #expect(!forged.isSigned(by: key))
        for name in ["none", "HS256", "PS256", "rs256", ""] {
            let head = Digits.base64url(Array(#"{"alg":"\#(name)"}"#.utf8))
            let renamed = try #require(JSONWebToken(parsing: "\(head).\(parts[1]).\(parts[2])"))
            #expect(!renamed.isSigned(by: key))
        }
    }

    @Test("given tokens that the Azure CLI signed, when checked with the certificate in them, then they hold")
    func captured() throws {
        for captured in try CapturedAssertion.all() {
            #expect(captured.token.isSigned(by: try RSAPublicKey(certificateDER: captured.certificate)))
            let text = Digits.base64(captured.certificate)
            let pem = "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
            let certificate = try CertificateInfo(pem: Array(pem.utf8))
            #expect(certificate.der == captured.certificate)
            // That client leaves the padding on, which RFC 7515 takes off.
            #expect(certificate.sha1Thumbprint + "=" == captured.token.header["x5t"]?.string)
        }
    }

    @Test(
        "given text that is no token, when taken apart, then it is refused",
        arguments: [
            "", "a.b", "e30.e30", "e30.e30.!", "W10.e30.", "e30.W10.", "e30.e30.a", "e30=.e30.", "e30.e30.AA.AA",
        ]
    )
    func refuses(text: String) {
        #expect(JSONWebToken(parsing: text) == nil)
    }

    @Test("given a token whose signature is a word, when its claims are looked at, then they are there unverified")
    func unverified() {
        #expect(JSONWebToken.unverifiedClaims(of: "e30.eyJ0aWQiOiJ4In0.sig")?["tid"] == "x")
        #expect(JSONWebToken.unverifiedClaims(of: "opaque") == nil)
        #expect(JSONWebToken.unverifiedClaims(of: "a.b.c") == nil)
    }

    @Test(
        "given a message signed here, when the openssl tool checks it, then it holds, and so does what the tool signs here",
        arguments: RSASignature.allCases
    )
    func tool(algorithm: RSASignature) throws {
        guard let made = try OpenSSLTool.rsaCertificate() else { return }
        let key = try RSAPrivateKey(pem: Secret(made.key))
        let checker = try RSAPublicKey(pem: made.certificate)
        let message = Array("header.claims".utf8)
        let signature = try #require(key.signature(of: message, algorithm))
        #expect(checker.verifies(signature, of: message, algorithm))
        #expect(!checker.verifies(signature, of: message + [0], algorithm))
        #expect(!checker.verifies(signature, of: message, algorithm == .rs256 ? .ps256 : .rs256))
        #expect(!checker.verifies([], of: message, algorithm))
        let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"]
        let options = algorithm == .ps256 ? pss : []
        try OpenSSLTool.inFolder { tool in
            try tool.write(made.certificate, to: "cert.pem")
            try tool.write(made.key, to: "key.pem")
            try tool.write(message, to: "message")
            try tool.write(message + [0], to: "other")
            try tool.write(signature, to: "signature")
            #expect(try tool.run(["x509", "-in", "cert.pem", "-pubkey", "-noout", "-out", "public.pem"]))
            let verify = ["dgst", "-sha256", "-verify", "public.pem", "-signature", "signature"] + options
            #expect(try tool.run(verify + ["message"]))
            #expect(try !tool.run(verify + ["other"]))
            #expect(try tool.run(["dgst", "-sha256", "-sign", "key.pem", "-out", "theirs"] + options + ["message"]))
            let theirs = try tool.read("theirs")
            #expect(checker.verifies(theirs, of: message, algorithm))
            #expect(try RSAPublicKey(pem: tool.read("public.pem")).verifies(theirs, of: message, algorithm))
        }
    }

    @Test("given keys that cannot be used, when read, then each says why, and none of them shows itself")
    func keys() throws {
        guard let made = try OpenSSLTool.rsaCertificate(),
            let others = try OpenSSLTool.generated(
                [
                    ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", "ec.pem"],
                    ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem"],
                    ["pkey", "-in", "key.pem", "-aes256", "-passout", "pass:x", "-out", "encrypted.pem"],
                ],
                ["ec.pem", "encrypted.pem"]
            )
        else { return }
        #expect(throws: CertificateFailure.otherKey) { try RSAPrivateKey(pem: Secret(others[0])) }
        #expect(throws: CertificateFailure.encryptedKey) {
            try RSAPrivateKey(pem: Secret(made.certificate + made.certificate + made.certificate + others[1]))
        }
        #expect(throws: CertificateFailure.unreadableKey) { try RSAPrivateKey(pem: Secret(made.certificate)) }
        #expect(throws: CertificateFailure.unreadableKey) { try RSAPrivateKey(pem: Secret([])) }
        #expect(throws: CertificateFailure.noCertificate) { try RSAPublicKey(pem: made.key) }
        #expect(throws: CertificateFailure.damagedCertificate) { try RSAPublicKey(certificateDER: [48, 3]) }
        let key = try RSAPrivateKey(pem: Secret(made.certificate + made.key))
        var text = "\(key)"
        dump(key, to: &text)
        #expect(!text.contains("0x") && text.contains("[redacted]"))
    }
}
