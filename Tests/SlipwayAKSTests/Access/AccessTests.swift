import HTTPTypes
import SlipwayAKS
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwaySimulation
import Testing

@Suite("The way to a cluster of AKS") struct AccessTests {
    private static let server = "6dae42f8-4368-4678-94ff-3960e28e3630"

    @Test(
        "given a cluster of Entra, when its kubeconfig names kubelogin, then a token for its application is asked for and nothing is run"
    )
    func entra() async throws {
        let rig = try Rig()
        let way = try await rig.resolve()
        #expect(rig.asked.withLock { $0 } == ["\(Self.server)/.default of \(AzureWorld.Seed.tenant)"])
        #expect(rig.managed == ["GET shop-aks", "POST listClusterUserCredential"])
        #expect(way.access.tls.certificate == nil && way.access.login?.command == "kubelogin")
        #expect(way.summary.last == "user by a token of Entra tenant \(AzureWorld.Seed.tenant)")
        let observation = try await rig.provider().observe()
        #expect(observation.live?.version == "1.4.0")
    }

    @Test(
        "given a kubeconfig with the auth-provider of old clients, when it is read, then it is a login of Entra as well"
    )
    func legacy() async throws {
        let rig = try Rig()
        rig.plant(
            user: "{ auth-provider: { name: azure, config: { apiserver-id: \(Self.server), client-id: x, "
                + "tenant-id: \(AzureWorld.Seed.tenant), environment: AzurePublicCloud, config-mode: '1' } } }"
        )
        _ = try await rig.resolve()
        #expect(rig.asked.withLock { $0 } == ["\(Self.server)/.default of \(AzureWorld.Seed.tenant)"])
    }

    @Test("given `admin`, when the cluster has local accounts, then its administrator's token is used")
    func admin() async throws {
        var rig = try Rig()
        rig.settings.isAdmin = true
        let way = try await rig.resolve()
        #expect(rig.managed == ["GET shop-aks", "POST listClusterAdminCredential"])
        #expect(rig.asked.withLock { $0 }.isEmpty)
        #expect(way.summary.last == "user clusterAdmin_shop-rg_shop-aks")
        #expect(try await rig.provider().observe().live?.version == "1.4.0")
    }

    @Test("given a cluster with local accounts only, when its token is refused, then its kubeconfig is fetched again")
    func renewal() async throws {
        let rig = try Rig(cluster: { $0.usesEntra = false })
        let way = try await rig.resolve()
        let transport = rig.transport(way)
        let path = "/apis/apps/v1/namespaces/default/deployments/shop-stable"
        let request = Request(.get, way.access.origin, path)
        #expect(try await transport.send(request).status == 200)
        let refusals = Locked(1)
        rig.azure.before { call, _ in
            guard call.request.target == path else { return nil }
            let isRefused = refusals.withLock { count in
                defer { count = max(count - 1, 0) }
                return count > 0
            }
            return isRefused ? .response(Response(status: 401)) : nil
        }
        #expect(try await transport.send(request).status == 200)
        #expect(rig.managed.filter { $0 == "POST listClusterUserCredential" }.count == 2)
    }

    @Test("given a local kubeconfig that leads elsewhere by now, when a token is renewed, then nothing is sent there")
    func renewedElsewhere() async throws {
        let rig = try Rig(cluster: { $0.usesEntra = false })
        let way = try await rig.resolve()
        _ = try await way.access.credentials?.lease()
        rig.plant(user: "{ token: t }", server: "https://elsewhere.example.com")
        let failure = await #expect(throws: CredentialFailure.self) { _ = try await way.access.credentials?.lease() }
        #expect(failure?.description.contains("leads to elsewhere.example.com") == true)
    }

    @Test(
        "given a private cluster, when it is looked for, then it is warned of, and its public name is used where wanted"
    )
    func privateCluster() async throws {
        var rig = try Rig(cluster: { $0.isPrivate = true })
        let inside = try await rig.resolve()
        #expect(inside.access.origin.host.contains(".privatelink."))
        #expect(inside.warnings.contains { $0.hasPrefix("AKS cluster shop-aks is private: ") })
        rig.azure.before { call, _ in
            call.request.origin.host.contains(".privatelink.") ? .failure(HTTPFailure(.unsent, "no such host")) : nil
        }
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await rig.transport(inside).send(Request(.get, inside.access.origin, "/version"))
        }
        #expect(failure?.reason.hasPrefix("no such host; AKS cluster shop-aks is private, so run this from") == true)
        rig.settings.usesPublicFQDN = true
        let outside = try await rig.resolve()
        #expect(!outside.access.origin.host.contains(".privatelink."))
        #expect(try await rig.provider().observe().live?.version == "1.4.0")
    }

    @Test(
        "given a kubeconfig with a client certificate and no token, when the certificate is missing its key, then it is said"
    )
    func certificate() async throws {
        let rig = try Rig(cluster: { $0.usesEntra = false })
        rig.plant(user: "{ client-certificate-data: \"\(Digits64.text("x"))\" }")
        #expect(await rig.refusal().contains("has a client-certificate and no client-key; both are needed"))
    }
}
