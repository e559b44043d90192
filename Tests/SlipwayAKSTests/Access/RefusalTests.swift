import SlipwayAKS
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwaySigning
import SlipwaySimulatedAzure
import SlipwaySimulation
import Testing

enum Digits64 {
    static func text(_ text: String) -> String { Digits.base64(Array(text.utf8)) }
}

@Suite("What access to AKS is refused with") struct RefusalTests {
    private static let login = "apiVersion: client.authentication.k8s.io/v1beta1, command: kubelogin"

    private func exec(_ server: String, _ tenant: String = AzureWorld.Seed.tenant) -> String {
        "{ exec: { \(Self.login), args: [get-token, --server-id, \(server), --tenant-id=\(tenant)] } }"
    }

    @Test("given a stopped cluster, when it is looked for, then the sentence says how to start it")
    func stopped() async throws {
        let rig = try Rig(cluster: { $0.isStopped = true })
        #expect(
            await rig.refusal()
                == "AKS cluster shop-aks is stopped; start it with `az aks start --resource-group shop-rg --name shop-aks`, and try again"
        )
        #expect(rig.managed == ["GET shop-aks"])
    }

    @Test("given a name that no cluster has, when it is looked for, then the nearest one is said")
    func missing() async throws {
        var rig = try Rig()
        rig.settings.cluster = "shop-ask"
        #expect(
            await rig.refusal()
                == "AKS cluster shop-ask is not there in resource group shop-rg; did you mean “shop-aks”?"
        )
        rig.settings.cluster = "warehouse"
        #expect(
            await rig.refusal() == "AKS cluster warehouse is not there in resource group shop-rg; there is shop-aks"
        )
        rig.settings.scope.resourceGroup = "shop-gr"
        #expect(await rig.refusal().contains("check the name of the resource group"))
    }

    @Test("given an administrator of a cluster without local accounts, when it is looked for, then what to do is said")
    func noLocalAccounts() async throws {
        var rig = try Rig(cluster: { $0.disablesLocalAccounts = true })
        rig.settings.isAdmin = true
        #expect(await rig.refusal().hasPrefix("AKS cluster shop-aks has no local accounts (disableLocalAccounts)"))
        #expect(rig.managed == ["GET shop-aks"])
        rig.settings.isAdmin = false
        #expect(await rig.refusal().hasPrefix("accepted"))
    }

    @Test("given a private cluster without a public name, when it is looked for by that, then it is refused")
    func noPublicName() async throws {
        var rig = try Rig(cluster: { ($0.isPrivate, $0.hasPublicName) = (true, false) })
        rig.settings.usesPublicFQDN = true
        #expect(await rig.refusal().hasPrefix("AKS cluster shop-aks is private and has no public name"))
    }

    @Test(
        "given a right that is missing, when it is needed, then the sentence names it and the role that has it",
        arguments: [
            ("Microsoft.ContainerService/managedClusters/read", false, "Cluster User Role"),
            (
                "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action", false,
                "Cluster User Role"
            ),
            (
                "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action", true,
                "Cluster Admin Role"
            ),
        ]
    )
    func rights(_ right: String, _ isAdmin: Bool, _ role: String) async throws {
        var rig = try Rig()
        rig.settings.isAdmin = isAdmin
        rig.azure.withWorld { $0.denied = [right] }
        let refusal = await rig.refusal()
        #expect(refusal.contains("role that contains \(right)"), "\(refusal)")
        #expect(refusal.hasSuffix("the role “Azure Kubernetes Service \(role)” has it"), "\(refusal)")
    }

    @Test("given a kubeconfig that leads to another host, when it is read, then no credentials are asked for or sent")
    func elsewhere() async throws {
        let rig = try Rig()
        rig.plant(user: exec("6dae42f8-4368-4678-94ff-3960e28e3630"), server: "https://elsewhere.example.com:443")
        let refusal = await rig.refusal()
        #expect(refusal.contains("leads to elsewhere.example.com, and the cluster's API server is shop-aks-"))
        #expect(rig.asked.withLock { $0 }.isEmpty)
        #expect(!rig.azure.log.contains { $0.call.request.origin.host == "elsewhere.example.com" })
    }

    @Test("given a login for another application or tenant, when it is read, then no token is asked for")
    func otherLogins() async throws {
        let server = "6dae42f8-4368-4678-94ff-3960e28e3630"
        let other = "33333333-3333-3333-3333-333333333333"
        for (user, sentence) in [
            (exec(other), "asks for a token of application \(other), which is neither AKS's own"),
            (exec(server, other), "names tenant \(other), and the cluster \(AzureWorld.Seed.tenant)"),
            (exec("shop"), "does not say which application and which tenant a token is for"),
            (
                "{ exec: { apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [-c, id] } }",
                "asks for the credential plugin \"sh\", which a kubeconfig from Azure has no reason to; nothing was run"
            ),
            ("{ auth-provider: { name: gcp } }", "asks for the auth-provider \"gcp\""),
        ] {
            let rig = try Rig()
            rig.plant(user: user)
            let refusal = await rig.refusal()
            #expect(refusal.contains(sentence), "\(refusal)")
            #expect(rig.asked.withLock { $0 }.isEmpty)
        }
        var rig = try Rig()
        rig.settings.scope.tenant = other
        #expect(await rig.refusal().contains("and `tenant` says \(other)"))
    }

    @Test("given a kubeconfig that cannot be used, when it is read, then one sentence says why")
    func unusable() async throws {
        let long = String(repeating: "a", count: Limits.configBytesMax * 2 + 4)
        let cases: [(JSON, String)] = [
            (["kubeconfigs": []], "Azure has no kubeconfig for AKS cluster shop-aks"),
            (["kubeconfigs": [["name": "clusterUser", "value": ""]]], "Azure has no kubeconfig"),
            (["kubeconfigs": [["value": "%%%"]]], "is not base64, or far too large"),
            (["kubeconfigs": [["value": .string(long)]]], "is not base64, or far too large"),
            (Rig.kubeconfigs("a: [1"), "not valid YAML"),
            (Rig.kubeconfigs("kind: Config"), "has no current context"),
        ]
        for (body, sentence) in cases {
            let rig = try Rig()
            rig.plant("listClusterUserCredential", 200, body)
            let refusal = await rig.refusal()
            #expect(refusal.contains(sentence), "\(refusal)")
        }
        for (user, sentence) in [
            ("{ tokenFile: /etc/passwd }", "holds neither a token nor a client certificate"),
            (
                "{ client-certificate: /etc/c, client-key: /etc/k }",
                "names a file, which a kubeconfig from elsewhere may not"
            ),
            ("{}", "holds neither a token nor a client certificate"),
            ("{ token: \"a b\" }", "must be one word of printable characters"),
        ] {
            let rig = try Rig(cluster: { $0.usesEntra = false })
            rig.plant(user: user)
            let refusal = await rig.refusal()
            #expect(refusal.contains(sentence), "\(refusal)")
        }
    }

    @Test("given anything that access says, when it is read, then the token of the local account is not in it")
    func secrets() async throws {
        let rig = try Rig(cluster: { $0.usesEntra = false })
        rig.plant(user: "{ token: hush-hush }")
        let way = try await rig.resolve()
        #expect(!"\(way)".contains("hush-hush"))
        rig.azure.removeHooks()
        rig.plant(user: "{ token: \"hush-hush\\u0007\" }")
        #expect(!(await rig.refusal()).contains("hush"))
    }
}
