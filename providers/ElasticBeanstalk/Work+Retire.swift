import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension Work {
    /// The old environment, which nothing reaches any more, is kept, shrunk to one instance or terminated.
    func retire(_ disposal: Disposal) async throws(ProviderFailure) -> Progress {
        guard disposal != .keep else { return .done(status: Status()) }
        let found = try await cloud.environments([snapshot.stable.name, snapshot.candidate.name])
        if let candidate = found[1], let progress = try await easeSizes(of: candidate) { return progress }
        guard let environment = found[0] else { return .done(status: Status()) }
        try refuseLive(environment)
        if let id = snapshot.stable.id, id != environment.id {
            throw ProviderFailure(.conflict, "\(environment.words) was made after the plan; it is not taken down.")
        }
        if disposal == .remove { return try await terminate(environment) }
        guard environment.isReady else { return try await watch(environment) }
        let present = try await cloud.options(of: environment)
        guard !present.isSingleInstance else { return .done(status: Status()) }
        let differing = present.differing(from: [.minSize: "1", .maxSize: "1"])
        if differing.isEmpty { return .done(status: Status(wanted: 1)) }
        if let progress = tail(environment) { return progress }
        return try await configure(environment, differing) ?? .done(status: Status(wanted: 1))
    }

    /// The new environment may have begun with more instances than the least number; from here on it may shrink.
    private func easeSizes(of candidate: Environment) async throws(ProviderFailure) -> Progress? {
        guard candidate.isReady, candidate.label == label(call.context.new) else { return nil }
        let present = try await cloud.options(of: candidate)
        let least = snapshot.stable.options.minSize
        guard !present.isSingleInstance, present.minSize > least else { return nil }
        return try await configure(candidate, present.differing(from: [.minSize: "\(least)"]))
    }

    /// No candidate runs, and everything is as it was before the plan.
    func unstage() async throws(ProviderFailure) -> Progress {
        let state = snapshot.candidate
        let both = try await cloud.environments([state.name, snapshot.stable.name])
        let (found, isPromoted) = (both[0], both[1]?.label == label(call.context.new))
        if found?.status != .terminating, let progress = try await clearRoute() { return progress }
        guard let environment = found else {
            let template = template(for: state.name, call.context.new)
            if let progress = try await dropTemplate(template) { return progress }
            let note = try await clearUpload()
            return .done(status: Status(ready: 0, wanted: 0, weight: 0, note: isPromoted ? nil : note))
        }
        try refuseLive(environment)
        guard state.exists else { return try await terminate(environment) }
        guard environment.isReady else { return try await stop(environment) }
        if let former = state.label, former != environment.label {
            if let progress = tail(environment) { return progress }
            let release = Release(version: former, artifact: .label(name: former))
            return try await pursue(version(release, on: environment), on: environment)
        }
        let present = try await cloud.options(of: environment)
        var former = state.options.values(of: Option.deployment)
        if !present.isSingleInstance { former.merge(state.options.values(of: [.minSize, .maxSize])) { $1 } }
        let differing = present.differing(from: former)
        if !differing.isEmpty, let progress = tail(environment) { return progress }
        if let progress = try await configure(environment, differing) { return progress }
        let note = try await clearUpload()
        return .done(status: Status(weight: 0, note: isPromoted ? nil : note))
    }

    /// Terminates `environment` once no client can have its address from before the switch any more.
    private func terminate(_ environment: Environment) async throws(ProviderFailure) -> Progress {
        // One that is being launched cannot be taken down before that has ended.
        if [.terminating, .launching].contains(environment.status) {
            return try await watch(environment, Status(ready: 0, wanted: 0))
        }
        if environment.status == .updating || environment.status == .aborting {
            return try await stop(environment)
        }
        if let progress = tail(environment) { return progress }
        if let progress = heldUp() { return progress }
        var memory = memory
        // Asking twice ends in the same state, so nothing has to be remembered.
        try await cloud.send(cloud.calls.terminate(environment))
        memory.note = "asked for \(environment.words) to be terminated"
        return running(memory, Pace.afterCreation)
    }

    /// What is waited for while clients may still go by the old address; nil when that is over.
    ///
    /// The wait begins when the step first looks, which is after the switch was seen.
    private func tail(_ environment: Environment) -> Progress? {
        // A load balancer has no tail: its weights hold from the next request on.
        if case .canary(_, _, .listenerRule) = settings.layout { return nil }
        let since = memory.tailSince ?? time.now
        let end = since + settings.dnsTail
        guard time.now < end else { return nil }
        var memory = memory
        memory.tailSince = since
        let note = "clients may go by the old address of \(environment.name) until \(end.rfc3339Seconds)"
        return running(memory, end - time.now, note: note)
    }

    private func refuseLive(_ environment: Environment) throws(ProviderFailure) {
        guard case .blueGreen(_, _, let cname) = settings.layout, environment.answers(to: cname) else { return }
        throw ProviderFailure(.conflict, "\(environment.words) has \(cname); it is not taken down.")
    }
}
