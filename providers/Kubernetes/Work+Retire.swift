import SlipwayBase
import SlipwayModel

extension Work {
    /// The old fleet, which nothing reaches any more, is kept, scaled down or removed.
    func retire(_ disposal: Disposal) async throws(ProviderFailure) -> Progress {
        guard disposal != .keep else { return .done(status: Status()) }
        let name = snapshot.stable.fleet.deployment
        guard let deployment = try await api.deployment(name, fence: call.fence) else { return .done(status: Status()) }
        guard try await weight() == 100 else {
            throw ProviderFailure(.conflict, "\(name) still takes production traffic; it is not taken down.")
        }
        if disposal == .remove { return try await remove(deployment) }
        return try await scaleDown(deployment, to: 0)
    }

    /// No candidate fleet runs, and everything is as it was before the plan.
    func unstage() async throws(ProviderFailure) -> Progress {
        if let router = layout.router(roles) {
            let seen = try await see(router)
            guard try router.weight(seen) == 0 else {
                throw ProviderFailure(
                    .conflict,
                    "\(snapshot.candidate.fleet.deployment) still takes production traffic; it is not taken down."
                )
            }
            switch try router.next(clearing: seen) {
            case .settled: break
            case .wait(let note): return waiting(note)
            case .refuse(let failure): throw failure
            case .write(let request): return try await written(request, "cleared \(router.words)")
            }
        }
        if let progress = try await restorePreview() { return progress }
        let state = snapshot.candidate
        guard let deployment = try await api.deployment(state.fleet.deployment, fence: call.fence) else {
            return .done(status: Status(ready: 0, wanted: 0, weight: 0))
        }
        if !state.exists { return try await remove(deployment) }
        let wantedImage = state.image ?? image(in: deployment) ?? ""
        guard image(in: deployment) == wantedImage else {
            let former = state.version.map { Release(version: $0, artifact: .image(reference: wantedImage)) }
            let request = patch(
                deployment,
                release: former,
                image: wantedImage,
                spec: ["replicas": JSON(state.replicas)]
            )
            return try await written(request, "put \(deployment.name) back as it was")
        }
        // A fleet that an autoscaler looks after has whatever size its autoscaler gave it.
        if state.isAutoscaled && state.replicas > 0 { return .done(status: Status(ready: deployment.ready)) }
        return try await scaleDown(deployment, to: state.replicas)
    }

    private func scaleDown(_ deployment: DeploymentView, to replicas: Int) async throws(ProviderFailure) -> Progress {
        guard deployment.replicas == replicas else {
            let request = patch(deployment, release: nil, image: nil, spec: ["replicas": JSON(replicas)])
            return try await written(request, "asked \(deployment.name) for \(replicas) replicas")
        }
        guard deployment.isObserved, deployment.statusReplicas <= replicas else {
            return waiting("\(deployment.name): \(deployment.statusReplicas) replicas are leaving")
        }
        return .done(status: Status(ready: deployment.ready, wanted: replicas))
    }

    private func remove(_ deployment: DeploymentView) async throws(ProviderFailure) -> Progress {
        guard !deployment.isBeingDeleted else { return waiting("waiting for \(deployment.name) to be gone") }
        return try await written(
            api.calls.delete(.deployments, deployment.name, uid: deployment.uid),
            "asked for \(deployment.name) to be deleted"
        )
    }
}
