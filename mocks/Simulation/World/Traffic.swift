import SlipwayBase

/// Where the requests of users come in.
public enum Front: Hashable, Sendable {
    /// A Service called directly.
    case service(String, namespace: String = "default")
    /// An Ingress, together with the canary Ingresses of the same host and path.
    case ingress(String, namespace: String = "default")
    /// An HTTPRoute.
    case httpRoute(String, namespace: String = "default")
    /// A VirtualService.
    case virtualService(String, namespace: String = "default")
}

/// What becomes of production requests: shares that add up to 1 together with those that fail.
public struct TrafficShares: Hashable, Sendable {
    /// The share that each image answers.
    public var images: [String: Double] = [:]
    /// The share that fails because the backend it falls to has no ready endpoint, or there is no backend at all.
    public var failed: Double = 0
    /// The share that falls to each Service, whether anybody answers or not.
    public var services: [String: Double] = [:]

    /// Whether anybody serves.
    public var isServed: Bool { !images.isEmpty }
    /// The share of one image.
    public func share(of image: String) -> Double { images[image] ?? 0 }
}

extension KubernetesWorld {
    /// Who answers production requests now, from the weights, selectors and readiness of this moment.
    ///
    /// A weighted backend without ready endpoints fails its share: nothing is given to the others (the Gateway API's
    /// rule, taken for every front). Rules that match headers only carry no production requests; several rules that do
    /// count alike.
    public func traffic(for front: Front) -> TrafficShares {
        switch front {
        case .service(let name, let namespace): return shares([(name, 1)], in: namespace)
        case .ingress(let name, let namespace): return shares(ingressWeights(ObjectKey(namespace, name)), in: namespace)
        case .httpRoute(let name, let namespace):
            let route = store.object(.httpRoute, ObjectKey(namespace, name))
            let rules = (route?["spec"]?["rules"]?.array ?? []).filter(Self.carriesProduction)
            return shares(Self.evenly(rules.map(Self.gatewayWeights)), in: namespace)
        case .virtualService(let name, let namespace):
            let object = store.object(.virtualService, ObjectKey(namespace, name))
            let rules = (object?["spec"]?["http"]?.array ?? []).filter { rule in
                (rule["match"]?.array ?? []).isEmpty
                    || rule["match"]?.array?.contains { $0["headers"] == nil && $0["queryParams"] == nil } == true
            }
            return shares(Self.evenly(rules.map(Self.istioWeights)), in: namespace)
        }
    }

    /// The images of the pods that are ready and not terminating, with their number.
    public func readyPods(of deployment: String, namespace: String = "default") -> [String: Int] {
        var counts: [String: Int] = [:]
        for set in deployments[ObjectKey(namespace, deployment)]?.sets ?? [] {
            for pod in replicaSets[set]?.pods ?? [] {
                guard let record = pods[pod], record.isReady, !record.isTerminating else { continue }
                counts[record.image, default: 0] += 1
            }
        }
        return counts
    }

    private typealias Weights = [(service: String, share: Double)]

    private func shares(_ weights: Weights, in namespace: String) -> TrafficShares {
        var result = TrafficShares()
        for (service, share) in weights where share > 0 {
            result.services[service, default: 0] += share
            let images = readyImages(of: ObjectKey(namespace, service))
            let total = images.values.reduce(0, +)
            if total == 0 { result.failed += share }
            for (image, count) in images { result.images[image, default: 0] += share * (Double(count) / Double(total)) }
        }
        if weights.allSatisfy({ $0.share <= 0 }) { result.failed = 1 }
        return result
    }

    private func readyImages(of service: ObjectKey) -> [String: Int] {
        guard let selector = store.object(.service, service)?["spec"]?["selector"]?.object, !selector.isEmpty else {
            return [:]
        }
        var counts: [String: Int] = [:]
        for (key, record) in pods where key.namespace == service.namespace {
            guard record.isReady, !record.isTerminating, selects(selector, record.labels) else { continue }
            counts[record.image, default: 0] += 1
        }
        return counts
    }

    private func ingressWeights(_ key: ObjectKey) -> Weights {
        guard let main = store.object(.ingress, key), let service = Self.backend(of: main) else { return [] }
        var canaries: Weights = []
        for entry in store.entries(.ingress, in: key.namespace) where entry.key != key {
            let annotations = entry.object.metadata["annotations"] ?? [:]
            func note(_ name: String) -> String? { annotations["nginx.ingress.kubernetes.io/\(name)"]?.string }
            guard note("canary") == "true", Self.place(of: entry.object) == Self.place(of: main),
                let backend = Self.backend(of: entry.object)
            else { continue }
            let total = Double(note("canary-weight-total") ?? "100") ?? 100
            let weight = Double(note("canary-weight") ?? "0") ?? 0
            canaries.append((backend, min(max(weight / max(total, 1), 0), 1)))
        }
        let given = canaries.reduce(0) { $0 + $1.share }
        return [(service, max(1 - given, 0))] + canaries
    }

    private static func backend(of ingress: JSON) -> String? {
        let path = ingress["spec"]?["rules"]?[0]?["http"]?["paths"]?[0]
        return (path?["backend"] ?? ingress["spec"]?["defaultBackend"])?["service"]?["name"]?.string
    }

    private static func place(of ingress: JSON) -> [JSON?] {
        let rule = ingress["spec"]?["rules"]?[0]
        return [rule?["host"], rule?["http"]?["paths"]?[0]?["path"]]
    }

    private static func carriesProduction(_ rule: JSON) -> Bool {
        guard let matches = rule["matches"]?.array, !matches.isEmpty else { return true }
        return matches.contains { $0["headers"] == nil && $0["queryParams"] == nil }
    }

    private static func gatewayWeights(_ rule: JSON) -> Weights {
        let backends = rule["backendRefs"]?.array ?? []
        return normalised(backends.map { ($0["name"]?.string ?? "", Double($0["weight"]?.int ?? 1)) })
    }

    private static func istioWeights(_ rule: JSON) -> Weights {
        let routes = rule["route"]?.array ?? []
        return normalised(
            routes.map { route in
                let host = route["destination"]?["host"]?.string ?? ""
                let weight = route["weight"]?.int ?? (routes.count == 1 ? 100 : 0)
                return (String(host.prefix { $0 != "." }), Double(weight))
            }
        )
    }

    private static func normalised(_ weights: Weights) -> Weights {
        let total = weights.reduce(0) { $0 + $1.share }
        return total > 0 ? weights.map { ($0.service, $0.share / total) } : []
    }

    private static func evenly(_ rules: [Weights]) -> Weights {
        rules.flatMap { rule in rule.map { ($0.service, $0.share / Double(rules.count)) } }
    }
}
