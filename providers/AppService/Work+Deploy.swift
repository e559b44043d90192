import SlipwayBase
import SlipwayModel

extension Work {
    /// The package at `path` is deployed to `seen`, runs, and our marker says so.
    ///
    /// Deploying the same bytes twice leaves what deploying them once does, so an answer that was lost is followed by
    /// another deployment once none is in progress.
    func deploy(_ path: String, _ sha256: String, _ version: String, to seen: Seen) async throws(ProviderFailure)
        -> Progress
    {
        let kudu = try cloud.kudu(seen.place, seen.site)
        guard let id = memory.deployment else {
            let latest = try await kudu.latest()
            if let former = memory.former, time.now < (memory.changed ?? time.now) + Pace.settling {
                return find(latest, after: former)
            }
            if let latest, !latest.isOver {
                return running(memory, Pace.look, note: "\(seen.place.words) is at work on another deployment")
            }
            return try await publish(path, sha256, to: kudu, after: latest?.id)
        }
        if !memory.hasDeployed {
            if let progress = try await watch(id, kudu, seen) { return progress }
            var memory = memory
            memory.hasDeployed = true
            return running(memory, Pace.soon, note: "deployment \(id) is in place")
        }
        if let progress = heldUp() { return progress }
        try await kudu.write(Marker(version: version, sha256: sha256, deployment: id))
        return wrote("\(seen.place.words) has \(version.printable(max: 100)), deployment \(id)", Pace.soon)
    }

    /// The number of our deployment, where the answer to it named none: the one after what was there before.
    private func find(_ latest: KuduDeployment?, after former: String) -> Progress {
        guard let latest, latest.id != former else {
            return running(memory, Pace.look, note: "waiting until the deployment has a number")
        }
        var memory = memory
        memory.deployment = latest.id
        return running(memory, Pace.soon, note: "deployment \(latest.id)")
    }

    private func publish(_ path: String, _ sha256: String, to kudu: Kudu, after former: String?)
        async throws(ProviderFailure) -> Progress
    {
        let package: ZipPackage
        do throws(InputFailure) {
            if let known = cloud.kept[package: path] {
                package = known
            } else {
                package = try ZipPackage(reading: try open(path), path: path)
                cloud.kept[package: path] = package
            }
        } catch { throw ProviderFailure(.refused, error.diagnostics.map(\.message).joined(separator: " ")) }
        guard package.sha256 == sha256, package.isUnchanged else {
            cloud.kept[package: path] = nil
            throw ProviderFailure(
                .refused,
                "\(path.printable(max: 200)) has changed since the plan was made; make a new plan."
            )
        }
        if let progress = heldUp() { return progress }
        let id = try await kudu.publish(package)
        return wrote("sent \(path.printable(max: 200)) to \(kudu.place.words)") { memory in
            (memory.deployment, memory.former) = (id, id == nil ? former ?? "" : nil)
        }
    }

    /// Nil when deployment `id` is over and runs, as far as the platform tells.
    ///
    /// On Linux the files being in place says nothing about the application: there Azure Resource Manager is asked, as
    /// long as it can be expected to know.
    private func watch(_ id: String, _ kudu: Kudu, _ seen: Seen) async throws(ProviderFailure) -> Progress? {
        if seen.site.isLinux, time.now < (memory.changed ?? time.now) + Pace.runtime,
            let json = try await cloud.find(cloud.calls.deploymentStatus(seen.place, id))
        {
            switch AppServiceReplies.runtime(json) {
            case .running: return nil
            case .going(let words): return running(memory, Pace.deployment, note: "deployment \(id): \(words)")
            case .failed(let words):
                throw ProviderFailure(.unhealthy, "\(seen.place.words): deployment \(id) does not run: \(words)")
            case .unknown: break
            }
        }
        guard let deployment = try await kudu.deployment(id) else {
            // A moment ago the one before it may still be called the latest.
            let isLate = time.now >= (memory.changed ?? time.now) + Pace.settling
            if isLate, let latest = try await kudu.latest(), latest.id != id {
                throw ProviderFailure(
                    .conflict,
                    "\(seen.place.words): deployment \(id) was replaced by \(latest.id); someone else deployed."
                )
            }
            return running(memory, Pace.look, note: "deployment \(id) has not begun")
        }
        if deployment.hasFailed {
            let said = deployment.words.isEmpty ? "" : ": " + deployment.words
            throw ProviderFailure(.unhealthy, "\(seen.place.words): deployment \(id) failed\(said).")
        }
        guard !deployment.isDone else { return nil }
        return running(memory, Pace.look, note: "deployment \(id): \(deployment.words)".printable(max: 300))
    }
}
