import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySigning

/// Reads a target once: what serves, what could be done, and a digest of everything a plan depends on.
struct Observer: Sendable {
    let target: String
    let layout: KubernetesLayout
    let container: String?
    let api: ClusterAPI
    /// What the candidate takes of production where something outside of the cluster shares it.
    var share: Int?

    func observe() async throws(ProviderFailure) -> Observation {
        try await checkRights()
        switch layout {
        case .rolling(let name): return try await observeRolling(name)
        case .canary(let stable, let canary, _):
            return try await observe(Roles(stable: stable.fleet, candidate: canary.fleet))
        case .blueGreen(let blue, let green, _, _):
            let assumed = Roles(stable: blue.fleet, candidate: green.fleet)
            let swapped = Roles(stable: green.fleet, candidate: blue.fleet)
            return try await observe(try await liveWeight(assumed) == 0 ? assumed : swapped)
        }
    }

    private func liveWeight(_ roles: Roles) async throws(ProviderFailure) -> Int {
        guard let router = layout.router(roles) else { return 0 }
        let seen = try await Seen.read(router, api: api, roles: roles, snapshot: Snapshot([:]), fence: 0)
        return try router.weight(seen)
    }

    private func observeRolling(_ name: String) async throws(ProviderFailure) -> Observation {
        let deployment = DeploymentView(json: try await api.need(.deployments, name))
        let autoscaled = try await autoscaled()
        let fleet = try state(of: Fleet(deployment: name, service: ""), deployment, autoscaled)
        var capabilities = Capabilities([.rolling: .exact, .batch: .exact, .mixedBatch: .exact])
        if deployment.isRecreate {
            let recreate = Fidelity.approximated(
                name: "recreate",
                why: "Deployment \(name) has the strategy Recreate",
                differs: "all replicas stop before new ones start"
            )
            for feature in [Feature.rolling, .batch, .mixedBatch] { capabilities[feature] = recreate }
        }
        for feature in [Feature.blueGreen, .weights, .headers, .candidateScale] {
            capabilities[feature] = .impossible(
                why: "the target names one Deployment",
                instead:
                    "`strategy: { rolling: {} }`, or name two fleets (`stable:` and `canary:`, or `blue:` and `green:`)"
            )
        }
        let snapshot = Snapshot(stable: fleet, candidate: nil, container: try containerName(deployment), front: [:])
        return observation(deployment, fleet, capabilities, snapshot, digested: [deployment.digested(fleet)])
    }

    private func observe(_ roles: Roles) async throws(ProviderFailure) -> Observation {
        let stable = DeploymentView(json: try await api.need(.deployments, roles.stable.deployment))
        let candidate = try await api.deployment(roles.candidate.deployment)
        let autoscaled = try await autoscaled()
        let stableState = try state(of: roles.stable, stable, autoscaled)
        let candidateState = try state(of: roles.candidate, candidate, autoscaled)
        guard let router = layout.router(roles) else { throw ProviderFailure(.refused, "\(target) has no router.") }
        var seen = try await Seen.read(router, api: api, roles: roles, snapshot: Snapshot([:]), fence: 0)
        seen.share = share
        let weight = try router.weight(seen)
        var capabilities = capabilities(
            weight: weight,
            isAutoscaled: stableState.isAutoscaled || candidateState.isAutoscaled
        )
        if let trouble = router.trouble(seen) {
            let fidelity = Fidelity.impossible(why: trouble, instead: "a route that its gateway accepts, and try again")
            for feature in [Feature.blueGreen, .weights, .headers] { capabilities.refuse(feature, fidelity) }
        }
        if let trouble = router.headerTrouble(seen) { capabilities.refuse(.headers, trouble) }
        if layout.fleetsHaveServices, let trouble = try await serviceTrouble(roles, stable, candidate) {
            for feature in [Feature.blueGreen, .weights, .headers] { capabilities.refuse(feature, trouble) }
        }
        let preview = try await previewSelector()
        if let trouble = previewTrouble(preview, stable, candidate) { capabilities.refuse(.blueGreen, trouble) }
        var snapshot = Snapshot(
            stable: stableState,
            candidate: candidateState,
            container: try containerName(stable),
            front: router.remember(seen)
        )
        snapshot.preview = preview
        var digested = [stable.digested(stableState), candidate?.digested(candidateState) ?? .null]
        digested += seen.objects.map { $0.map(Self.front) ?? .null }
        return observation(stable, stableState, capabilities, snapshot, digested: digested)
    }

