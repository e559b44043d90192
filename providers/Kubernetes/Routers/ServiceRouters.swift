import SlipwayBase
import SlipwayModel

/// One switch of everything: the selector of a Service.
struct ServiceSwitch: Router {
    let name: String
    let roles: Roles

    var reads: [(resource: KubernetesCalls.Resource, name: String)] {
        [(.services, name), (.deployments, roles.stable.deployment), (.deployments, roles.candidate.deployment)]
    }
    var endpointsOf: String? { name }
    var words: String { "Service \(name)" }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        let selector = DeploymentView.pairs(try seen.object(0, words)[path: "spec", "selector"])
        guard !selector.isEmpty else {
            throw ProviderFailure(.refused, "\(words) has no selector, so it cannot be switched; give it one.")
        }
        func selects(_ deployment: JSON?) -> Bool {
            guard let labels = deployment.map({ DeploymentView(json: $0).podLabels }) else { return false }
            return selector.allSatisfy { labels[$0.0]?.string == $0.1 }
        }
        switch (selects(seen.objects[1]), selects(seen.objects[2])) {
        case (true, false): return 0
        case (false, true): return 100
        case (true, true):
            throw ProviderFailure(
                .refused,
                "\(words) selects the pods of both fleets; add a label to its selector that tells them apart."
            )
        case (false, false):
            throw ProviderFailure(.refused, "\(words) selects the pods of neither fleet; correct its selector.")
        }
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move {
        let service = try seen.object(0, words)
        let fleet = percent > 0 ? seen.roles.candidate : seen.roles.stable
        guard try weight(seen) != percent else {
            let ready = seen.endpoints?.readyPods ?? []
            let isSwitched = !ready.isEmpty && ready.allSatisfy { $0.hasPrefix(fleet.deployment + "-") }
            return isSwitched ? .settled : .wait("waiting for the endpoints of \(words) to follow")
        }
        guard let object = seen.objects[percent > 0 ? 2 : 1] else {
            throw ProviderFailure(
                .refused,
                "Deployment \(fleet.deployment) is not there, so \(words) cannot be switched to it."
            )
        }
        let labels = DeploymentView(json: object).podLabels
        var selector: JSON = [:]
        for (key, _) in DeploymentView.pairs(service[path: "spec", "selector"]) {
            guard let value = labels[key] else {
                throw ProviderFailure(
                    .refused,
                    "\(words) selects by “\(key)”, which the pods of \(fleet.deployment) do not carry; add that label."
                )
            }
            selector[key] = value
        }
        let patch: JSON = [
            "metadata": ["resourceVersion": .string(service.resourceVersion), "annotations": seen.marks()],
            "spec": ["selector": selector],
        ]
        return .write(seen.calls.patch(.services, name, merge: patch))
    }
}

/// Weights as numbers of replicas behind one Service that selects both fleets: approximated, and said so.
struct ReplicaRatio: Router {
    let name: String
    let roles: Roles

    var reads: [(resource: KubernetesCalls.Resource, name: String)] {
        [(.services, name), (.deployments, roles.stable.deployment), (.deployments, roles.candidate.deployment)]
    }
    var weighsReadyFleetsOnly: Bool { false }
    var words: String { "Service \(name)" }

    /// The replicas of both fleets at `percent`; a fleet with any share has at least one.
    static func split(_ total: Int, percent: Int) -> (stable: Int, candidate: Int) {
        guard percent > 0 else { return (total, 0) }
        guard percent < 100 else { return (0, total) }
        let candidate = min(max(1, (total * percent + 50) / 100), max(total - 1, 1))
        return (max(total - candidate, 1), candidate)
    }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        let stable = seen.objects[1].map { DeploymentView(json: $0).replicas } ?? 0
        let candidate = seen.objects[2].map { DeploymentView(json: $0).replicas } ?? 0
        return stable + candidate == 0 ? 0 : candidate * 100 / (stable + candidate)
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move {
        let wanted = Self.split(seen.snapshot.stable.replicas, percent: percent)
        guard let stable = seen.objects[1].map(DeploymentView.init) else {
            throw ProviderFailure(.refused, "Deployment \(roles.stable.deployment) is not there; create it.")
        }
        guard let candidate = seen.objects[2].map(DeploymentView.init) else {
            guard wanted.candidate == 0, stable.replicas == wanted.stable else {
                throw ProviderFailure(.refused, "Deployment \(roles.candidate.deployment) is not there any more.")
            }
            return .settled
        }
        let sides = [(stable, wanted.stable), (candidate, wanted.candidate)]
        // What grows grows first and is ready before the other shrinks, so that capacity never dips.
        for (deployment, count) in sides where deployment.replicas < count { return scale(deployment, count, seen) }
        for (deployment, count) in sides where deployment.replicas == count && count > 0 {
            guard deployment.isObserved, deployment.available >= count, deployment.updated >= count else {
                return .wait("\(deployment.name): \(deployment.available) of \(count) available")
            }
        }
        for (deployment, count) in sides where deployment.replicas > count { return scale(deployment, count, seen) }
        let isSettled = sides.allSatisfy { $0.0.isObserved && $0.0.statusReplicas == $0.1 }
        return isSettled ? .settled : .wait("waiting for replicas to leave")
    }

    private func scale(_ deployment: DeploymentView, _ replicas: Int, _ seen: Seen) -> Move {
        let patch: JSON = [
            "metadata": ["resourceVersion": .string(deployment.resourceVersion), "annotations": seen.marks()],
            "spec": ["replicas": JSON(replicas)],
        ]
        return .write(seen.calls.patch(.deployments, deployment.name, strategic: patch))
    }
}
