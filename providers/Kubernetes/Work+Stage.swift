import SlipwayBase
import SlipwayModel

extension Work {
    /// The fleet of `release` runs it at `scale`, every replica ready, and takes no production traffic it did not take.
    func stage(_ release: Release, _ scale: Scale) async throws(ProviderFailure) -> Progress {
        let isCandidate = release == call.context.new
        let state = isCandidate ? snapshot.candidate : snapshot.stable
        let wantedImage = isCandidate ? image(of: release) : snapshot.stable.image ?? image(of: release)
        guard let deployment = try await api.deployment(state.fleet.deployment, fence: call.fence) else {
            return try await create(release, state, image: wantedImage)
        }
        guard !deployment.isBeingDeleted else { return waiting("waiting for the former \(deployment.name) to be gone") }
        let wanted = try await replicas(scale, of: deployment, state, isCandidate: isCandidate)
        let hasImage = image(in: deployment) == wantedImage
        if !hasImage || deployment.replicas != wanted {
            if !hasImage, try await isServing(isCandidate: isCandidate) {
                throw ProviderFailure(
                    .conflict,
                    "\(deployment.name) takes production traffic and runs another image; it is not replaced under load."
                )
            }
            let spec: JSON = deployment.replicas == wanted ? [:] : ["replicas": JSON(wanted)]
            return try await written(
                patch(deployment, release: release, image: hasImage ? nil : wantedImage, spec: spec),
                "asked \(deployment.name) for \(wanted) × \(release.version)",
                status: Status(ready: deployment.ready, wanted: wanted)
            )
        }
        let progress = try await settle(deployment, image: wantedImage)
        guard case .done(let status) = progress else { return progress }
        return try await preview(status, isCandidate: isCandidate)
    }

    /// The number of replicas a fleet is to have; an autoscaled one keeps what its autoscaler gave it.
    private func replicas(
        _ scale: Scale,
        of deployment: DeploymentView,
        _ state: Snapshot.FleetState,
        isCandidate: Bool
    ) async throws(ProviderFailure) -> Int {
        guard isCandidate else { return max(deployment.replicas, snapshot.stable.replicas) }
        if let router = layout.router(roles), !router.weighsReadyFleetsOnly {
            // Replicas are traffic here: what stands is left alone, and a fleet that is brought up has none yet.
            return image(in: deployment) == image(of: call.context.new) ? deployment.replicas : 0
        }
        if state.isAutoscaled && deployment.replicas > 0 { return deployment.replicas }
        return scale.replicas(stable: try await stableReplicas())
    }

    /// The size of the stable fleet: an autoscaler may have changed it since the plan.
    private func stableReplicas() async throws(ProviderFailure) -> Int {
        guard snapshot.stable.isAutoscaled,
            let stable = try await api.deployment(snapshot.stable.fleet.deployment, fence: call.fence)
        else { return snapshot.stable.replicas }
        return max(stable.replicas, snapshot.stable.replicas)
    }

    private func isServing(isCandidate: Bool) async throws(ProviderFailure) -> Bool {
        let weight = try await weight()
        return isCandidate ? weight > 0 : weight < 100
    }

    /// The fleet is made like the other one. Should our answer be lost, the next look finds it made.
    private func create(
        _ release: Release,
        _ state: Snapshot.FleetState,
        image: String
    ) async throws(ProviderFailure) -> Progress {
        let model = state.fleet == snapshot.candidate.fleet ? snapshot.stable.fleet : snapshot.candidate.fleet
        let original = try await needDeployment(model.deployment)
        var selected: JSON?
        if layout.fleetsHaveServices {
            selected = try await api.need(.services, state.fleet.service)[path: "spec", "selector"]
        }
        var isRatio = false
        if case .canary(_, _, .replicaRatio(let name)) = layout {
            isRatio = true
            selected = try await api.need(.services, name)[path: "spec", "selector"]
        }
        var apart: JSON?
        if case .blueGreen(_, _, .service(let name), _) = layout {
            apart = try await api.need(.services, name)[path: "spec", "selector"]
        }
        var count = 0
        if case .staged(_, let scale) = call.action, !isRatio {
            count = scale.replicas(stable: try await stableReplicas())
        }
        let marks: JSON = [
            Marks.fence: .string("\(call.fence)"), Marks.version: .string(release.version), Marks.created: "true",
        ]
        let clone = Clone.deployment(
            from: original,
            named: state.fleet.deployment,
            labels: Clone.labels(of: original, named: state.fleet.deployment, selected: selected, apart: apart),
            container: container(in: original),
            image: image,
            replicas: count,
            marks: marks
        )
        return try await written(
            api.calls.create(.deployments, clone),
            "made \(state.fleet.deployment) like \(original.name)",
            status: Status(ready: 0, wanted: count)
        )
    }

    /// Where a preview Service is named, it leads to the staged fleet before the step is done.
    private func preview(_ status: Status, isCandidate: Bool) async throws(ProviderFailure) -> Progress {
        guard isCandidate, let name = layout.preview else { return .done(status: status) }
        if let progress = try await point(name, at: snapshot.candidate.fleet) { return progress }
        var status = status
        status.note = "preview at Service \(name)"
        return .done(status: status)
    }

    /// Makes the preview Service select the pods of `fleet`; nil when it does.
    private func point(_ service: String, at fleet: Fleet) async throws(ProviderFailure) -> Progress? {
        guard let deployment = try await api.deployment(fleet.deployment, fence: call.fence) else { return nil }
        let object = try await api.need(.services, service, fence: call.fence)
        return try await select(object, deployment.podLabels, note: "preview at Service \(service)")
    }

    /// Makes the preview Service select what it selected before the plan; nil when it does, or when it is gone.
    func restorePreview() async throws(ProviderFailure) -> Progress? {
        guard let service = layout.preview, let former = snapshot.preview,
            let object = try await api.read(.services, service, fence: call.fence)
        else { return nil }
        return try await select(object, former, note: "put Service \(service) back as it was")
    }

    /// Gives the keys of a Service's selector their values in `labels`; nil when they have them.
    private func select(_ service: JSON, _ labels: JSON, note: String) async throws(ProviderFailure) -> Progress? {
        var selector: JSON = [:]
        for (key, value) in DeploymentView.pairs(service[path: "spec", "selector"]) {
            let wanted = labels[key]?.string ?? value
            if wanted != value { selector[key] = .string(wanted) }
        }
        guard selector != [:] else { return nil }
        let patch: JSON = [
            "metadata": [
                "resourceVersion": .string(service.resourceVersion),
                "annotations": [Marks.fence: .string("\(call.fence)")],
            ],
            "spec": ["selector": selector],
        ]
        let name = service[path: "metadata", "name"]?.string ?? ""
        return try await written(api.calls.patch(.services, name, merge: patch), note)
    }
}
