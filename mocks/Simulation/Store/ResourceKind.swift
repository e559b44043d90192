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

    private static let table: [ResourceFacts] = allCases.map { $0.isBuiltIn ? builtIn($0) : custom($0) }

    private var isBuiltIn: Bool { ![.httpRoute, .gateway, .virtualService].contains(self) }

    private static func custom(_ kind: ResourceKind) -> ResourceFacts {
        let (name, plural) =
            switch kind {
            case .httpRoute: ("HTTPRoute", "httproutes")
            case .gateway: ("Gateway", "gateways")
            default: ("VirtualService", "virtualservices")
            }
        let group = kind == .virtualService ? "networking.istio.io" : "gateway.networking.k8s.io"
        return ResourceFacts(kind: name, plural: plural, group: group, versions: ["v1", "v1beta1"], isCustom: true)
    }

    private static func builtIn(_ kind: ResourceKind) -> ResourceFacts {
        var facts =
            switch kind {
            case .replicaSet: ResourceFacts(kind: "ReplicaSet", plural: "replicasets", group: "apps", versions: ["v1"])
            case .pod: ResourceFacts(kind: "Pod", plural: "pods", group: "", versions: ["v1"])
            case .service: ResourceFacts(kind: "Service", plural: "services", group: "", versions: ["v1"])
            case .endpointSlice:
                ResourceFacts(
                    kind: "EndpointSlice",
                    plural: "endpointslices",
                    group: "discovery.k8s.io",
                    versions: ["v1"]
                )
            case .ingress:
                ResourceFacts(kind: "Ingress", plural: "ingresses", group: "networking.k8s.io", versions: ["v1"])
            case .lease:
                ResourceFacts(kind: "Lease", plural: "leases", group: "coordination.k8s.io", versions: ["v1"])
            case .autoscaler:
                ResourceFacts(
                    kind: "HorizontalPodAutoscaler",
                    plural: "horizontalpodautoscalers",
                    group: "autoscaling",
                    versions: ["v2"]
                )
            case .event: ResourceFacts(kind: "Event", plural: "events", group: "", versions: ["v1"])
            case .namespace: ResourceFacts(kind: "Namespace", plural: "namespaces", group: "", versions: ["v1"])
            default: ResourceFacts(kind: "Deployment", plural: "deployments", group: "apps", versions: ["v1"])
            }
        facts.countsGeneration = ![.service, .lease, .autoscaler, .event, .namespace].contains(kind)
        facts.hasStatus = ![.endpointSlice, .lease, .event].contains(kind)
        facts.isNamespaced = kind != .namespace
        return facts
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
