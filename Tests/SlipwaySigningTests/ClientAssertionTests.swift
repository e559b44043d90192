import Foundation
import SlipwayBase
import SlipwaySigning
import Testing

/// Python with PyJWT, as `.ci/deps` installs it; nil, after saying so, where it is not.
private let pythonWithJWT: String? = {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.cache"
    let candidates = [environment["SLIPWAY_JWT_PYTHON"] ?? "python3", "\(cache)/slipway/jwt/bin/python3"]
    let found = candidates.first { python in
        (try? OpenSSLTool.inFolder { try $0.run(["-c", "import jwt, cryptography"], python) }) == true
    }
    if found == nil { print("skipped: no python3 here has PyJWT; see .ci/deps") }
    return found
}()

private let time = Timestamp(rfc3339: "2026-11-21T12:00:00.900Z")!

@Suite struct ClientAssertionTests {
    private struct Made {
        var certificate: CertificateInfo
        var pem: [UInt8]
        var key: RSAPrivateKey

        init?() throws {
            guard let made = try OpenSSLTool.rsaCertificate() else { return nil }
            (certificate, pem) = (try CertificateInfo(pem: made.certificate), made.certificate)
            key = try RSAPrivateKey(pem: Secret(made.key))
        }

        func token(_ form: ClientAssertion.Form, sendsChain: Bool = false) throws -> String {
            let assertion = ClientAssertion(
                client: "4444",
                audience: "https://login.test/t/oauth2/v2.0/token",
                form: form,
                certificate: certificate,
                chain: sendsChain ? [certificate] : []
            )
            return try #require(assertion.signed(by: key, at: time, id: "number-1")).reveal()
        }
    }

    @Test("given a certificate, when an assertion is signed, then header and claims are those Entra asks for")
    func contents() throws {
        guard let made = try Made() else { return }
        let modern = try #require(JSONWebToken(parsing: try made.token(.modern)))
        #expect(
            modern.header == ["alg": "PS256", "typ": "JWT", "x5t#S256": .string(made.certificate.sha256Thumbprint)]
        )
        #expect(
            modern.claims
                == [
                    "aud": "https://login.test/t/oauth2/v2.0/token", "iss": "4444", "sub": "4444", "jti": "number-1",
                    "nbf": 1_795_262_400, "iat": 1_795_262_400, "exp": 1_795_263_000,
                ]
        )
        let classic = try #require(JSONWebToken(parsing: try made.token(.classic, sendsChain: true)))
        let chain = JSON.array([.string(Digits.base64(made.certificate.der))])
        #expect(
            classic.header
                == ["alg": "RS256", "typ": "JWT", "x5t": .string(made.certificate.sha1Thumbprint), "x5c": chain]
        )
        #expect(classic.claims == modern.claims)
        let key = try RSAPublicKey(pem: made.pem)
        #expect(modern.isSigned(by: key) && classic.isSigned(by: key))
    }

    @Test("given an assertion of either form, when PyJWT checks it, then it holds for the certificate and no other")
    func independent() throws {
        guard let python = pythonWithJWT, let made = try Made(), let other = try OpenSSLTool.rsaCertificate() else {
            return
        }
        let program = """
            import sys, jwt
            from cryptography import x509
            key = x509.load_pem_x509_certificate(open(sys.argv[1], "rb").read()).public_key()
            claims = jwt.decode(open("token").read(), key, algorithms=[sys.argv[2]], options={"verify_exp": False, \
                "verify_nbf": False, "verify_iat": False}, issuer="4444", \
                audience="https://login.test/t/oauth2/v2.0/token")
            assert claims["exp"] - claims["iat"] == 600
            """
        for (form, algorithm) in [(ClientAssertion.Form.modern, "PS256"), (.classic, "RS256")] {
            try OpenSSLTool.inFolder { tool in
                try tool.write(Array(try made.token(form).utf8), to: "token")
                try tool.write(made.pem, to: "cert.pem")
                try tool.write(other.certificate, to: "other.pem")
                #expect(try tool.run(["-c", program, "cert.pem", algorithm], python))
                #expect(try !tool.run(["-c", program, "other.pem", algorithm], python))
                #expect(try !tool.run(["-c", program, "cert.pem", algorithm == "PS256" ? "RS256" : "PS256"], python))
            }
        }
    }

    @Test("given a certificate, when the openssl tool names it, then the thumbprints are the same")
    func thumbprints() throws {
        guard let made = try OpenSSLTool.rsaCertificate() else { return }
        let certificate = try CertificateInfo(pem: made.certificate)
        try OpenSSLTool.inFolder { tool in
            try tool.write(made.certificate, to: "cert.pem")
            #expect(try tool.run(["x509", "-in", "cert.pem", "-outform", "DER", "-out", "der"]))
            #expect(try tool.run(["dgst", "-sha1", "-binary", "-out", "sha1", "der"]))
            #expect(try tool.run(["dgst", "-sha256", "-binary", "-out", "sha256", "der"]))
            #expect(certificate.der == (try tool.read("der")))
            #expect(certificate.sha1Thumbprint == Digits.base64url(try tool.read("sha1")))
            #expect(certificate.sha256Thumbprint == Digits.base64url(try tool.read("sha256")))
        }
    }
}