    /// What of a front object a plan depends on; Deployments are digested apart.
    private static func front(_ object: JSON) -> JSON {
        guard object["kind"]?.string != "Deployment" else { return .null }
        let annotations = (object[path: "metadata", "annotations"]?.object?.members ?? []).filter {
            $0.key.hasPrefix("nginx.ingress.kubernetes.io/")
        }
        return [
            "spec": object["spec"] ?? .null, "annotations": .object(JSONObject(annotations.map { ($0.key, $0.value) })),
        ]
    }

    private func capabilities(weight: Int, isAutoscaled: Bool) -> Capabilities {
        let isCanary = if case .canary = layout { true } else { false }
        guard isCanary else {
            var capabilities = Capabilities([.blueGreen: .exact, .emptyFleet: .exact])
            for feature in [Feature.rolling, .batch, .mixedBatch, .weights, .headers, .candidateScale, .trial] {
                capabilities[feature] = .impossible(
                    why: "the target names a blue and a green fleet",
                    instead: "`strategy: { blueGreen: {} }`, or name `deployment:` or `stable:` and `canary:`"
                )
            }
            return capabilities
        }
        var capabilities = Capabilities([.weights: .exact, .headers: .exact, .candidateScale: .exact])
        for feature in [Feature.rolling, .batch, .mixedBatch, .blueGreen] {
            capabilities[feature] = .impossible(
                why: "the target names a stable and a canary fleet",
                instead: "`strategy: { canary: … }`, or name `deployment:` or `blue:` and `green:`"
            )
        }
        if weight > 0 {
            capabilities[.weights] = .impossible(
                why: "the canary fleet already takes \(weight)% of production",
                instead:
                    "the former release first: finish or abort it, or route everything to the stable "
                    + "fleet, then try again"
            )
        } else if case .canary(_, _, .replicaRatio) = layout {
            replicaRatio(&capabilities, isAutoscaled: isAutoscaled)
        }
        return capabilities
    }

    private func replicaRatio(_ capabilities: inout Capabilities, isAutoscaled: Bool) {
        let instead = "`httpRoute`, `ingress` or `virtualService`"
        capabilities[.weights] =
            isAutoscaled
            ? .impossible(why: "an autoscaler owns the replicas that would be the weights", instead: instead)
            : .approximated(
                name: "replicaRatio",
                why: "there is no router, so replicas stand for weights",
                differs: "weights are rounded to whole replicas and hold for connections, not requests"
            )
        capabilities[.headers] = .impossible(why: "there is no router", instead: instead)
        capabilities[.candidateScale] = .impossible(why: "replicas are the weights here", instead: instead)
    }

    private func observation(
        _ deployment: DeploymentView,
        _ state: Snapshot.FleetState,
        _ capabilities: Capabilities,
        _ snapshot: Snapshot,
        digested: [JSON]
    ) -> Observation {
        var warnings: [String] = []
        if deployment.isPaused { warnings.append("Deployment \(deployment.name) is paused.") }
        if let missing = deployment.unsettled {
            warnings.append("Deployment \(deployment.name) is not settled: \(missing).")
        }
        if state.isAutoscaled {
            warnings.append("\(deployment.name) is autoscaled: its number of replicas is left alone.")
        }
        let image = state.image ?? ""
        let live = Release(version: state.version ?? Self.version(of: image), artifact: .image(reference: image))
        return Observation(
            target: target,
            live: live,
            replicas: deployment.replicas,
            isSettled: deployment.unsettled == nil,
            capabilities: capabilities,
            snapshot: snapshot.json,
            fingerprint: SHA256.hexDigest(of: JSON.array(digested).canonical.bytes),
            summary: ["\(deployment.name): \(deployment.replicas) × \(image.printable(max: 200))"],
            warnings: warnings
        )
    }

    /// The tag of an image reference, or the whole of it when it has none.
    static func version(of image: String) -> String {
        let name = image.split(separator: "/").last ?? ""
        guard let colon = name.lastIndex(of: ":"), !name.contains("@") else { return image }
        return String(name[name.index(after: colon)...])
    }
}
