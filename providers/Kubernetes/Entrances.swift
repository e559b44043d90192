import SlipwayBase
public import SlipwayModel

/// What leads production to the route of a target, and which controller looks after it.
public struct Entrance: Hashable, Sendable {
    /// What is known of it.
    public enum Known: Hashable, Sendable {
        /// A Gateway of the Gateway API, of that class.
        case gatewayClass(String)
        /// An Ingress of that class; nil where it names none.
        case ingressClass(String?)
        /// A Gateway of Istio, and the labels of the pods that it opens.
        case istioGateway(selector: [String: String])
        /// The sidecars of Istio's mesh.
        case mesh
        /// It is not there.
        case missing
        /// It cannot be read: one sentence.
        case unreadable(String)
    }

    /// The object as people name it, such as `Gateway edge`.
    public var words: String
    /// What is known of it.
    public var known: Known

    /// Makes an entrance.
    public init(_ words: String, _ known: Known) { (self.words, self.known) = (words, known) }
}

extension KubernetesProvider {
    /// Reads what leads production to the route that the layout names; none where it names no route. Writes nothing.
    public func entrances() async throws(ProviderFailure) -> [Entrance] {
        switch layout {
        case .blueGreen(_, _, .httpRoute(let name, _), _), .canary(_, _, .httpRoute(let name, _)):
            return try await gateways(of: try await api.need(.httpRoutes, name))
        case .blueGreen(_, _, .ingress(let name), _), .canary(_, _, .ingress(let name)):
            let ingress = try await api.need(.ingresses, name)
            let annotation = ingress[path: "metadata", "annotations"]?["kubernetes.io/ingress.class"]?.string
            return [
                Entrance(
                    "Ingress \(name)",
                    .ingressClass(ingress[path: "spec", "ingressClassName"]?.string ?? annotation)
                )
            ]
        case .canary(_, _, .virtualService(let name, _)):
            return try await gateways(ofVirtual: try await api.need(.virtualServices, name))
        default: return []
        }
    }

    private func gateways(of route: JSON) async throws(ProviderFailure) -> [Entrance] {
        var entrances: [Entrance] = []
        for parent in (route[path: "spec", "parentRefs"]?.array ?? []).prefix(10) {
            let name = parent["name"]?.string ?? ""
            guard parent["kind"]?.string ?? "Gateway" == "Gateway", Self.isName(name) else { continue }
            let known = try await look(.gateways, name, parent["namespace"]?.string) { gateway in
                .gatewayClass(gateway[path: "spec", "gatewayClassName"]?.string ?? "")
            }
            entrances.append(Entrance("Gateway \(name)", known))
        }
        return entrances
    }

    private func gateways(ofVirtual service: JSON) async throws(ProviderFailure) -> [Entrance] {
        var entrances: [Entrance] = []
        let names = (service[path: "spec", "gateways"]?.array ?? []).compactMap(\.string)
        for name in (names.isEmpty ? ["mesh"] : names).prefix(10) {
            guard name != "mesh" else {
                entrances.append(Entrance("mesh", .mesh))
                continue
            }
            let parts = name.split(separator: "/").map(String.init)
            guard let last = parts.last, parts.count <= 2, parts.allSatisfy(Self.isName) else { continue }
            let known = try await look(.istioGateways, last, parts.count == 2 ? parts[0] : nil) { gateway in
                let pairs = DeploymentView.pairs(gateway[path: "spec", "selector"] ?? [:])
                return .istioGateway(selector: Dictionary(pairs) { first, _ in first })
            }
            entrances.append(Entrance("Gateway \(name)", known))
        }
        return entrances
    }

    /// Who may not read it may still release: then only its class cannot be told.
    private func look(
        _ resource: KubernetesCalls.Resource,
        _ name: String,
        _ namespace: String?,
        _ known: (JSON) -> Entrance.Known
    ) async throws(ProviderFailure) -> Entrance.Known {
        let namespace = namespace ?? api.calls.namespace
        guard Self.isName(namespace) else { return .missing }
        let place = ClusterAPI(calls: api.calls.inside(namespace), transport: api.transport)
        do throws(ProviderFailure) {
            return try await place.read(resource, name).map(known) ?? .missing
        } catch {
            guard error.kind == .refused else { throw error }
            return .unreadable(error.summary)
        }
    }

    /// What is read from an object becomes part of a path, so nothing but the name of an object is let through.
    private static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text.utf8.first != 0x2E
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
            }
    }
}
