import SlipwayBase
import SlipwayHTTP
import SlipwayModel

extension Observer {
    /// Names of Deployments whose replicas an autoscaler sets.
    func autoscaled() async throws(ProviderFailure) -> Set<String> {
        let items: [JSON]?
        do throws(ProviderFailure) {
            // Servers before 1.23 have autoscalers under version 1 only.
            let present = try await api.list(api.calls.list(.autoscalers))
            items = if let present { present } else { try await api.list(api.calls.list(.olderAutoscalers)) }
        } catch {
            // Who may not read autoscalers may still release; only then their presence cannot be told.
            guard error.kind == .refused else { throw error }
            items = nil
        }
        return Set(
            (items ?? []).compactMap { item in
                item[path: "spec", "scaleTargetRef", "kind"]?.string == "Deployment"
                    ? item[path: "spec", "scaleTargetRef", "name"]?.string : nil
            }
        )
    }

    func state(
        of fleet: Fleet,
        _ deployment: DeploymentView?,
        _ autoscaled: Set<String>
    ) throws(ProviderFailure) -> Snapshot.FleetState {
        guard let deployment else {
            return Snapshot.FleetState(fleet: fleet, exists: false, replicas: 0, isAutoscaled: false)
        }
        let image = deployment.image(of: try containerName(deployment))
        let marked = deployment.annotations[Marks.version]?.string
        let label = deployment.podLabels["app.kubernetes.io/version"]?.string
        return Snapshot.FleetState(
            fleet: fleet,
            exists: true,
            replicas: deployment.replicas,
            image: image,
            version: marked ?? label,
            rollingUpdate: deployment.rollingUpdate,
            isAutoscaled: autoscaled.contains(deployment.name)
        )
    }

    /// The container that carries the release: the one the config names, the only one, or the one named like the
    /// Deployment.
    func containerName(_ deployment: DeploymentView) throws(ProviderFailure) -> String {
        let names = deployment.containers.compactMap { $0["name"]?.string }
        if let container {
            guard names.contains(container) else {
                let near = container.nearest(of: names).map { "; did you mean “\($0)”?" } ?? ""
                throw ProviderFailure(
                    .refused,
                    "Deployment \(deployment.name) has no container “\(container)” (it has "
                        + "\(names.joined(separator: ", ")))\(near)"
                )
            }
            return container
        }
        if names.count == 1 { return names[0] }
        guard let same = names.first(where: { $0 == deployment.name }) else {
            throw ProviderFailure(
                .refused,
                "Deployment \(deployment.name) has the containers \(names.joined(separator: ", ")); "
                    + "say which one carries the release with `container:`."
            )
        }
        return same
    }

    /// Nil when each fleet's Service reaches that fleet alone.
    func serviceTrouble(
        _ roles: Roles,
        _ stable: DeploymentView,
        _ candidate: DeploymentView?
    ) async throws(ProviderFailure) -> Fidelity? {
        let instead = "Services whose selectors tell the two fleets apart, and try again"
        let stableSelector = try await api.need(.services, roles.stable.service)[path: "spec", "selector"]
        guard let service = try await api.read(.services, roles.candidate.service) else {
            return .impossible(
                why: "Service \(roles.candidate.service) is not there to reach the candidate by",
                instead: instead
            )
        }
        let selector = service[path: "spec", "selector"]
        let candidateLabels =
            candidate?.podLabels ?? Clone.labels(of: stable, named: roles.candidate.deployment, selected: selector).pod
        let selects = DeploymentView.selects
        if selects(stableSelector, candidateLabels) || selects(selector, stable.podLabels) {
            return .impossible(
                why:
                    "Services \(roles.stable.service) and \(roles.candidate.service) select pods of "
                    + "the other fleet too",
                instead: instead
            )
        }
        guard selects(selector, candidateLabels) else {
            return .impossible(
                why: "Service \(roles.candidate.service) does not select the pods of \(roles.candidate.deployment)",
                instead: instead
            )
        }
        return nil
    }

    /// What the preview Service selects; nil where there is none.
    func previewSelector() async throws(ProviderFailure) -> JSON? {
        guard let name = layout.preview else { return nil }
        return try await api.read(.services, name)?[path: "spec", "selector"]
    }

    /// Nil when the preview Service can lead to one fleet alone.
    func previewTrouble(_ selector: JSON?, _ stable: DeploymentView, _ candidate: DeploymentView?) -> Fidelity? {
        guard let name = layout.preview else { return nil }
        guard let selector else {
            return .impossible(
                why: "Service \(name) is not there to preview by",
                instead: "a target without `previewService`"
            )
        }
        guard let candidate else { return nil }
        let keys = DeploymentView.pairs(selector).map(\.0)
        guard keys.allSatisfy({ stable.podLabels[$0] == candidate.podLabels[$0] }) else { return nil }
        return .impossible(
            why: "Service \(name) cannot tell the pods of \(stable.name) and \(candidate.name) apart",
            instead: "a preview Service that selects by a label in which the two fleets differ"
        )
    }

    /// Whether we may do what the layout needs; a server that cannot say so is believed.
    func checkRights() async throws(ProviderFailure) {
        var wanted: [(String, KubernetesCalls.Resource)] = [("patch", .deployments)]
        switch layout {
        case .rolling: break
        case .blueGreen(_, _, let front, _):
            wanted.append(("create", .deployments))
            switch front {
            case .service: wanted.append(("patch", .services))
            case .ingress: wanted.append(("patch", .ingresses))
            case .httpRoute: wanted.append(("patch", .httpRoutes))
            }
        case .canary(_, _, let front):
            wanted.append(("create", .deployments))
            switch front {
            case .httpRoute: wanted.append(("patch", .httpRoutes))
            case .ingress: wanted += [("create", .ingresses), ("patch", .ingresses)]
            case .virtualService: wanted.append(("patch", .virtualServices))
            case .replicaRatio, .external: break
            }
        }
        for (verb, resource) in wanted {
            guard let review = try await api.send(api.calls.mayI(verb, resource)),
                review[path: "status", "allowed"]?.bool == false
            else { continue }
            throw ProviderFailure(
                .refused,
                "these credentials may not \(verb) \(resource.plural) in namespace "
                    + "\(api.calls.namespace); ask for that right."
            )
        }
    }
}

extension Capabilities {
    /// Makes `feature` what `fidelity` says, unless it is impossible already.
    mutating func refuse(_ feature: Feature, _ fidelity: Fidelity) {
        if case .impossible = self[feature] { return }
        self[feature] = fidelity
    }
}

extension DeploymentView {
    /// What of a Deployment a plan depends on: its spec, without a number that an autoscaler may change meanwhile.
    func digested(_ state: Snapshot.FleetState) -> JSON {
        var spec = json["spec"] ?? [:]
        if state.isAutoscaled { spec["replicas"] = nil }
        return spec
    }
}
