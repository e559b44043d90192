import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct ManagedIdentityTests {
    private static let only = AzureAccess.Request(credential: .managedIdentity)
    private static let good =
        #"{"access_token":"\#(EntraMachine.token())","client_id":"c","expires_in":"86400","expires_on":"1795348800","#
        + #""ext_expires_in":"86399","not_before":"1795262400","resource":"r","token_type":"Bearer"}"#

    private func machine(_ answers: Response..., variables: [String: String] = [:]) -> EntraMachine {
        var machine = EntraMachine(variables)
        let left = Locked(answers)
        machine.wire = EntraWire { _ throws(HTTPFailure) in left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
        return machine
    }

    @Test("given the metadata of a machine, when leased, then it is asked as Azure documents it, for a second at most")
    func metadata() async throws {
        let machine = machine(.entra(Self.good))
        let lease = try await machine.lease(Self.only)
        #expect(lease.expires == Timestamp(rfc3339: "2026-11-22T12:00:00Z"))
        let request = try #require(machine.wire.requests.first)
        #expect(
            request.url == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
                + "&resource=https%3A%2F%2Fmanagement.azure.com%2F"
        )
        #expect(request.method == .get && request.sent("metadata") == "true")
        #expect(request.bounds.connect == .seconds(1))
        #expect(try machine.access(Self.only).names.credentials == "the managed identity of this machine")
    }

    @Test("given an endpoint beside an app, when leased, then it is asked with its header, and the time is expires_on")
    func app() async throws {
        let machine = machine(
            .entra(#"{"access_token":"x","expires_on":"1795266000","resource":"r","token_type":"Bearer"}"#),
            variables: [
                "IDENTITY_ENDPOINT": "http://169.254.129.3:8081/msi/token", "IDENTITY_HEADER": "hushheader",
                "AZURE_CLIENT_ID": EntraMachine.client,
            ]
        )
        #expect(try await machine.lease(Self.only).expires == Timestamp(rfc3339: "2026-11-21T13:00:00Z"))
        let request = try #require(machine.wire.requests.first)
        #expect(
            request.url == "http://169.254.129.3:8081/msi/token?api-version=2019-08-01"
                + "&resource=https%3A%2F%2Fmanagement.azure.com%2F&client_id=\(EntraMachine.client)"
        )
        #expect(request.sent("x-identity-header") == "hushheader")
        #expect(
            try machine.access().names.credentials
                == "the managed identity behind IDENTITY_ENDPOINT with the client ID \(EntraMachine.client)"
        )
    }

    @Test("given a transport for what is nearby, when leased, then the machine is asked through it, and Entra is not")
    func nearby() async throws {
        var machine = EntraMachine()
        let near = EntraWire(.entra(Self.good))
        var access = try AzureAccess.resolve(.init(), in: machine.environment, transport: machine.wire, nearby: near)
        _ = try await access.tokens.token(for: .kubernetes).cache.lease()
        #expect(near.requests.count == 1 && machine.wire.requests.isEmpty)
        machine = EntraMachine(EntraMachine.application.merging(["AZURE_CLIENT_SECRET": "hush"]) { $1 })
        machine.wire = EntraWire(.entraToken())
        access = try AzureAccess.resolve(.init(), in: machine.environment, transport: machine.wire, nearby: near)
        _ = try await access.tokens.token(for: .kubernetes).cache.lease()
        #expect(near.requests.count == 1 && machine.wire.requests.count == 1)
    }

    @Test("given an endpoint elsewhere or a header that could end itself, when resolved, then nothing is sent")
    func refused() async {
        for url in ["http://10.0.0.4/x", "http://169.254.evil.test/x", "ftp://x", "http://a:hush@127.0.0.1/"] {
            let machine = machine(
                .entra(Self.good),
                variables: ["IDENTITY_ENDPOINT": url, "IDENTITY_HEADER": "hush"]
            )
            #expect(
                await machine.complaint(Self.only)
                    == "error: IDENTITY_ENDPOINT is not an https URL, nor one of this machine itself"
            )
            #expect(machine.wire.requests.isEmpty)
            let other = self.machine(
                .entra(Self.good),
                variables: ["AZURE_POD_IDENTITY_AUTHORITY_HOST": url == "ftp://x" ? url : url + "y"]
            )
            #expect(
                await other.complaint(Self.only)
                    == "error: AZURE_POD_IDENTITY_AUTHORITY_HOST is not the URL of a host, such "
                    + "as http://169.254.169.254"
            )
        }
        let machine = machine(
            .entra(Self.good),
            variables: ["IDENTITY_ENDPOINT": "http://127.0.0.1/x", "IDENTITY_HEADER": "hush\r\nX: 1"]
        )
        #expect(
            await machine.complaint(Self.only) == "error: IDENTITY_HEADER is not one word, so no header may hold it"
        )
        #expect(machine.wire.requests.isEmpty)
    }

    @Test(
        "given metadata that is busy, when leased, then it is asked again as long as Azure says that waiting helps",
        arguments: [(404, 6, 16), (429, 6, 16), (500, 6, 16), (410, 9, 72)]
    )
    func retries(status: Int, attempts: Int, seconds: Int) async throws {
        let busy = Response.entra(#"{"error":"busy"}"#, status: status)
        let machine = machine(busy, busy, .entra(Self.good))
        #expect(await machine.complaint(Self.only) == "found APP")
        #expect(machine.wire.requests.count == 3)
        let never = self.machine(busy)
        let start = never.time.now
        #expect(
            await never.complaint(Self.only)
                == "the managed identity of this machine answered \(status), not a token: busy"
        )
        #expect(never.wire.requests.count == attempts)
        #expect(never.time.now - start == .seconds(seconds))
    }

    @Test("given a machine that is not Azure's or has no identity, when leased, then the search goes on")
    func absent() async {
        let cases: [(Response?, String)] = [
            (nil, "this is no machine of Azure with a managed identity (http://169.254.169.254 cannot be reached)"),
            (.entra("<html>", status: 404), "the managed identity of this machine answered 404, not a token"),
            (.entra("", status: 401), "the managed identity of this machine answered 401, not a token"),
            (
                .entra(#"{"error":"invalid_request","error_description":"Identity not found"}"#, status: 400),
                "this machine of Azure has no managed identity"
            ),
        ]
        for (answer, sentence) in cases {
            var machine = EntraMachine()
            if let answer { machine.wire = EntraWire(answer) }
            let complaint = await machine.complaint(Self.only)
            #expect(complaint.hasPrefix("there are no Azure credentials (\(sentence)); "))
            #expect(machine.wire.requests.count == 1)
        }
    }

    @Test("given an endpoint that answers badly, when leased, then one sentence says so and never a token")
    func answers() async {
        let app = ["IDENTITY_ENDPOINT": "http://127.0.0.1:41000/msi/token", "IDENTITY_HEADER": "hush"]
        let cases: [(Response, [String: String], String)] = [
            (
                .entra(#"{"statusCode":400,"message":"No User Assigned Identity found\nhere"}"#, status: 400), app,
                "the managed identity behind IDENTITY_ENDPOINT answered 400, not a token: No User Assigned Identity found "
                    + "here"
            ), (.entra("hush"), app, "the managed identity behind IDENTITY_ENDPOINT answered 200, not a token"),
            (
                .entra(#"{"access_token":"hush"}"#), app,
                "the managed identity behind IDENTITY_ENDPOINT gave a token without a time at which it ends"
            ),
            (
                .entra(#"{"error":"invalid_request","error_description":"Identity not found"}"#, status: 400),
                ["AZURE_CLIENT_ID": EntraMachine.client],
                "this machine of Azure has no managed identity with the client ID in AZURE_CLIENT_ID"
            ),
        ]
        for (answer, variables, sentence) in cases {
            #expect(await machine(answer, variables: variables).complaint(Self.only) == sentence)
        }
    }
}
