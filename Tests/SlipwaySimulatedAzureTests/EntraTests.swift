import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import SlipwaySimulatedAzure
import Testing

@Suite("Tokens of Entra")
struct EntraTests {
    private static let endpoint = "https://login.microsoftonline.com/\(AzureWorld.Seed.tenant)/oauth2/v2.0/token"
    private static let scope = "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
    private static let start = "grant_type=client_credentials&client_id=\(AzureWorld.Seed.client)"

    @Test("given the right secret, when a token is asked for, then it is good for the calls it was asked for")
    func secret() throws {
        var cloud = Cloud()
        let answer = cloud.token(Self.start + "&client_secret=simulated-client-secret" + Self.scope)
        #expect(answer.json?["token_type"] == "Bearer")
        #expect(answer.json?["expires_in"] == 3599)
        cloud.token = try #require(answer.json?["access_token"]?.string)
        let claims = JSONWebToken.unverifiedClaims(of: cloud.token)
        #expect(claims?["tid"] == .string(AzureWorld.Seed.tenant))
        #expect(claims?["appid"] == .string(AzureWorld.Seed.client))
        #expect(cloud.send(.get, "/sites/shop").status == 200)
        cloud.wait(3600)
        #expect(cloud.send(.get, "/sites/shop").code == "ExpiredAuthenticationToken")
    }

    @Test(
        "given what is wrong, when a token is asked for, then the number says what",
        arguments: [
            ("&client_secret=wrong" + scope, 401, 7_000_215), (scope, 400, 900_144),
            ("&client_secret=simulated-client-secret", 400, 1_002_012),
            ("&client_secret=simulated-client-secret&scope=https%3A%2F%2Fexample.test%2F.default", 400, 500_011),
        ]
    )
    func refused(_ rest: String, _ status: Int, _ code: Int) {
        var cloud = Cloud()
        let answer = cloud.token(Self.start + rest)
        #expect(answer.status == status)
        #expect(answer.json?["error_codes"] == [JSON(code)])
        #expect(answer.json?["error_description"]?.string?.hasPrefix("AADSTS\(code): ") == true)
    }

    @Test("given an unknown application or tenant, when a token is asked for, then that is what is said")
    func unknown() {
        var cloud = Cloud()
        let form = "grant_type=client_credentials&client_id=99999999-9999-9999-9999-999999999999&client_secret=x"
        #expect(cloud.token(form + Self.scope).json?["error_codes"] == [700_016])
        #expect(cloud.token(Self.start, tenant: "nope").json?["error_codes"] == [90_002])
    }

    /// A certificate of the application, with its key; made anew, since keys do not lie about.
    private func assertion(_ identity: TestIdentity, _ form: ClientAssertion.Form, at time: Timestamp) throws -> String
    {
        let certificate = try CertificateInfo(pem: identity.certificate)
        let key = try RSAPrivateKey(pem: Secret(identity.key))
        let assertion = ClientAssertion(
            client: AzureWorld.Seed.client,
            audience: Self.endpoint,
            form: form,
            certificate: certificate
        )
        return try #require(assertion.signed(by: key, at: time, id: "one")).reveal()
    }

    private func form(_ assertion: String) -> String {
        Self.start + Self.scope
            + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            + "&client_assertion=\(assertion)"
    }

    @Test(
        "given an assertion that the certificate's key has signed, when it is shown, then there is a token",
        arguments: [ClientAssertion.Form.modern, .classic]
    )
    func assertion(_ kind: ClientAssertion.Form) throws {
        guard let identity = TestIdentity.made, let other = TestIdentity.other else {
            print("skipped: there is no openssl to make a certificate with")
            return
        }
        var cloud = Cloud(at: TestIdentity.time) { $0.clients[0].certificates = [identity.certificate] }
        let good = try assertion(identity, kind, at: cloud.now)
        #expect(cloud.token(form(good)).status == 200)
        let forged = good.split(separator: ".").dropLast().joined(separator: ".") + ".c2lnbmF0dXJl"
        #expect(cloud.token(form(forged)).json?["error_codes"] == [700_027])
        let foreign = try assertion(other, kind, at: cloud.now)
        #expect(cloud.token(form(foreign)).json?["error_codes"] == [700_027])
        cloud.wait(1000)
        #expect(cloud.token(form(good)).json?["error_codes"] == [700_024])
    }

    @Test(
        "given a token of somebody whom the directory believes, when it is shown, then issuer, subject and audience count"
    )
    func federated() {
        let known = AzureClient.Federation(issuer: "https://issuer.test", subject: "repo:shop")
        func answer(_ issuer: String, _ subject: String, _ audience: String, life: Int = 600) -> JSON? {
            var cloud = Cloud { $0.clients[0].federations = [known] }
            let now = Int(cloud.now.milliseconds / 1000)
            let claims: JSON = [
                "iss": .string(issuer), "sub": .string(subject), "aud": [.string(audience)], "exp": JSON(now + life),
            ]
            let parts = [JSON(dictionaryLiteral: ("alg", "RS256")).bytes, claims.bytes, [1]]
            return cloud.token(form(parts.map { Digits.base64url($0) }.joined(separator: "."))).json?["error_codes"]
        }
        #expect(answer("https://issuer.test", "repo:shop", known.audience) == nil)
        #expect(answer("https://other.test", "repo:shop", known.audience) == [700_211])
        #expect(answer("https://issuer.test", "repo:other", known.audience) == [700_213])
        #expect(answer("https://issuer.test", "repo:shop", "else") == [700_212])
        #expect(answer("https://issuer.test", "repo:shop", known.audience, life: -600) == [700_024])
    }

    @Test("given a machine, when it asks for its token, then numbers are texts, and its header is wanted")
    func machine() throws {
        var cloud = Cloud()
        let root = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
        let url = root + "&resource=https://management.azure.com/"
        #expect(cloud.send(.get, url, bytes: nil).status == 400)
        let name = try #require(HTTPField.Name("Metadata"))
        let answer = cloud.send(.get, url, bytes: nil, headers: [name: "true"])
        #expect(answer.json?["expires_in"] == "86400")
        #expect(answer.json?["expires_on"]?.string != nil)
        cloud.token = try #require(answer.json?["access_token"]?.string)
        #expect(cloud.send(.get, "/sites/shop").status == 200)
        let other = cloud.send(.get, url + "&client_id=nobody", bytes: nil, headers: [name: "true"])
        #expect(other.json?["error_description"] == "Identity not found")
    }

    @Test("given an application in App Service, when it asks for its token, then its header must be right")
    func application() throws {
        var cloud = Cloud()
        let url = "http://127.0.0.1:41000/msi/token?api-version=2019-08-01&resource=https://management.azure.com/"
        let name = try #require(HTTPField.Name("X-IDENTITY-HEADER"))
        #expect(cloud.send(.get, url, bytes: nil, headers: [name: "wrong"]).status == 401)
        let header = cloud.world.identityHeader.reveal()
        let answer = cloud.send(.get, url, bytes: nil, headers: [name: header])
        #expect(answer.json?["expires_on"]?.string != nil)
        #expect(answer.json?["expires_in"] == nil)
    }
}
