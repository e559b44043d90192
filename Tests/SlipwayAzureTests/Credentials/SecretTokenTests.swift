import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct SecretTokenTests {
    private func machine(_ answer: Response = .entraToken()) -> EntraMachine {
        var machine = EntraMachine(EntraMachine.application.merging(["AZURE_CLIENT_SECRET": "hush+/&=1"]) { $1 })
        machine.wire = EntraWire(answer)
        return machine
    }

    @Test("given a client secret, when leased, then the token endpoint of the tenant is asked as Entra wants it")
    func request() async throws {
        let machine = machine()
        let lease = try await machine.lease()
        #expect(lease.credential.reveal() == EntraMachine.token())
        #expect(lease.expires == machine.time.now + .seconds(3_599))
        let request = try #require(machine.wire.requests.first)
        #expect(
            request.url == "https://login.microsoftonline.com/22222222-2222-2222-2222-222222222222/oauth2/v2.0/token"
        )
        #expect(request.sent("content-type") == "application/x-www-form-urlencoded")
        #expect(
            request.fields() == [
                "client_id": EntraMachine.client, "grant_type": "client_credentials", "client_secret": "hush+/&=1",
                "scope": "https://management.azure.com//.default",
                "claims": #"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#,
            ]
        )
        guard case .bytes(let bytes) = request.body else { return }
        #expect(String(decoding: bytes, as: UTF8.self).contains("client_secret=hush%2B%2F%26%3D1&"))
        #expect(
            try machine.access().names.description == "AzureCloud, credentials from the environment "
                + "(AZURE_CLIENT_SECRET) of the application 44444444-0000-4444-4444-000000000001"
        )
    }

    @Test(
        "given a refusal of Entra, when leased, then one sentence has its code and what to do, and never the secret",
        arguments: [
            (
                Response.entraError(7_000_215, "invalid_client", "Invalid client secret provided: hush+/&=1."),
                "(AADSTS7000215): the secret in AZURE_CLIENT_SECRET is wrong; it must be the value of the secret, not its ID"
            ),
            (
                .entraError(7_000_222, "invalid_client", "The provided client secret keys are expired."),
                "(AADSTS7000222): the secret in AZURE_CLIENT_SECRET has expired; make a new one where the application "
                    + "is registered"
            ),
            (
                .entraError(700_016, "unauthorized_client", "Application was not found in the directory", status: 400),
                "(AADSTS700016): there is no such application in the tenant; correct AZURE_CLIENT_ID or AZURE_TENANT_ID, "
                    + "or have it installed"
            ),
            (
                .entraError(90_002, "invalid_request", "Tenant not found.", status: 400),
                "(AADSTS90002): there is no such tenant; correct AZURE_TENANT_ID, or the cloud if it is another one"
            ),
            (
                .entraError(53_003, "access_denied", "Access has been blocked by policies.", status: 400),
                "(AADSTS53003): a Conditional Access policy of the tenant forbids it; ask who runs the tenant"
            ),
            (
                .entraError(500_011, "invalid_resource", "The resource principal was not found", status: 400),
                "(AADSTS500011): the tenant knows no API named https://management.azure.com/, or the application "
                    + "has no right there"
            ),
            (
                .entraError(123, "invalid_client", "Something else with hush+/&=1 in it.\u{1B}[31m"),
                "(AADSTS123): AADSTS123: Something else with [redacted] in it.\\u{1b}[31m"
            ),
            (
                .entra(#"{"error":"invalid_client","error_description":"AADSTS7000215: x"}"#, status: 401),
                "(AADSTS7000215): the secret in AZURE_CLIENT_SECRET is wrong; it must be the value of the secret, not its ID"
            ),
            (.entra(#"{"error":"server_error"}"#, status: 500), ": server_error"),
            (.entra("", status: 401), ": the answer was 401 and nothing else"),
            (
                .entra("<html>hush</html>", status: 503),
                ": the answer was 503 and no error of Entra; something else may stand in its place"
            ),
            (
                .entra("<html>hush</html>"),
                ": the answer was 200 and no error of Entra; something else may stand in its place"
            ),
        ]
    )
    func refusals(answer: Response, sentence: String) async {
        #expect(
            await machine(answer).complaint()
                == "Entra gives no token to the application \(EntraMachine.client) in tenant "
                + "\(EntraMachine.tenant)\(sentence.hasPrefix(":") ? "" : " ")\(sentence)"
        )
    }

    @Test(
        "given an answer that is no token although its status is 200, when leased, then one sentence says what is missing",
        arguments: [
            (#"{"access_token":"hush"}"#, "Entra gave a token without a time at which it ends"),
            (#"{"access_token":"hush","expires_in":-1}"#, "Entra gave a token without a time at which it ends"),
            (#"{"access_token":"hush","expires_in":1e99}"#, "Entra gave a token without a time at which it ends"),
            (#"{"expires_in":3599}"#, "Entra gave an answer without an access token"),
            (#"{"access_token":"hu sh\r\nX: 1","expires_in":9}"#, "Entra gave an answer without an access token"),
            (
                #"{"access_token":"hush","expires_in":9,"token_type":"pop"}"#,
                "Entra gave a token of the type pop, and only Bearer is known"
            ),
            (
                #"{"access_token":"hush","expires_in":0}"#,
                "the credential that was issued has expired already; check this machine's clock"
            ),
        ]
    )
    func answers(body: String, sentence: String) async { #expect(await machine(.entra(body)).complaint() == sentence) }

    @Test("given half of what is needed, when resolved, then the sentence names the other half and nothing is sent")
    func halves() async {
        var machine = machine()
        machine.variables["AZURE_CLIENT_ID"] = nil
        #expect(
            await machine.complaint() == "error: AZURE_CLIENT_SECRET is set, and AZURE_CLIENT_ID is not; set it to the "
                + "application's (client) ID"
        )
        machine.variables["AZURE_CLIENT_ID"] = "shop"
        #expect(await machine.complaint() == "error: AZURE_CLIENT_ID is not the ID of an application, which is a GUID")
        machine.variables["AZURE_CLIENT_ID"] = EntraMachine.client
        machine.variables["AZURE_TENANT_ID"] = nil
        #expect(
            await machine.complaint()
                == "error: AZURE_CLIENT_SECRET is set, and no tenant is named; set AZURE_TENANT_ID, "
                + "or `tenant:` at the target"
        )
        #expect(await machine.complaint(.init(tenant: EntraMachine.tenant)) == "found APP")
        for tenant in ["a/b", "..", "x?y", "t\u{e9}"] {
            machine.variables["AZURE_TENANT_ID"] = tenant
            #expect(
                await machine.complaint() == "error: AZURE_TENANT_ID is no tenant; it is a GUID, or a domain such as "
                    + "contoso.onmicrosoft.com"
            )
        }
        #expect(machine.wire.requests.count == 1)
    }

    @Test("given Entra fails twice, when leased, then the third answer counts; a line that is cut is told")
    func attempts() async throws {
        var machine = machine()
        machine.wire = EntraWire(.entra("<html>", status: 503), .entra("", status: 429), .entraToken())
        #expect(await machine.complaint() == "found APP")
        #expect(machine.wire.requests.count == 3)
        machine.wire = EntraWire()
        #expect(
            await machine.complaint() == "no token can be had from https://login.microsoftonline.com: nobody is there"
        )
        #expect(machine.wire.requests.count == 3)
    }

    @Test("given access with secrets in it, when it is described or reflected, then none of them shows")
    func descriptions() async throws {
        let machine = machine()
        let access = try machine.access()
        let token = access.tokens.token(for: .resourceManager(of: access.cloud))
        let lease = try await token.cache.lease()
        var text = ""
        dump(access, to: &text)
        dump(lease, to: &text)
        text += "\(access) \(lease) \(access.names) " + String(reflecting: lease.credential)
        #expect(text.contains(EntraMachine.client))
        #expect(!text.contains("hush"))
    }
}
