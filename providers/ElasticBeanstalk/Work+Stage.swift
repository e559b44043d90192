import SlipwayAWS
import SlipwayBase
import SlipwayModel
import SlipwaySigning

extension Work {
    /// The environment of `release` runs it at `scale`, every instance well, and takes no production it did not take.
    func stage(_ release: Release, _ scale: Scale) async throws(ProviderFailure) -> Progress {
        let state = isBack(release) ? snapshot.stable : snapshot.candidate
        let model = isBack(release) ? snapshot.candidate : snapshot.stable
        let found = try await cloud.environments([state.name, model.name])
        guard let environment = found[0] else {
            guard let original = found[1] else {
                throw ProviderFailure(.refused, "\(model.name), which \(state.name) is to be made like, is not there.")
            }
            if let progress = try await prepare(release) { return progress }
            return try await clone(
                original,
                as: state,
                release,
                sizes: Self.sizes(scale, snapshot.stable, isBack: isBack(release))
            )
        }
        guard environment.isReady else { return try await watch(environment) }
        if environment.label != label(release) {
            try await refuseServing(environment)
            if let progress = try await prepare(release) { return progress }
            return try await pursue(version(release, on: environment), on: environment)
        }
        let present = try await cloud.options(of: environment)
        let sizes = present.isSingleInstance ? [:] : Self.sizes(scale, snapshot.stable, isBack: isBack(release))
        if let progress = try await configure(environment, present.differing(from: sizes)) { return progress }
        let progress = try await settle(environment, on: release)
        guard case .done(let status) = progress else { return progress }
        if let ready = status.ready, let least = sizes[.minSize].flatMap({ Int($0) }), ready < least {
            return running(memory, Pace.look, Status(ready: ready, wanted: least), note: "instances are coming up")
        }
        return try await dropTemplate(of: environment, release) ?? .done(status: status)
    }

    /// How many instances an environment has at least and at most.
    ///
    /// At full size the candidate has to carry all of production from its first moment, so that it starts with as many
    /// instances as the stable environment had, should that have grown above its least number.
    static func sizes(_ scale: Scale, _ stable: Snapshot.State, isBack: Bool) -> [Option: String] {
        guard !stable.options.isSingleInstance else { return [:] }
        var (least, most) = (stable.options.minSize, stable.options.maxSize)
        if !isBack {
            switch scale {
            case .full: least = max(least, stable.instances)
            case .percent, .replicas:
                least = max(scale.replicas(stable: max(stable.instances, 1)), 1)
                most = least
            }
        }
        return [.minSize: "\(least)", .maxSize: "\(max(most, least))"]
    }

    /// An environment that takes production is not changed under it.
    func refuseServing(_ environment: Environment) async throws(ProviderFailure) {
        var isServing = false
        switch settings.layout {
        case .environment: break
        case .blueGreen(_, _, let cname): isServing = environment.answers(to: cname)
        case .canary:
            let weight = try await weight()
            isServing = environment.name == snapshot.candidate.name ? weight > 0 : weight < 100
        }
        guard isServing else { return }
        throw ProviderFailure(
            .conflict,
            "\(environment.words) takes production traffic and runs \(environment.label ?? "nothing"); it is not "
                + "changed under load."
        )
    }
}

extension Work {
    /// Makes `state`'s environment like `original`, through a configuration template: the public way to clone.
    ///
    /// Neither call needs a memory: a second template or environment of the same name is refused by the service.
    private func clone(
        _ original: Environment,
        as state: Snapshot.State,
        _ release: Release,
        sizes: [Option: String]
    ) async throws(ProviderFailure) -> Progress {
        let name = "environment \(state.name)"
        if let intent = memory.intent, intent.name == name, intent.hasBegun {
            throw ProviderFailure(
                .unhealthy,
                "\(state.name) was being launched and is gone" + (memory.note.map { ": \($0)" } ?? ".")
            )
        }
        guard original.isReady else { return try await watch(original) }
        var memory = memory
        let template = template(for: state.name, release)
        let isKept = try await cloud.templates().contains(template)
        if let progress = heldUp() { return progress }
        guard isKept else {
            _ = try await cloud.make(cloud.calls.createTemplate(template, from: original))
            return running(memory, Pace.soon, note: "kept the configuration of \(original.name) as \(template)")
        }
        var wanted = sizes
        if isBack(release) { wanted.merge(state.options.values(of: Option.deployment)) { first, _ in first } }
        let call = cloud.calls.createEnvironment(
            NewEnvironment(
                name: state.name,
                cnamePrefix: cnamePrefix(for: state),
                template: template,
                label: label(release),
                settings: Option.allCases.compactMap { option in
                    wanted[option].map { Setting(option: option, value: $0) }
                }
            )
        )
        memory.intent = Memory.Intent(name: name, fence: self.call.fence, notBefore: time.now, sent: time.now)
        memory.note = "asked for \(state.name) with \(label(release))"
        _ = try await cloud.make(call)
        return running(memory, Pace.afterCreation)
    }

    /// The name in DNS of an environment that we make: the one that the other environment's partner had, so that a
    /// switch there and back leaves all names as they were.
    private func cnamePrefix(for state: Snapshot.State) -> String? {
        guard case .blueGreen(_, _, let cname) = settings.layout else { return nil }
        if let former = snapshot.candidate.cnamePrefix { return former }
        let prefix = cname.prefix { $0 != "." }
        return String(prefix.prefix(63 - "-preview".count)) + "-preview"
    }

    /// Derived from the plan, so that every process of a run means the same one and no other run does.
    func template(for name: String, _ release: Release) -> String {
        let seed = "\(call.context.snapshot.canonical) \(label(release))"
        return "slipway-\(name)-\(SHA256.hexDigest(of: Array(seed.utf8)).prefix(8))"
    }

    /// Nil when the template that `environment` was made from is gone, or was never ours.
    func dropTemplate(of environment: Environment, _ release: Release) async throws(ProviderFailure) -> Progress? {
        let state = environment.name == snapshot.candidate.name ? snapshot.candidate : snapshot.stable
        guard state.id != environment.id else { return nil }
        return try await dropTemplate(template(for: environment.name, release))
    }

    func dropTemplate(_ name: String) async throws(ProviderFailure) -> Progress? {
        guard try await cloud.templates().contains(name) else { return nil }
        if let progress = heldUp() { return progress }
        try await cloud.drop(cloud.calls.deleteTemplate(name))
        return running(memory, Pace.soon, note: "deleted the template \(name)")
    }
}
