import SlipwayAccess
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

/// Every place of the chain at once, each with a token that names it.
private func everything() -> EntraMachine {
    var machine = EntraMachine(
        EntraMachine.application.merging([
            "AZURE_CLIENT_SECRET": "hush", "AZURE_FEDERATED_TOKEN_FILE": "/run/token",
            "IDENTITY_ENDPOINT": "http://127.0.0.1:41000/msi/token", "IDENTITY_HEADER": "hush",
        ]) { $1 }
    )
    machine.files["/run/token"] = Array("hush".utf8)
    machine.plugin = { _ throws(EntraMachine.PluginFailure) in
        let token = EntraMachine.token(client: "CLI")
        return .init(exitCode: 0, output: Array(#"{"accessToken":"\#(token)","expires_on":1795266000}"#.utf8))
    }
    machine.wire = EntraWire { request throws(HTTPFailure) in
        guard request.origin.host == "login.microsoftonline.com" else {
            return .entraToken(EntraMachine.token(client: "MANAGED"))
        }
        let isSecret = request.fields()["client_secret"] != nil
        return .entraToken(EntraMachine.token(client: isSecret ? "SECRET" : "WORKLOAD"))
    }
    return machine
}

@Suite struct EntraChainTests {
    @Test("given every place at once, when one after the other goes away, then the order of Azure's libraries shows")
    func order() async {
        var machine = everything()
        var seen = [await machine.complaint()]
        for name in ["AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT"] {
            machine.variables[name] = nil
            if name == "IDENTITY_ENDPOINT" { machine.wire = EntraWire() }
            seen.append(await machine.complaint())
        }
        #expect(seen == ["SECRET", "WORKLOAD", "MANAGED", "CLI"].map { "found " + $0 })
        machine.plugin = { _ throws(EntraMachine.PluginFailure) in throw .missing }
        #expect(
            await machine.complaint() == "there are no Azure credentials (AZURE_CLIENT_SECRET is not set; "
                + "AZURE_CLIENT_CERTIFICATE_PATH is not set; neither AZURE_FEDERATED_TOKEN_FILE nor "
                + "ACTIONS_ID_TOKEN_REQUEST_URL is set; this is no machine of Azure with a managed identity "
                + "(http://169.254.169.254 cannot be reached); the Azure CLI is not installed); run `az login`, or set "
                + "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
        )
    }

    @Test("given a kind that the target or the environment names, when leased, then no other kind is asked")
    func narrowed() async {
        var machine = everything()
        let kinds: [AzureCredential: String] = [
            .environment: "SECRET", .workloadIdentity: "WORKLOAD", .managedIdentity: "MANAGED", .azureCLI: "CLI",
        ]
        for (kind, name) in kinds { #expect(await machine.complaint(.init(credential: kind)) == "found \(name)") }
        let words = [
            "prod": "SECRET", "DEV": "CLI", "workloadidentitycredential": "WORKLOAD", "AzureCliCredential": "CLI",
            "ManagedIdentityCredential": "MANAGED", "EnvironmentCredential": "SECRET",
        ]
        for (word, name) in words {
            machine.variables["AZURE_TOKEN_CREDENTIALS"] = word
            #expect(await machine.complaint() == "found \(name)")
        }
        #expect(await machine.complaint(.init(credential: .managedIdentity)) == "found MANAGED")
        machine.variables["AZURE_TOKEN_CREDENTIALS"] = "dev"
        machine.plugin = { _ throws(EntraMachine.PluginFailure) in throw .missing }
        #expect(
            await machine.complaint() == "there are no Azure credentials (the Azure CLI is not installed); "
                + "AZURE_TOKEN_CREDENTIALS allows no others"
        )
        machine.variables["AZURE_TOKEN_CREDENTIALS"] = "AzurePowerShellCredential"
        #expect(
            await machine.complaint()
                == "error: AZURE_TOKEN_CREDENTIALS is \"AzurePowerShellCredential\", and only these "
                + "are known here: AzureCliCredential, EnvironmentCredential, ManagedIdentityCredential, "
                + "WorkloadIdentityCredential, dev, prod"
        )
    }

    @Test("given a place that applies and is broken, when leased, then later places are not asked")
    func stops() async {
        let machine = everything()
        machine.wire.answer { request throws(HTTPFailure) in
            request.fields()["client_secret"] == nil ? .entraToken() : .entraError(7_000_215, "invalid_client", "x")
        }
        #expect(await machine.complaint().contains("AADSTS7000215"))
        #expect(machine.wire.requests.count == 1)
    }

    @Test("given a place that has given a token, when it cannot any more, then the run does not become somebody else")
    func sticks() async throws {
        var machine = everything()
        for name in ["AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "IDENTITY_HEADER"] {
            machine.variables[name] = nil
        }
        let access = try machine.access()
        #expect(
            access.names.credentials
                == "the managed identity of this machine with the client ID \(EntraMachine.client), or "
                + "else the Azure CLI"
        )
        let identity = try await access.tokens.identity(for: .kubernetes)
        #expect(identity.description == "application MANAGED in tenant \(EntraMachine.tenant)")
        #expect(access.tokens.words == "the managed identity of this machine with the client ID \(EntraMachine.client)")
        machine.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unsent, "no route") }
        await #expect(throws: CredentialFailure.self) {
            try await access.tokens.token(for: .storage(of: access.cloud)).cache.lease()
        }
    }

    @Test(
        "given a target for one tenant, when the credentials belong to another, then one sentence says so before a call"
    )
    func pinned() async {
        var machine = everything()
        #expect(
            await machine.complaint(.init(tenant: EntraMachine.other)) == "error: the target is for tenant "
                + "\(EntraMachine.other), and AZURE_TENANT_ID is \(EntraMachine.tenant); correct one of them"
        )
        #expect(machine.wire.requests.isEmpty)
        machine.variables["AZURE_TENANT_ID"] = "contoso.onmicrosoft.com"
        #expect(await machine.complaint(.init(tenant: EntraMachine.tenant)) == "found SECRET")
        #expect(
            await machine.complaint(.init(tenant: EntraMachine.other))
                == "the target is for tenant \(EntraMachine.other), "
                + "and these credentials belong to tenant \(EntraMachine.tenant); log in to the right one, or correct "
                + "`tenant:`"
        )
        machine.wire = EntraWire(.entraToken("opaque"))
        #expect(await machine.complaint() == "found a token")
        #expect(
            await machine.complaint(.init(tenant: EntraMachine.tenant)) == "the target is for tenant "
                + "\(EntraMachine.tenant), and the token that was given does not say which tenant it is of; take `tenant:` "
                + "away to go on without this check"
        )
        #expect(
            await machine.complaint(.init(tenant: "contoso"))
                == "error: `tenant:` must be the ID of a tenant, which is a "
                + "GUID; `az account show` prints it"
        )
    }
}
