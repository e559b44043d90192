import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// A simulated cluster with a clock of its own, asked in few words.
struct Cluster {
    var world: KubernetesWorld
    var now: Timestamp
    static let start = Timestamp(milliseconds: 1_795_222_900_000)

    init(_ seed: KubernetesWorld.Seed = KubernetesWorld.Seed()) throws {
        now = Self.start
        world = try KubernetesWorld(seed, at: now)
    }

    /// A cluster with the Deployment `web` of four ready pods behind the Service `web`.
    static func web(_ change: (inout SeedDeployment) -> Void = { _ in }) throws -> Cluster {
        var seed = KubernetesWorld.Seed()
        var deployment = SeedDeployment("web", image: "example.test/web:1", replicas: 4)
        (deployment.maxSurge, deployment.maxUnavailable) = (1, 0)
        change(&deployment)
        seed.deployments = [deployment]
        seed.services = [SeedService("web", selector: ["app": "web"])]
        return try Cluster(seed)
    }

    struct Answer {
        var status: Int
        var body: JSON
        var text: String
        var lines: [JSON] { text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) } }
    }

    mutating func wait(_ seconds: Double) {
        now = now + .milliseconds(Int64(seconds * 1000))
        world.advance(to: now)
    }

    @discardableResult
    mutating func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ body: JSON? = nil,
        type: String = "application/json",
        headers: HTTPFields = [:]
    ) -> Answer {
        send(method, target, bytes: body?.bytes, type: type, headers: headers)
    }

    @discardableResult
    mutating func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        bytes: [UInt8]?,
        type: String,
        headers: HTTPFields = [:]
    ) -> Answer {
        var request = Request(method, Origin(scheme: "https", host: "cluster.test"), target, headers: headers)
        if let bytes {
            request.body = .bytes(bytes)
            request.headers[.contentType] = type
        }
        if request.headers[.userAgent] == nil { request.headers[.userAgent] = "tests/1" }
        let response = world.respond(to: request, at: now)
        let text = String(decoding: response.body, as: UTF8.self)
        return Answer(status: response.status, body: (try? JSON(parsing: response.body)) ?? .null, text: text)
    }

    @discardableResult
    mutating func merge(_ target: String, _ patch: JSON) -> Answer {
        send(.patch, target, patch, type: "application/merge-patch+json")
    }

    @discardableResult
    mutating func apply(_ target: String, _ body: JSON) -> Answer {
        send(.patch, target, body, type: "application/apply-patch+yaml")
    }

    @discardableResult
    mutating func setImage(_ image: String, of name: String = "web") -> Answer {
        send(
            .patch,
            Self.deployment(name),
            ["spec": ["template": ["spec": ["containers": [["name": .string(name), "image": .string(image)]]]]]],
            type: "application/strategic-merge-patch+json"
        )
    }

    mutating func get(_ target: String) -> JSON { send(.get, target).body }

    static func deployment(_ name: String) -> String { "/apis/apps/v1/namespaces/default/deployments/\(name)" }
    static func route(_ name: String) -> String {
        "/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes/\(name)"
    }
    static let pods = "/api/v1/namespaces/default/pods"
    static let leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
}

extension JSON {
    /// The condition of a type in `status.conditions`.
    func condition(_ type: String) -> JSON? {
        self["status"]?["conditions"]?.array?.first { $0["type"]?.string == type }
    }

    func status(_ name: String) -> Int { self["status"]?[name]?.int ?? 0 }

    var resourceVersion: String { self["metadata"]?["resourceVersion"]?.string ?? "" }
}
