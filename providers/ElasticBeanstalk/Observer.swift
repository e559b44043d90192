import SlipwayAWS
import SlipwayBase
import SlipwayModel
import SlipwaySigning

/// Reads a target once: what serves, what could be done, and a digest of everything a plan depends on.
struct Observer: Sendable {
    let target: String
    let settings: ElasticBeanstalkSettings
    let cloud: Cloud

    /// One environment with what was read of it.
    struct Seen: Sendable {
        var environment: Environment
        var options: Options
        var instances: [InstanceHealth]
        var count: Int

        var state: Snapshot.State { Snapshot.State(environment, options: options, instances: count) }
    }

    func observe() async throws(ProviderFailure) -> Observation {
        let names = settings.layout.environments
        let found = try await cloud.environments(names)
        for environment in found.compactMap({ $0 }) { try check(environment) }
        switch settings.layout {
        case .environment(let name):
            guard let environment = found[0] else { throw try await unknown(name) }
            return try await observePlain(try await see(environment))
        case .blueGreen(_, _, let cname): return try await observeBlueGreen(names, found, cname)
        case .canary(let stable, let canary, let weights):
            guard let environment = found[0] else { throw try await unknown(stable) }
            let candidate = try await seen(found[1])
            return try await observeCanary(try await see(environment), canary, candidate, weights)
        }
    }

    func see(_ environment: Environment) async throws(ProviderFailure) -> Seen {
        let options = try await cloud.options(of: environment)
        let resources = try await cloud.resources(of: environment)
        var instances: [InstanceHealth] = []
        if options.hasEnhancedHealth { instances = try await cloud.instances(of: environment) }
        return Seen(
            environment: environment,
            options: options,
            instances: instances,
            count: max(resources.instances.count, instances.count)
        )
    }

    func seen(_ environment: Environment?) async throws(ProviderFailure) -> Seen? {
        guard let environment else { return nil }
        return try await see(environment)
    }

    /// What no strategy can deal with.
    private func check(_ environment: Environment) throws(ProviderFailure) {
        guard environment.application == cloud.application || environment.application.isEmpty else {
            throw ProviderFailure(
                .refused,
                "Environment \(environment.name) belongs to the application "
                    + "“\(environment.application.printable(max: 100))”, not to “\(cloud.application)”; "
                    + "correct `application` or the name of the environment."
            )
        }
    }

    /// The failure that a name nobody has means, with the nearest one.
    func unknown(_ name: String) async throws(ProviderFailure) -> ProviderFailure {
        let reply = try await cloud.send(cloud.calls.environments())
        let names = ElasticBeanstalkReplies.environments(reply.result).filter { !$0.isGone }.map(\.name)
        if names.isEmpty {
            let reply = try await cloud.send(cloud.calls.applications(all: true))
            let applications = ElasticBeanstalkReplies.applications(reply.result).map(\.name)
            guard applications.contains(cloud.application) else {
                let near = cloud.application.nearest(of: applications).map { "; did you mean “\($0)”?" }
                return ProviderFailure(
                    .refused,
                    "Application “\(cloud.application)” is not there" + (near ?? "; create it or correct its name.")
                )
            }
        }
        let near = name.nearest(of: names).map { "; did you mean “\($0)”?" }
        return ProviderFailure(
            .refused,
            "Environment \(name) is not there in application “\(cloud.application)”"
                + (near ?? "; create it once, or correct its name.")
        )
    }

    /// Why nothing can be done with `seen` right now; nil when it is at rest.
    func trouble(_ seen: Seen) -> Fidelity? {
        let environment = seen.environment
        guard !environment.isReady else { return nil }
        let cure =
            environment.isAbortable
            ? "the environment when it is Ready: wait, or abort its update, and try again"
            : "the environment when it is Ready: wait and try again"
        return .impossible(why: "\(environment.name) \(environment.status.words)", instead: cure)
    }

    /// What to know of an environment that serves.
    func warnings(_ seen: Seen) -> [String] {
        let environment = seen.environment
        var warnings: [String] = []
        if !environment.isReady { warnings.append("\(environment.name) \(environment.status.words).") }
        if environment.health < .green {
            let causes = seen.instances.flatMap(\.causes).once.prefix(2).joined(separator: " ")
            warnings.append(
                "\(environment.name) is \(environment.health.words)" + (causes.isEmpty ? "." : ": \(causes)")
            )
        }
        if let label = environment.label {
            let others = seen.instances.count { $0.misses(label) }
            if others > 0 {
                warnings.append("\(others) of \(seen.count) instances of \(environment.name) do not run \(label).")
            }
        }
        if !seen.options.hasEnhancedHealth {
            warnings.append("\(environment.name) has basic health: what each instance runs cannot be told.")
        }
        return warnings
    }

    func isSettled(_ seen: Seen) -> Bool {
        guard seen.environment.isReady, let label = seen.environment.label else { return false }
        return !seen.instances.contains { $0.misses(label) }
    }

    func live(_ environment: Environment) -> Release? {
        environment.label.map { label in
            let label = label.printable(max: 100)
            return Release(version: label, artifact: .label(name: label))
        }
    }

    func summary(_ seen: Seen) -> String {
        let environment = seen.environment
        let name = environment.cname.map { " at \($0.printable(max: 255))" } ?? ""
        return "\(environment.words): \(seen.count) × \((environment.label ?? "nothing").printable(max: 100)), "
            + "\(environment.health.words)\(name)"
    }

    func digest(_ parts: [JSON]) -> String { SHA256.hexDigest(of: JSON.array(parts).canonical.bytes) }
}
