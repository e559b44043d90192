import SlipwayModel

/// What an action will do, for people to read before it is done.
struct Outline {
    let layout: KubernetesLayout
    let context: PlanContext
    private let snapshot: Snapshot

    init(layout: KubernetesLayout, context: PlanContext) {
        (self.layout, self.context) = (layout, context)
        snapshot = Snapshot(context.snapshot)
    }

    func lines(_ action: Action) -> [String] {
        switch action {
        case .replacedInPlace(let release, let batch):
            var settings: [String] = []
            if let surge = batch.maxSurge { settings.append("maxSurge \(surge)") }
            if let unavailable = batch.maxUnavailable { settings.append("maxUnavailable \(unavailable)") }
            let more = settings.isEmpty ? "" : ", " + settings.joined(separator: ", ")
            return [
                "PATCH deployments/\(stable): image \(release.artifact)\(more)",
                "WATCH deployments/\(stable) until every replica is available",
            ]
        case .staged(let release, let scale): return staged(release, scale)
        case .routed(let percent, _): return routed(percent)
        case .ramped: return ["impossible: Kubernetes raises no shares by itself"]
        case .matched(let headers, _):
            let names = headers.map(\.name).joined(separator: ", ")
            return [
                "PATCH \(front): " + (headers.isEmpty ? "no header routing" : "requests with \(names) to \(candidate)")
            ]
        case .live(let release): return routed(release == context.new ? 100 : 0)
        case .retired(_, let disposal):
            switch disposal {
            case .keep: return []
            case .scaleDown: return ["PATCH deployments/\(stable): 0 replicas"]
            case .remove: return ["DELETE deployments/\(stable)"]
            }
        case .replacedAfterTrial: return []
        case .unstaged: return [unstaged]
        }
    }

    private var stable: String { snapshot.stable.fleet.deployment }
    private var candidate: String { snapshot.candidate.fleet.deployment }

    private var unstaged: String {
        guard snapshot.candidate.exists else { return "DELETE deployments/\(candidate)" }
        return "PATCH deployments/\(candidate): \(snapshot.candidate.replicas) replicas, as before"
    }

    private var front: String {
        switch layout {
        case .rolling(let name): "deployments/\(name)"
        case .blueGreen(_, _, .service(let name), _): "services/\(name)"
        case .blueGreen(_, _, .ingress(let name), _): "ingresses/\(name)"
        case .blueGreen(_, _, .httpRoute(let name, _), _), .canary(_, _, .httpRoute(let name, _)): "httproutes/\(name)"
        case .canary(_, _, .ingress(let name)): "ingresses/\(name)-canary"
        case .canary(_, _, .virtualService(let name, _)): "virtualservices/\(name)"
        case .canary(_, _, .replicaRatio): "deployments/\(stable) and deployments/\(candidate)"
        case .canary(_, _, .external(let words)): words
        }
    }

    private func staged(_ release: Release, _ scale: Scale) -> [String] {
        let state = release == context.new ? snapshot.candidate : snapshot.stable
        let name = state.fleet.deployment
        let count = release == context.new ? scale.replicas(stable: snapshot.stable.replicas) : snapshot.stable.replicas
        let verb = state.exists ? "PATCH" : "POST or PATCH"
        return [
            "\(verb) deployments/\(name): \(count) × \(release.artifact)",
            "WATCH deployments/\(name) until every replica is available",
        ]
    }

    private func routed(_ percent: Int) -> [String] {
        let weights = "\(stable) \(100 - percent), \(candidate) \(percent)"
        switch layout {
        case .canary(_, _, .replicaRatio):
            let split = ReplicaRatio.split(snapshot.stable.replicas, percent: percent)
            return ["PATCH \(front): \(split.stable) and \(split.candidate) replicas"]
        case .blueGreen(_, _, .service, _), .blueGreen(_, _, .ingress, _):
            return ["PATCH \(front): to \(percent > 0 ? candidate : stable)", "GET endpointslices until they follow"]
        case .canary(_, _, .httpRoute), .blueGreen(_, _, .httpRoute, _):
            return ["PATCH \(front): \(weights)", "GET \(front) until Accepted and ResolvedRefs hold for it"]
        default: return ["PATCH \(front): \(weights)"]
        }
    }
}
