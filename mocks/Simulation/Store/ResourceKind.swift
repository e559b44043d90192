/// The kinds of object that the simulated cluster keeps.
public enum ResourceKind: Int, CaseIterable, Hashable, Sendable {
    case deployment, replicaSet, pod, service, endpointSlice, ingress, httpRoute, gateway, virtualService, lease
    case autoscaler, event, namespace
}

/// What the API says about a kind: where it is served, what it is called, what it can do.
struct ResourceFacts: Sendable {
    var kind: String
    var plural: String
    var group: String
    /// Served versions; the first is the one objects are kept in.
    var versions: [String]
    /// Defined by a CustomResourceDefinition: no strategic merge patch, lists are atomic.
    var isCustom = false
    /// Whether `metadata.generation` counts changes of the spec.
    var countsGeneration = true
    var hasStatus = true
    var isNamespaced = true

    /// `apps/v1`, `v1`.
    func apiVersion(_ version: String? = nil) -> String {
        let version = version ?? versions[0]
        return group.isEmpty ? version : "\(group)/\(version)"
    }

    /// `deployments.apps`, `services`.
    var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }
    /// `Deployment.apps`, `Service`.
    var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }
}

extension ResourceKind {
    var facts: ResourceFacts { Self.table[rawValue] }

    private static let table: [ResourceFacts] = allCases.map(facts(of:))

    private static func facts(of kind: ResourceKind) -> ResourceFacts {
        switch kind {
        case .deployment: ResourceFacts(kind: "Deployment", plural: "deployments", group: "apps", versions: ["v1"])
        case .replicaSet: ResourceFacts(kind: "ReplicaSet", plural: "replicasets", group: "apps", versions: ["v1"])
        case .pod: ResourceFacts(kind: "Pod", plural: "pods", group: "", versions: ["v1"])
        case .service:
            ResourceFacts(kind: "Service", plural: "services", group: "", versions: ["v1"], countsGeneration: false)
        case .endpointSlice:
            ResourceFacts(
                kind: "EndpointSlice",
                plural: "endpointslices",
                group: "discovery.k8s.io",
                versions: ["v1"],
                hasStatus: false
            )
        case .ingress:
            ResourceFacts(kind: "Ingress", plural: "ingresses", group: "networking.k8s.io", versions: ["v1"])
        case .httpRoute:
            ResourceFacts(
                kind: "HTTPRoute",
                plural: "httproutes",
                group: "gateway.networking.k8s.io",
                versions: ["v1", "v1beta1"],
                isCustom: true
            )
        case .gateway:
            ResourceFacts(
                kind: "Gateway",
                plural: "gateways",
                group: "gateway.networking.k8s.io",
                versions: ["v1", "v1beta1"],
                isCustom: true
            )
        case .virtualService:
            ResourceFacts(
                kind: "VirtualService",
                plural: "virtualservices",
                group: "networking.istio.io",
                versions: ["v1", "v1beta1"],
                isCustom: true
            )
        case .lease:
            ResourceFacts(
                kind: "Lease",
                plural: "leases",
                group: "coordination.k8s.io",
                versions: ["v1"],
                countsGeneration: false,
                hasStatus: false
            )
        case .autoscaler:
            ResourceFacts(
                kind: "HorizontalPodAutoscaler",
                plural: "horizontalpodautoscalers",
                group: "autoscaling",
                versions: ["v2"],
                countsGeneration: false
            )
        case .event:
            ResourceFacts(
                kind: "Event",
                plural: "events",
                group: "",
                versions: ["v1"],
                countsGeneration: false,
                hasStatus: false
            )
        case .namespace:
            ResourceFacts(
                kind: "Namespace",
                plural: "namespaces",
                group: "",
                versions: ["v1"],
                countsGeneration: false,
                isNamespaced: false
            )
        }
    }

    /// The kind served at a group, version and plural; events are served by two groups.
    static func served(group: some StringProtocol, version: some StringProtocol, plural: some StringProtocol)
        -> ResourceKind?
    {
        if plural == "events", group == "events.k8s.io", version == "v1" { return .event }
        return allCases.first {
            let facts = $0.facts
            return facts.plural == plural && facts.group == group && facts.versions.contains { $0 == version }
        }
    }
}
