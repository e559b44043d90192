import SlipwayAKS
import SlipwayAzure
import SlipwayBase
import SlipwayConfig
import SlipwayKubernetes
import Testing

@Suite("The aks section") struct SettingsTests {
    private static let place =
        "subscription: 11111111-1111-1111-1111-111111111111, resourceGroup: shop-rg, cluster: shop-aks"

    private func read(_ section: String) throws -> AKSSettings {
        let node = try ConfigNode.parse(text: "{ \(section) }", file: "slipway.yaml")
        return try ConfigReader.decode(node) { AKSSettings(reading: $0) }
    }

    @Test("given every key, when the section is read, then its value is kept")
    func good() throws {
        let settings = try read(
            Self.place
                + ", tenant: 22222222-2222-2222-2222-222222222222, admin: true, publicFQDN: true, cloud: AzureChinaCloud, "
                + "credential: workloadIdentity, namespace: web, container: app, deployment: shop, lock: { duration: 1m }"
        )
        var scope = AzureScope(
            subscription: "11111111-1111-1111-1111-111111111111",
            tenant: "22222222-2222-2222-2222-222222222222",
            resourceGroup: "shop-rg"
        )
        (scope.cloud, scope.credential) = ("AzureChinaCloud", .workloadIdentity)
        let inside = KubernetesSettings(
            namespace: "web",
            container: "app",
            lockSeconds: 60,
            layout: .rolling(deployment: "shop")
        )
        #expect(
            settings
                == AKSSettings(scope, cluster: "shop-aks", isAdmin: true, usesPublicFQDN: true, kubernetes: inside)
        )
    }

    @Test("given a front before a canary, when the section is read, then no route inside is needed")
    func front() throws {
        let settings = try read(
            Self.place
                + ", stable: s, canary: c, frontDoor: { profile: edge, originGroup: g, stableOrigin: a, canaryOrigin: b }"
        )
        #expect(
            settings.front == FrontSettings(.frontDoor(originGroup: "g"), profile: "edge", stable: "a", candidate: "b")
        )
        guard case .canary(_, _, .external) = settings.kubernetes.layout else {
            Issue.record("it is \(settings.kubernetes.layout)")
            return
        }
    }

    @Test(
        "given a bad section, when it is read, then one sentence says what to do",
        arguments: [
            ("resourceGroup: r, cluster: c, deployment: d", "subscription: is missing"),
            ("subscription: shop, resourceGroup: r, cluster: c, deployment: d", "must be a GUID"),
            (
                "subscription: 11111111-1111-1111-1111-111111111111, resourceGroup: r., cluster: c, deployment: d",
                "the name of a resource group"
            ),
            (place + "/x, deployment: d", "the name of an AKS cluster"),
            (place + ", context: prod, deployment: d", "unknown key \"context\""),
            (place + ", kubeconfig: /k, deployment: d", "unknown key \"kubeconfig\""),
            (place + ", cloud: AzureGermanCloud, deployment: d", "must be one of AzureCloud"),
            (place + ", stable: s, canary: c", "`virtualService`, `frontDoor` or `trafficManager`"),
            (
                place + ", deployment: d, frontDoor: { profile: p, originGroup: g, stableOrigin: a, canaryOrigin: b }",
                "needs no Service or route"
            ),
            (
                place + ", blue: a, green: b, trafficManager: { profile: p, stableEndpoint: a, canaryEndpoint: b }",
                "`trafficManager` shares traffic for a canary"
            ),
            (
                place + ", stable: s, canary: c, httpRoute: { name: r }, frontDoor: { profile: p }",
                "only one of service, ingress, httpRoute, virtualService, frontDoor or trafficManager may be given"
            ),
            (
                place + ", stable: s, canary: c, frontDoor: { profile: p, originGroup: g, stableOrigin: a }",
                "canaryOrigin: is missing"
            ),
        ]
    )
    func bad(_ section: String, _ sentence: String) {
        let failure = #expect(throws: InputFailure.self) { try read(section) }
        #expect(failure?.description.contains(sentence) == true, "\(failure?.description ?? "accepted")")
        #expect(failure?.diagnostics.count == 1, "\(failure?.description ?? "accepted")")
    }
}
