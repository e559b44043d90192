import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import Testing

private let path = "/run/client.pem"

@Suite struct CertificateTokenTests {
    private func machine(_ file: [UInt8], _ made: TestCertificate) -> EntraMachine {
        var machine = EntraMachine(EntraMachine.application.merging(["AZURE_CLIENT_CERTIFICATE_PATH": path]) { $1 })
        machine.files[path] = file
        machine.time = made.time
        machine.wire = EntraWire(.entraToken())
        return machine
    }

    private func assertion(_ request: Request) throws -> JSONWebToken {
        let fields = request.fields()
        #expect(fields["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        #expect(fields["client_secret"] == nil)
        return try #require(JSONWebToken(parsing: fields["client_assertion"] ?? ""))
    }

    @Test("given a certificate and its key, when leased, then the assertion is signed with PS256 and holds for Entra")
    func modern() async throws {
        guard let made = TestCertificate.made else { return }
        let machine = machine(made.key + made.certificate, made)
        _ = try await machine.lease()
        let token = try assertion(try #require(machine.wire.requests.first))
        let certificate = try CertificateInfo(pem: made.certificate)
        #expect(token.header == ["alg": "PS256", "typ": "JWT", "x5t#S256": .string(certificate.sha256Thumbprint)])
        #expect(token.isSigned(by: try RSAPublicKey(pem: made.certificate)))
        #expect(token.claims["iss"]?.string == EntraMachine.client && token.claims["sub"] == token.claims["iss"])
        #expect(
            token.claims["aud"]?.string
                == "https://login.microsoftonline.com/\(EntraMachine.tenant)/oauth2/v2.0/token"
        )
        let now = Int(machine.time.now.milliseconds / 1000)
        #expect(token.claims["iat"]?.int == now && token.claims["nbf"]?.int == now)
        #expect(token.claims["exp"]?.int == now + 600)
        #expect(
            try machine.access().names.credentials
                == "the environment (AZURE_CLIENT_CERTIFICATE_PATH, /run/client.pem) of the application "
                + EntraMachine.client
        )
    }

    @Test("given two tokens, when their assertions are compared, then each has a number of its own")
    func numbers() async throws {
        guard let made = TestCertificate.made else { return }
        let machine = machine(made.key + made.certificate, made)
        let access = try machine.access()
        _ = try await access.tokens.token(for: .kubernetes).cache.lease()
        _ = try await access.tokens.token(for: .storage(of: access.cloud)).cache.lease()
        let numbers = try machine.wire.requests.map { try assertion($0).claims["jti"]?.string ?? "" }
        #expect(Set(numbers).count == 2 && !numbers.contains(""))
    }

    @Test("given a server that takes only the older form, when leased, then RS256 with x5t follows and is remembered")
    func classic() async throws {
        guard let made = TestCertificate.made else { return }
        let machine = machine(made.certificate + made.key, made)
        let publicKey = try RSAPublicKey(pem: made.certificate)
        machine.wire.answer { request throws(HTTPFailure) in
            let token = JSONWebToken(parsing: request.fields()["client_assertion"] ?? "")
            guard token?.algorithm == .rs256, token?.isSigned(by: publicKey) == true else {
                return .entra(#"{"error":"invalid_client","error_description":"MSIS9622: hush"}"#, status: 400)
            }
            return .entraToken()
        }
        let access = try machine.access()
        _ = try await access.tokens.token(for: .kubernetes).cache.lease()
        _ = try await access.tokens.token(for: .storage(of: access.cloud)).cache.lease()
        let tokens = try machine.wire.requests.map(assertion)
        #expect(tokens.map(\.algorithm) == [.ps256, .rs256, .rs256])
        let certificate = try CertificateInfo(pem: made.certificate)
        #expect(tokens[1].header["x5t"]?.string == certificate.sha1Thumbprint)
        #expect(tokens[1].header["x5t#S256"] == nil)
    }

    @Test("given a certificate that nobody knows, when leased, then both forms are tried and the first refusal is told")
    func unknown() async throws {
        guard let made = TestCertificate.made else { return }
        var machine = machine(made.certificate + made.key, made)
        machine.wire = EntraWire(
            .entraError(700_027, "invalid_client", "The certificate is not registered on application.")
        )
        #expect(
            await machine.complaint() == "Entra gives no token to the application \(EntraMachine.client) in tenant "
                + "\(EntraMachine.tenant) (AADSTS700027): the certificate in /run/client.pem is not among those of the "
                + "application; upload it where the application is registered"
        )
        #expect(machine.wire.requests.count == 2)
        machine.wire = EntraWire(
            .entraError(700_024, "invalid_client", "Client assertion is not within its valid time.")
        )
        #expect(
            await machine.complaint().hasSuffix("what was signed is not valid at this time; check this machine's clock")
        )
        #expect(machine.wire.requests.count == 1)
    }

    @Test("given a chain that is to be sent, when leased, then the certificate of the key stands first in it")
    func chain() async throws {
        guard let made = TestCertificate.made else { return }
        var machine = machine(made.otherCertificate + made.key + made.certificate, made)
        machine.variables["AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"] = "true"
        _ = try await machine.lease()
        let token = try assertion(try #require(machine.wire.requests.first))
        let own = try CertificateInfo(pem: made.certificate)
        let other = try CertificateInfo(pem: made.otherCertificate)
        #expect(token.header["x5c"] == [.string(Digits.base64(own.der)), .string(Digits.base64(other.der))])
        #expect(token.header["x5t#S256"]?.string == own.sha256Thumbprint)
    }

    @Test("given a file that cannot be used, when resolved, then one sentence says why and nothing is sent")
    func mistakes() async throws {
        guard let made = TestCertificate.made else { return }
        let name = "error: the certificate file /run/client.pem"
        let variable = " (AZURE_CLIENT_CERTIFICATE_PATH)"
        let cases: [([UInt8]?, String)] = [
            (made.certificate, "\(variable) holds no PEM private key that can be read"),
            (made.key, "\(variable) holds no PEM certificate"),
            (
                made.certificate + made.encryptedKey,
                "\(variable) holds a private key with a passphrase, which cannot be asked for; store the key without one"
            ),
            (
                made.otherCertificate + made.key,
                "\(variable) holds no certificate that belongs to the private key in it"
            ),
            (
                made.certificate + made.ecKey,
                "\(variable) holds a key that is not an RSA key, and no other can be used"
            ),
            (
                made.pkcs12,
                "\(variable) is no PEM text but binary, such as PKCS #12; turn it into PEM with `openssl pkcs12 -in FILE "
                    + "-nodes`"
            ), (nil, " is not there"), ([UInt8](repeating: 0x0A, count: 1 << 20 | 1), " is larger than 1024 KiB"),
            ([], "\(variable) holds no PEM private key that can be read"),
        ]
        for (file, sentence) in cases {
            var machine = machine([], made)
            machine.files[path] = file
            #expect(await machine.complaint() == name + sentence)
            #expect(machine.wire.requests.isEmpty)
        }
        let late = machine(made.certificate + made.key, made)
        late.time.advance(by: .seconds(31 * 86_400))
        #expect(await late.complaint().hasPrefix("\(name)\(variable) holds a certificate that ended at "))
    }

    @Test("given a file that others can read, when resolved, then a warning says so")
    func warning() throws {
        guard let made = TestCertificate.made else { return }
        var machine = machine(made.certificate + made.key, made)
        #expect(try machine.access().warnings == [])
        machine.open = [path]
        #expect(
            try machine.access().warnings.map(\.description)
                == ["/run/client.pem: warning: holds a private key and can be read by others; chmod 600 it"]
        )
        #expect(try machine.access(.init(credential: .azureCLI)).warnings == [])
    }
}
