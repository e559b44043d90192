import HTTPTypes
import SlipwayAKS
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySigning
import SlipwaySimulatedAzure
import SlipwaySimulation

/// A subscription with one cluster, and an application that may use it.
struct Rig: Sendable {
    static let new = Release(version: "1.5.0", artifact: .image(reference: "registry.example.com/shop:1.5.0"))
    static let scope = AzureScope(subscription: AzureWorld.Seed.subscription, resourceGroup: "shop-rg")
    static let canary = KubernetesLayout.canary(
        stable: KubernetesFleet(deployment: "shop-stable"),
        canary: KubernetesFleet(deployment: "shop-canary"),
        front: .httpRoute(name: "shop", rule: nil)
    )

    let time = VirtualTime()
    let azure: SimulatedTransport<AzureWorld>
    var settings: AKSSettings
    /// The scopes that tokens for an API server were asked for.
    let asked = Locked<[String]>([])

    /// What `layout` names exists in the cluster with an older release; `change` may change what is there.
    init(
        _ layout: KubernetesLayout = Self.canary,
        gatewayClass: String = "azure-alb-external",
        front: FrontSettings? = nil,
        cluster change: (inout AzureWorld.Seed.Cluster) -> Void = { _ in },
        inside changeInside: (inout KubernetesWorld) throws -> Void = { _ in }
    ) throws {
        let rehearsal = Rehearsal(
            of: layout,
            container: nil,
            namespace: "default",
            application: "shop",
            release: Self.new,
            on: WorldFile.Cluster(),
            gatewayClass: gatewayClass
        )
        var inside = try rehearsal.world(at: time.now)
        try changeInside(&inside)
        var cluster = AzureWorld.Seed.Cluster(kubernetes: inside)
        change(&cluster)
        var seed = AzureWorld.Seed()
        seed.clusters = [cluster]
        let places = ["eu", "eu2"].map { AzureWorld.Seed.Leg($0, .host("\($0).example.com"), isEnabled: $0 == "eu") }
        seed.frontDoors = [AzureWorld.Seed.FrontDoor("edge", originGroup: "shop", origins: places)]
        seed.trafficProfiles = [
            AzureWorld.Seed.TrafficProfile("names", endpointType: "externalEndpoints", endpoints: places)
        ]
        azure = SimulatedTransport(AzureWorld(at: time.now, seed: seed), time: time)
        settings = AKSSettings(
            Self.scope,
            cluster: "shop-aks",
            kubernetes: KubernetesSettings(layout: layout),
            front: front
        )
    }

    var cloud: AzureCloud { .global }

    /// Tokens of the application for a scope, as the composition root would give them.
    private func tokens(_ scope: String) -> any CredentialSource<Secret<String>> {
        ApplicationTokens(azure: azure, time: time, scope: scope)
    }

    var client: ARMClient {
        let cache = CredentialCache(tokens("https://management.azure.com/.default"), time: time)
        return ARMClient(
            cloud,
            transport: Pipeline([Authenticate(cache, signer: BearerSigner(), time: time)], to: azure),
            time: time
        )
    }

    func resolve() async throws(InputFailure) -> AKSAccess.Way {
        try await AKSAccess(settings, client: client, time: time) { scope, tenant in
            asked.withLock { $0.append("\(scope) of \(tenant)") }
            return tokens(scope)
        }.resolve()
    }

    /// The one sentence that access is refused with.
    func refusal() async -> String {
        do throws(InputFailure) { return "accepted: \(try await resolve().access.origin)" } catch {
            return error.diagnostics.map(\.message).joined(separator: "; ")
        }
    }

    /// A transport to the API server with the credentials of `way`.
    func transport(_ way: AKSAccess.Way) -> any Transport {
        var middlewares = way.middlewares + [OriginGuard([way.access.origin])]
        if let credentials = way.access.credentials {
            let cache = CredentialCache(credentials, time: time)
            middlewares.append(Authenticate(cache, signer: BearerSigner(), time: time))
        }
        return Pipeline(middlewares, to: azure)
    }

    func provider() async throws -> AKSProvider {
        let way = try await resolve()
        return AKSProvider(
            target: "shop",
            settings: settings,
            access: way.access,
            transport: transport(way),
            client: client,
            time: time
        )
    }

    /// Who serves production by the cluster's own word.
    func traffic(_ front: Front = .httpRoute("shop")) -> TrafficShares? {
        azure.withWorld { $0.kubernetes("shop-aks")?.traffic(for: front) }
    }

    /// The requests that reached Azure Resource Manager, as `POST listClusterUserCredential`.
    var managed: [String] {
        azure.log.filter { $0.call.request.origin == cloud.resourceManager }.map { exchange in
            let path = exchange.call.request.target.prefix { $0 != "?" }
            return "\(exchange.call.request.method.rawValue) \(path.split(separator: "/").last ?? "")"
        }
    }

    /// Puts an answer in the place of those to requests whose path ends in `suffix`.
    func plant(_ suffix: String, _ status: Int, _ body: JSON) {
        azure.before { call, _ in
            guard call.request.target.prefix(while: { $0 != "?" }).hasSuffix(suffix) else { return nil }
            return .response(
                Response(status: status, headers: [.contentType: "application/json"], body: body.bytes)
            )
        }
    }

    /// Makes Azure hand out a kubeconfig with this user, a flow mapping.
    func plant(user: String, server: String? = nil, more: String = "") {
        let host = azure.world.apiServer(of: "shop-aks") ?? ""
        let text = """
            apiVersion: v1
            kind: Config
            current-context: a
            contexts: [{ name: a, context: { cluster: c, user: u } }]
            clusters: [{ name: c, cluster: { server: "\(server ?? "https://\(host):443")" \(more) } }]
            users: [{ name: u, user: \(user) }]
            """
        plant("listClusterUserCredential", 200, Self.kubeconfigs(text))
    }

    static func kubeconfigs(_ text: String) -> JSON {
        ["kubeconfigs": [["name": "clusterUser", "value": .string(Digits.base64(Array(text.utf8)))]]]
    }
}

/// Tokens for the simulated application, by its secret.
private struct ApplicationTokens: CredentialSource {
    let azure: SimulatedTransport<AzureWorld>
    let time: VirtualTime
    let scope: String

    func lease() async throws(CredentialFailure) -> Lease<Secret<String>> {
        let form =
            "grant_type=client_credentials&client_id=\(AzureWorld.Seed.client)"
            + "&client_secret=simulated-client-secret&scope=\(scope)"
        let request = Request(
            .post,
            AzureCloud.global.login,
            "/\(AzureWorld.Seed.tenant)/oauth2/v2.0/token",
            headers: [.contentType: "application/x-www-form-urlencoded"],
            body: .bytes(Array(form.utf8))
        )
        let response: Response
        do throws(HTTPFailure) { response = try await azure.send(request) } catch { throw .broken(error.reason) }
        guard let token = (try? JSON(parsing: response.body))?["access_token"]?.string else {
            throw .broken("no token: \(response.status)")
        }
        return Lease(Secret(token), expires: time.now + .seconds(3599))
    }
}
