import SlipwayBase
import SlipwayModel

extension Work {
    /// The candidate takes `percent` of production.
    func route(_ percent: Int) async throws(ProviderFailure) -> Progress {
        let router = try needRouter()
        let seen = try await see(router)
        let weight = try router.weight(seen)
        switch try router.next(toward: percent, seen) {
        case .settled: return .done(status: Status(weight: percent))
        case .refuse(let failure): throw failure
        case .wait(let note):
            if !router.weighsReadyFleetsOnly { try await checkFleets(seen) }
            return waiting(note, status: Status(weight: weight))
        case .write(let request):
            if router.weighsReadyFleetsOnly, let progress = try await missing(forCandidate: percent > weight) {
                return progress
            }
            return try await written(request, "asked \(router.words) for \(percent)%", status: Status(weight: weight))
        }
    }

    /// Exactly these headers lead to the candidate.
    func match(_ headers: [HeaderMatch]) async throws(ProviderFailure) -> Progress {
        let router = try needRouter()
        let seen = try await see(router)
        switch try router.next(matching: headers, seen) {
        case .settled: return .done(status: Status())
        case .refuse(let failure): throw failure
        case .wait(let note): return waiting(note)
        case .write(let request):
            if !headers.isEmpty, let progress = try await missing(forCandidate: true) { return progress }
            return try await written(request, "asked \(router.words) for header routing")
        }
    }

    private func needRouter() throws(ProviderFailure) -> any Router {
        guard let router = layout.router(roles) else {
            throw ProviderFailure(.refused, "\(call.context.target) names one Deployment, so traffic cannot be shared.")
        }
        return router
    }

    /// Nil when the fleet that gains traffic is ready for it; otherwise what is waited for.
    ///
    /// The candidate must be wholly up and be seen by its Service; the stable fleet, which traffic falls back to, must
    /// have its minimum of available replicas.
    func missing(forCandidate isRising: Bool) async throws(ProviderFailure) -> Progress? {
        let state = isRising ? snapshot.candidate : snapshot.stable
        let deployment = try await needDeployment(state.fleet.deployment)
        if isRising {
            guard image(in: deployment) == image(of: call.context.new) else {
                throw ProviderFailure(
                    .conflict,
                    "\(deployment.name) does not run \(call.context.new.version) any more; someone changed it."
                )
            }
            let progress = try await settle(deployment, image: image(of: call.context.new))
            guard case .done = progress else { return progress }
        }
        guard deployment.replicas > 0, deployment.isObserved, deployment.available > 0,
            isRising || deployment.condition("Available")?["status"]?.string == "True"
        else { return waiting("waiting for \(deployment.name) to be available") }
        guard layout.fleetsHaveServices else { return nil }
        let endpoints = try await api.endpoints(of: state.fleet.service)
        guard endpoints.readyPods.isEmpty else { return nil }
        // They follow the Deployment within moments, and the watch is on the route: look again soon.
        let status = Status(note: "waiting for ready endpoints of Service \(state.fleet.service)")
        return .running(token: nil, pollAfter: Self.soon, status: status)
    }

    /// Where replicas are traffic, a fleet that cannot come up is found here.
    private func checkFleets(_ seen: Seen) async throws(ProviderFailure) {
        for object in seen.objects.dropFirst() {
            guard let deployment = object.map(DeploymentView.init), deployment.replicas > 0,
                let image = image(in: deployment)
            else { continue }
            if case .stuck(let reason) = try await rollout(of: deployment, image: image) {
                throw ProviderFailure(.unhealthy, "\(deployment.name): \(reason)")
            }
        }
    }
}
