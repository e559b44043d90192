import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct CloudChoiceTests {
    private func cloud(_ request: AzureAccess.Request = .init(), authority: String? = nil) throws -> AzureCloud {
        var machine = EntraMachine()
        machine.variables["AZURE_AUTHORITY_HOST"] = authority
        return try machine.access(request).cloud
    }

    private func complaint(_ request: AzureAccess.Request, authority: String? = nil) async -> String {
        var machine = EntraMachine()
        machine.variables["AZURE_AUTHORITY_HOST"] = authority
        return await machine.complaint(request)
    }

    @Test("given the name of a cloud, when resolved, then tokens come from there and are for there, in any case of it")
    func named() async throws {
        #expect(try cloud() == .global)
        #expect(try cloud(.init(cloud: "azureusgovernment")) == .usGovernment)
        let china = try cloud(.init(cloud: "AzureChinaCloud"))
        #expect(china.login.description == "https://login.chinacloudapi.cn")
        #expect(
            EntraAudience.resourceManager(of: china).scope == "https://management.core.chinacloudapi.cn//.default"
        )
        #expect(
            await complaint(.init(cloud: "AzureChinCloud"))
                == "error: there is no cloud \"AzureChinCloud\"; did you mean AzureChinaCloud?"
        )
        #expect(
            await complaint(.init(cloud: "x"))
                == "error: there is no cloud \"x\"; known are AzureCloud, AzureUSGovernment, AzureChinaCloud"
        )
    }

    @Test(
        "given an authority host, when resolved, then it gives the tokens and names its cloud, unless that contradicts"
    )
    func authority() async throws {
        #expect(try cloud(authority: "https://login.microsoftonline.us/") == .usGovernment)
        #expect(try cloud(authority: "login.microsoftonline.com") == .global)
        let partner = try cloud(authority: "https://login.partner.microsoftonline.cn")
        #expect(partner.name == "AzureChinaCloud" && partner.login.host == "login.partner.microsoftonline.cn")
        let own = try cloud(.init(cloud: "AzureUSGovernment"), authority: "https://127.0.0.1:8443")
        #expect(own.login.description == "https://127.0.0.1:8443")
        #expect(own.resourceManager == AzureCloud.usGovernment.resourceManager)
        #expect(
            await complaint(.init(cloud: "AzureCloud"), authority: "login.microsoftonline.us")
                == "error: the target is in AzureCloud, and AZURE_AUTHORITY_HOST is the host of AzureUSGovernment; correct "
                + "one of them"
        )
        #expect(
            await complaint(.init(), authority: "http://login.test")
                == "error: AZURE_AUTHORITY_HOST is http://login.test, which is not encrypted; use https (http is for "
                + "this machine itself only)"
        )
        for text in ["https://login.test/hush", "https://a:hush@login.test", "ftp://hush"] {
            #expect(
                await complaint(.init(), authority: text)
                    == "error: AZURE_AUTHORITY_HOST is not the URL of a host; write it "
                    + "like https://host or https://host:8443"
            )
        }
    }

    @Test("given endpoints of a sandbox, when resolved, then they stand for the cloud's own, and audience follows")
    func endpoints() async throws {
        let endpoints = AzureAccess.Endpoints(login: "http://127.0.0.1:1", resourceManager: "https://127.0.0.1:2/")
        let request = AzureAccess.Request(endpoints: endpoints)
        let cloud = try cloud(request, authority: "http://never.test")
        #expect(cloud.login.description == "http://127.0.0.1:1")
        #expect(cloud.resourceManager.description == "https://127.0.0.1:2")
        #expect(EntraAudience.resourceManager(of: cloud).scope == "https://127.0.0.1:2//.default")
        #expect(try EntraMachine().access(request).names.cloud == "AzureCloud at https://127.0.0.1:2")
        let named = AzureAccess.Endpoints(resourceManager: "https://arm.test", audience: "api://arm")
        #expect(
            EntraAudience.resourceManager(of: try self.cloud(.init(endpoints: named))).scope == "api://arm/.default"
        )
        #expect(
            await complaint(.init(endpoints: .init(resourceManager: "http://arm.test")))
                == "error: the endpoint of Azure Resource Manager is http://arm.test, which is not encrypted; use "
                + "https (http is for this machine itself only)"
        )
    }

    @Test("given tokens that somebody else brings, when access is made of them, then it says so")
    func brought() async throws {
        struct Fixed: CredentialSource {
            func lease() async throws(CredentialFailure) -> Lease<Secret<String>> { Lease(Secret("hush")) }
        }
        let time = EntraMachine().time
        let access = AzureAccess(cloud: .global, tokens: EntraAccess(Fixed(), time: time))
        #expect(access.names.description == "AzureCloud, credentials from this program")
        #expect(try await access.tokens.token(for: .kubernetes).cache.lease().credential == Secret("hush"))
        #expect(
            try await access.tokens.identity(for: .kubernetes).description == "an identity that does not say who it is"
        )
    }
}
