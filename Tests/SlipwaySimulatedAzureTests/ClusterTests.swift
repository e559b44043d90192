import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import SlipwaySimulatedAzure
import SlipwaySimulation
import Testing

@Suite("Managed clusters")
struct ClusterTests {
    private static let root =
        "/subscriptions/\(AzureWorld.Seed.subscription)/resourceGroups/shop-rg/providers/Microsoft.ContainerService"
        + "/managedClusters/shop-aks"

    private func cloud(_ change: (inout AzureWorld.Seed.Cluster) -> Void = { _ in }) -> Cloud {
        var cluster = AzureWorld.Seed.Cluster()
        change(&cluster)
        return Cloud { $0.clusters = [cluster] }
    }

    private func kubeconfig(_ cloud: inout Cloud, _ call: String) throws -> String {
        let answer = cloud.send(.post, Self.root + call, version: "2024-09-01")
        let value = try #require(answer.json?["kubeconfigs"]?[0]?["value"]?.string)
        return String(decoding: try #require(Digits.bytes(base64: value)), as: UTF8.self)
    }

    @Test("given a cluster of Entra, when its kubeconfig is asked for, then a plugin gets the token")
    func plugin() throws {
        var cloud = cloud()
        let text = try kubeconfig(&cloud, "/listClusterUserCredential")
        #expect(text.contains("command: kubelogin"))
        #expect(text.contains("6dae42f8-4368-4678-94ff-3960e28e3630"))
        #expect(text.contains("server: https://\(cloud.world.apiServer(of: "shop-aks") ?? ""):443"))
        #expect(try kubeconfig(&cloud, "/listClusterUserCredential?format=azure").contains("auth-provider:"))
    }

    @Test("given an API server, when a token is for somebody else, then it is 401; the right one is handed on")
    func audience() throws {
        var cloud = cloud()
        let url = "https://\(cloud.world.apiServer(of: "shop-aks") ?? ""):443/api/v1/namespaces"
        #expect(cloud.send(.get, url, bytes: nil).status == 401)
        cloud.token = cloud.world.issueToken(for: "6dae42f8-4368-4678-94ff-3960e28e3630").reveal()
        let answer = cloud.send(.get, url, bytes: nil)
        #expect(answer.status == 200)
        #expect(answer.json?["kind"] == "NamespaceList")
    }

    @Test(
        "given local accounts, when they are disabled, then the admin's kubeconfig is refused and its token is worth nothing"
    )
    func localAccounts() throws {
        var open = cloud()
        let text = try kubeconfig(&open, "/listClusterAdminCredential")
        let line = try #require(text.split(separator: "\n").first { $0.contains("token: ") })
        open.token = String(try #require(line.split(separator: " ").last))
        let url = "https://\(open.world.apiServer(of: "shop-aks") ?? ""):443/version"
        #expect(open.send(.get, url, bytes: nil).status == 200)
        var closed = cloud { $0.disablesLocalAccounts = true }
        let refused = closed.send(.post, Self.root + "/listClusterAdminCredential", version: "2024-09-01")
        #expect(refused.status == 400)
        #expect(refused.json?["message"]?.string?.contains("disable local accounts") == true)
    }

    @Test("given a private cluster, when it is reached from outside, then only its public name answers")
    func isPrivate() throws {
        var cloud = cloud { $0.isPrivate = true }
        let inside = try #require(cloud.world.apiServer(of: "shop-aks"))
        #expect(inside.contains("privatelink"))
        let text = try kubeconfig(&cloud, "/listClusterUserCredential?server-fqdn=public")
        #expect(!text.contains("privatelink"))
        cloud.token = cloud.world.issueToken(for: "6dae42f8-4368-4678-94ff-3960e28e3630").reveal()
        #expect(cloud.send(.get, "https://\(inside):443/version", bytes: nil).status == 503)
        let outside = inside.replacing("privatelink", with: "hcp")
        #expect(cloud.send(.get, "https://\(outside):443/version", bytes: nil).status == 200)
    }

    @Test("given a watch, when it is opened with the right token, then the cluster's events are streamed")
    func watch() throws {
        var cloud = cloud()
        let token = cloud.world.issueToken(for: "6dae42f8-4368-4678-94ff-3960e28e3630").reveal()
        let host = try #require(cloud.world.apiServer(of: "shop-aks"))
        var request = Request(
            .get,
            Origin(scheme: "https", host: host),
            "/api/v1/namespaces?watch=true",
            headers: [.authorization: "Bearer \(token)"]
        )
        request.streamsResponse = true
        let stream = cloud.world.openStream(for: request, at: cloud.now)
        var opened = try #require(stream)
        guard case .bytes(let bytes) = opened.stream.first(in: cloud.world) else {
            Issue.record("nothing was streamed")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"ADDED\""))
        request.headers[.authorization] = "Bearer wrong"
        #expect(cloud.world.openStream(for: request, at: cloud.now) == nil)
    }
}

extension SimulatedStream where World == AzureWorld {
    /// What comes first.
    fileprivate mutating func first(in world: AzureWorld) -> StreamPiece { next(in: world, mode: .ends) }
}
