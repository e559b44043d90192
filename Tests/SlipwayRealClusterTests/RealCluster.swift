import Foundation
import HTTPTypes
import SlipwayAccess
import SlipwayBase
import SlipwayCurl
import SlipwayEngine
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel

/// The control plane that `SLIPWAY_KUBECONFIG` leads to, and a namespace of its own on it.
struct RealCluster {
    static let kubeconfig = ProcessInfo.processInfo.environment["SLIPWAY_KUBECONFIG"]
    static let whySkipped = "SLIPWAY_KUBECONFIG is not set: the tests against a real API server are skipped"

    let client: CurlClient
    let transport: any Transport
    let origin: Origin
    let namespace: String

    init(namespace: String) async throws {
        let request = ClusterAccess.Request(kubeconfig: Self.kubeconfig)
        let (access, _) = try await ClusterAccess.resolve(request, in: .live(time: WallClock())).settled()
        client = try CurlClient()
        origin = access.origin
        var middlewares: [any Middleware] = []
        if let source = access.credentials {
            let cache = CredentialCache(source, time: WallClock())
            middlewares.append(Authenticate(cache, signer: BearerSigner(), time: WallClock()))
        }
        transport = Pipeline(middlewares, to: client.transport(tls: access.tls))
        self.namespace = namespace
        try await send(.delete, "/api/v1/namespaces/\(namespace)", nil, expect: [200, 202, 404, 409])
        while try await get("/api/v1/namespaces/\(namespace)") != nil {
            try await WallClock().sleep(for: .milliseconds(300))
        }
        try await send(
            .post,
            "/api/v1/namespaces",
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]
        )
    }

    func close() async throws {
        try await send(.delete, "/api/v1/namespaces/\(namespace)", nil)
        client.shutdown()
    }

    @discardableResult
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSON?, expect: Set<Int> = [200, 201, 202])
        async throws -> JSON
    {
        var request = Request(
            method,
            origin,
            path,
            headers: [.accept: "application/json", .contentType: "application/json"]
        )
        if let body { request.body = .bytes(body.bytes) }
        let response = try await transport.send(request)
        guard expect.contains(response.status) else {
            throw InputFailure(
                "\(method) \(path) answered \(response.status): \(String(decoding: response.body, as: UTF8.self))"
            )
        }
        return try JSON(parsing: response.body)
    }

    func get(_ path: String) async throws -> JSON? {
        let response = try await transport.send(Request(.get, origin, path, headers: [.accept: "application/json"]))
        return response.status == 404 ? nil : try JSON(parsing: response.body)
    }

    private var deployments: String { "/apis/apps/v1/namespaces/\(namespace)/deployments" }

    func createDeployment(_ name: String, image: String, replicas: Int, labels: JSON) async throws {
        try await send(
            .post,
            deployments,
            [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": .string(name), "annotations": ["team": "checkout"]],
                "spec": [
                    "replicas": JSON(replicas), "selector": ["matchLabels": labels],
                    "template": [
                        "metadata": ["labels": labels],
                        "spec": [
                            "containers": [
                                ["name": "shop", "image": .string(image), "ports": [["containerPort": 8080]]]
                            ]
                        ],
                    ],
                ],
            ]
        )
        while try await get("\(deployments)/\(name)")?[path: "status", "availableReplicas"]?.int != replicas {
            try await WallClock().sleep(for: .milliseconds(200))
        }
    }

    func createService(_ name: String, selector: JSON) async throws {
        try await send(
            .post,
            "/api/v1/namespaces/\(namespace)/services",
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)],
                "spec": ["selector": selector, "ports": [["port": 80, "targetPort": 8080]]],
            ]
        )
    }

    func createRoute(_ name: String, service: String) async throws {
        try await send(
            .post,
            routes,
            [
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": ["name": .string(name)],
                "spec": [
                    "parentRefs": [["name": "edge"]],
                    "rules": [
                        [
                            "matches": [["path": ["type": "PathPrefix", "value": "/admin"]]],
                            "backendRefs": [["name": "admin", "port": 80]],
                        ],
                        [
                            "matches": [["path": ["type": "PathPrefix", "value": "/"]]],
                            "backendRefs": [["name": .string(service), "port": 80]],
                        ],
                    ],
                ],
            ]
        )
    }

    var routes: String { "/apis/gateway.networking.k8s.io/v1/namespaces/\(namespace)/httproutes" }

    func deployment(_ name: String) async throws -> JSON? { try await get("\(deployments)/\(name)") }

    func image(_ name: String) async throws -> String? {
        try await deployment(name)?[path: "spec", "template", "spec", "containers"]?[0]?["image"]?.string
    }

    func provider(_ layout: KubernetesLayout, target: String = "rig") -> KubernetesProvider {
        KubernetesProvider(
            target: target,
            layout: layout,
            namespace: namespace,
            origin: origin,
            transport: transport,
            time: WallClock()
        )
    }
}

/// Real time: these tests wait for a real control plane.
struct WallClock: TimeSource {
    var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
    func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }
}
