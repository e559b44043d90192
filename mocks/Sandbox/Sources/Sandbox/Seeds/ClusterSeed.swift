import SlipwayBase
import SlipwayConfig
import SlipwaySimulation

/// What a cluster holds at the beginning.
struct ClusterSeed: Sendable {
    /// Its name, part of its path.
    var name: String
    /// Who may do what, beside the users that the sandbox makes.
    var users: [KubernetesUser] = []
    var content = KubernetesWorld.Seed()

    init(name: String) { self.name = name }

    func world(at now: Timestamp) throws(InputFailure) -> KubernetesWorld { try KubernetesWorld(content, at: now) }
}

extension ClusterSeed {
    private enum Failing: String, CaseIterable { case failToPull, crash, hang, slow }
    private enum RouteKind: String, CaseIterable { case httpRoute, ingress, virtualService }

    init?(reading reader: ConfigReader) {
        guard let name = reader.string("name", required: true) else { return nil }
        self.init(name: name)
        let isName = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        if !isName || name.isEmpty, let node = reader.node("name") {
            reader.findings.error(node, "must be of small letters, digits and hyphens")
        }
        if let ready = reader.duration("readyAfter", in: .zero ... .seconds(86_400)) {
            content.settings.readyDelay = ready
        }
        content.settings.historyEntriesMax = 10_000
        content.namespaces = reader.strings("namespaces") ?? []
        content.deployments = reader.each("deployments", Self.deployment)
        content.services = reader.each("services") { service in
            guard let name = service.string("name", required: true) else { return nil }
            return SeedService(
                name,
                namespace: service.string("namespace") ?? "default",
                selector: service.texts("selector") ?? ["app": name],
                port: service.int("port", in: 1...65_535) ?? 80
            )
        }
        content.routes = reader.each("routes", Self.route)
        content.objects = (reader.list("objects", max: 10_000) ?? []).map(\.json)
        content.podBehaviours = reader.each("failures", Self.failure)
        users = reader.each("users", Self.user)
    }

    private static func deployment(_ reader: ConfigReader) -> SeedDeployment? {
        guard let name = reader.string("name", required: true), let image = reader.string("image", required: true)
        else { return nil }
        var deployment = SeedDeployment(
            name,
            namespace: reader.string("namespace") ?? "default",
            image: image,
            replicas: reader.int("replicas", in: 0...Limits.replicasMax) ?? 4
        )
        deployment.labels = reader.texts("labels") ?? [:]
        deployment.annotations = reader.texts("annotations") ?? [:]
        return deployment
    }

    private static func route(_ reader: ConfigReader) -> SeedRoute? {
        guard let name = reader.string("name", required: true), let stable = reader.string("stable", required: true)
        else { return nil }
        let kind: SeedRoute.Kind =
            switch reader.choice("kind", of: RouteKind.self) ?? .httpRoute {
            case .httpRoute: .httpRoute(gateway: reader.string("gateway") ?? "edge")
            case .ingress: .ingress
            case .virtualService: .virtualService
            }
        var route = SeedRoute(
            kind,
            name,
            namespace: reader.string("namespace") ?? "default",
            stable: stable,
            canary: reader.string("canary"),
            canaryWeight: reader.int("weight", in: 0...100) ?? 0
        )
        if let host = reader.string("host") { route.host = host }
        return route
    }

    private static func failure(_ reader: ConfigReader) -> (pattern: ImagePattern, behaviour: PodBehaviour)? {
        let pattern: ImagePattern? =
            reader.string("image").map(ImagePattern.exactly)
            ?? reader.string("imageContains").map(ImagePattern.containing)
        if pattern == nil { reader.require(["image", "imageContains"]) }
        guard let kind = reader.choice("kind", of: Failing.self, required: true), let pattern else { return nil }
        let behaviour: PodBehaviour =
            switch kind {
            case .failToPull: .failToPull(message: reader.string("message") ?? "manifest unknown")
            case .crash: .crash(exitCode: reader.int("exitCode", in: 1...255) ?? 1)
            case .hang: .hang
            case .slow: .readyAfter(reader.duration("readyAfter") ?? .seconds(60))
            }
        return (pattern, behaviour)
    }

    private static func user(_ reader: ConfigReader) -> KubernetesUser? {
        guard let name = reader.string("name", required: true) else { return nil }
        func rules(_ key: String) -> [Rights.Rule] {
            reader.each(key) { rule in
                Rights.Rule(
                    verb: rule.string("verb"),
                    resource: rule.string("resource"),
                    group: rule.string("group"),
                    namespace: rule.string("namespace")
                )
            }
        }
        let isLimited = reader.has("allow")
        return KubernetesUser(
            name: name,
            token: reader.string("token").map { Secret($0) },
            allowed: isLimited ? rules("allow") : nil,
            denied: rules("deny")
        )
    }
}
