import SlipwayBase
import SlipwayModel

extension Work {
    /// The stable fleet runs `release`, replaced by the Deployment's own rolling update.
    func replace(with release: Release, _ batch: Batch) async throws(ProviderFailure) -> Progress {
        let deployment = try await needDeployment(snapshot.stable.fleet.deployment)
        let isBack = release == call.context.old
        let wanted = isBack ? snapshot.stable.image ?? image(of: release) : image(of: release)
        let settings = isBack ? restored() : rollingUpdate(batch)
        let isSet = settings.object?.members.allSatisfy { deployment.rollingUpdate?[$0.key] == $0.value } ?? true
        guard image(in: deployment) == wanted, isSet else {
            var spec: JSON = [:]
            if !isSet { spec["strategy"] = ["type": "RollingUpdate", "rollingUpdate": settings] }
            let version =
                isBack
                ? Release(version: snapshot.stable.version ?? release.version, artifact: release.artifact) : release
            return try await written(
                patch(deployment, release: version, image: wanted, spec: spec),
                "asked \(deployment.name) for \(release.version)",
                status: Status(ready: 0, wanted: deployment.replicas)
            )
        }
        return try await settle(deployment, image: wanted)
    }

    private func rollingUpdate(_ batch: Batch) -> JSON {
        var settings: JSON = [:]
        settings["maxSurge"] = batch.maxSurge.map(json)
        settings["maxUnavailable"] = batch.maxUnavailable.map(json)
        return settings
    }

    /// Only what a plan may have changed goes back.
    private func restored() -> JSON {
        guard case .replacedInPlace(_, let batch) = call.action, batch != Batch() else { return [:] }
        var settings: JSON = [:]
        for key in ["maxSurge", "maxUnavailable"] { settings[key] = snapshot.stable.rollingUpdate?[key] }
        return settings
    }

    private func json(_ amount: Amount) -> JSON {
        switch amount {
        case .count(let count): JSON(count)
        case .percent: .string(amount.description)
        }
    }
}
