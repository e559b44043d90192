public import SlipwayBase
public import SlipwayKubernetes
public import SlipwayModel

/// The cluster that a target of a config is rehearsed on: what the config names exists, with an older release.
public struct Rehearsal: Sendable {
    private let layout: KubernetesLayout
    private let namespace: String
    private let application: String
    private let container: String?
    private let cluster: WorldFile.Cluster
    private let image: String
    private let gatewayClass: String

    /// A rehearsal of releasing `release` in `namespace` on what `cluster` says.
    public init(
        of layout: KubernetesLayout,
        container: String?,
        namespace: String,
        application: String,
        release: Release,
        on cluster: WorldFile.Cluster,
        gatewayClass: String = "simulated"
    ) {
        (self.layout, self.container, self.namespace) = (layout, container, namespace)
        (self.application, self.cluster, self.gatewayClass) = (application, cluster, gatewayClass)
        image = cluster.liveImage ?? Self.older(than: release.artifact.description)
    }

    /// The cluster at `now`.
    public func world(at now: Timestamp) throws(InputFailure) -> KubernetesWorld {
        var seed = KubernetesWorld.Seed()
        seed.namespaces = [namespace]
        if let readyAfter = cluster.readyAfter { seed.settings.readyDelay = readyAfter }
        seed.podBehaviours = cluster.failures.map { ($0.image, $0.behaviour) }
        switch layout {
        case .rolling(let name):
            seed.objects = [deployment(name)]
            seed.services = [service(name, fleet: nil)]
        case .blueGreen(let blue, let green, let front, let preview):
            seed.objects = [deployment(blue.deployment)]
            seed.services = [service(blue), service(green)]
            add(front, blue, green, to: &seed)
            if let preview { seed.services.append(service(preview, fleet: green.deployment)) }
        case .canary(let stable, let canary, let front):
            seed.objects = [deployment(stable.deployment)]
            seed.services = [service(stable), service(canary)]
            add(front, stable, canary, to: &seed)
        }
        seed.services = distinct(seed.services)
        return try KubernetesWorld(seed, at: now)
    }

    private func add(
        _ front: KubernetesLayout.Switch,
        _ blue: KubernetesFleet,
        _ green: KubernetesFleet,
        to seed: inout KubernetesWorld.Seed
    ) {
        switch front {
        // First, so that a fleet whose Service would have the same name gives way.
        case .service(let name): seed.services.insert(service(name, fleet: blue.deployment), at: 0)
        case .ingress(let name):
            seed.routes = [SeedRoute(.ingress, name, namespace: namespace, stable: blue.service)]
        case .httpRoute(let name, let rule): addHTTPRoute(name, rule, blue, green, to: &seed)
        }
    }

    private func add(
        _ front: KubernetesLayout.Weights,
        _ stable: KubernetesFleet,
        _ canary: KubernetesFleet,
        to seed: inout KubernetesWorld.Seed
    ) {
        switch front {
        case .httpRoute(let name, let rule): addHTTPRoute(name, rule, stable, canary, to: &seed)
        case .ingress(let name):
            seed.routes = [SeedRoute(.ingress, name, namespace: namespace, stable: stable.service)]
        case .virtualService(let name, let route):
            seed.objects.append(virtualService(name, route, stable.service, canary.service))
        case .replicaRatio(let name): seed.services.insert(service(name, fleet: nil), at: 0)
        case .external: break
        }
    }

    private func distinct(_ services: [SeedService]) -> [SeedService] {
        var names: Set<String> = []
        return services.filter { names.insert($0.name).inserted }
    }

    private func service(_ fleet: KubernetesFleet) -> SeedService { service(fleet.service, fleet: fleet.deployment) }

    private func service(_ name: String, fleet: String?) -> SeedService {
        var selector = ["app": application]
        selector["fleet"] = fleet
        return SeedService(name, namespace: namespace, selector: selector)
    }

    /// A version a little older than that of `release`, such as `2.4.0` for `2.4.1`.
    public static func older(than release: Release) -> String {
        String(older(than: "app:\(release.version)").dropFirst("app:".count))
    }

    /// An image of the same repository whose tag is a little older, such as `2.4.0` for `2.4.1`.
    public static func older(than image: String) -> String {
        let bare = image.split(separator: "@", maxSplits: 1).first.map(String.init) ?? image
        let slash = bare.lastIndex(of: "/") ?? bare.startIndex
        guard let colon = bare[slash...].lastIndex(of: ":") else { return bare + ":previous" }
        let (repository, tag) = (bare[..<colon], bare[bare.index(after: colon)...])
        var parts = tag.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let index = parts.lastIndex(where: { (Int($0) ?? 0) > 0 }), let number = Int(parts[index]) else {
            return "\(repository):previous"
        }
        parts[index] = String(number - 1)
        return "\(repository):\(parts.joined(separator: "."))"
    }
}

extension Rehearsal {
    private func metadata(_ name: String) -> JSON { ["name": .string(name), "namespace": .string(namespace)] }

    private func deployment(_ name: String) -> JSON {
        let labels: JSON = ["app": .string(application), "fleet": .string(name)]
        var metadata = metadata(name)
        metadata["labels"] = labels
        // The mark that a former release by slipway would have left.
        if let version = cluster.liveVersion { metadata["annotations"] = ["slipway.dev/version": .string(version)] }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
            "spec": [
                "replicas": JSON(cluster.replicas ?? 4), "selector": ["matchLabels": labels],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": [
                        "containers": [
                            [
                                "name": .string(container ?? name), "image": .string(image),
                                "ports": [["name": "http", "containerPort": 8080]],
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    private func addHTTPRoute(
        _ name: String,
        _ rule: Int?,
        _ one: KubernetesFleet,
        _ two: KubernetesFleet,
        to seed: inout KubernetesWorld.Seed
    ) {
        seed.objects.append([
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": metadata("edge"),
            "spec": [
                "gatewayClassName": .string(gatewayClass),
                "listeners": [["name": "http", "protocol": "HTTP", "port": 80]],
            ],
        ])
        let backends: JSON = [
            ["name": .string(one.service), "port": 80, "weight": 100],
            ["name": .string(two.service), "port": 80, "weight": 0],
        ]
        let ours: JSON = ["matches": [["path": ["type": "PathPrefix", "value": "/"]]], "backendRefs": backends]
        let others = (0..<(rule ?? 0)).map { number -> JSON in
            [
                "matches": [["path": ["type": "PathPrefix", "value": "/other-\(number)"]]],
                "backendRefs": [backends[0] ?? .null],
            ]
        }
        seed.objects.append([
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": metadata(name),
            "spec": [
                "parentRefs": [["name": "edge"]], "hostnames": [.string("\(name).example.test")],
                "rules": .array(others + [ours]),
            ],
        ])
    }

    private func virtualService(_ name: String, _ route: String?, _ stable: String, _ canary: String) -> JSON {
        func destination(_ host: String, _ weight: Int) -> JSON {
            ["destination": ["host": .string(host)], "weight": JSON(weight)]
        }
        var http: JSON = ["route": [destination(stable, 100), destination(canary, 0)]]
        if let route { http["name"] = .string(route) }
        return [
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": metadata(name),
            "spec": ["hosts": [.string("\(name).example.test")], "http": [http]],
        ]
    }
}
