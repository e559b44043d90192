import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension Work {
    /// The stable environment runs `release`, deployed by its own policy with these options.
    func replace(with release: Release, _ options: [Option: String], weight: Int? = nil) async throws(ProviderFailure)
        -> Progress
    {
        if isBack(release) { return try await takeBack(to: release) }
        let environment = try await cloud.need(snapshot.stable.name)
        let status = Status(weight: environment.isReady ? nil : weight)
        guard environment.isReady else { return try await watch(environment, status) }
        if environment.label == label(release) { return try await settle(environment, on: release) }
        if let progress = try await prepare(release) { return progress }
        let present = try await cloud.options(of: environment)
        if let progress = try await configure(environment, present.differing(from: options)) { return progress }
        return try await pursue(version(release, on: environment), on: environment)
    }

    /// The environment runs the former release again, under its former options.
    ///
    /// An update that is under way is aborted while it can be, and waited for when it cannot. Where the former release
    /// is in place again, some instances may still run the other one (a rolling update that failed or was aborted):
    /// then it is deployed once more.
    private func takeBack(to release: Release) async throws(ProviderFailure) -> Progress {
        let environment = try await cloud.need(snapshot.stable.name)
        guard environment.isReady else { return try await stop(environment) }
        let former = snapshot.stable.options.values(of: Option.deployment)
        if environment.label != label(release) {
            if let progress = try await hurry(environment, former) { return progress }
            return try await pursue(version(release, on: environment), on: environment)
        }
        let progress = try await settle(environment, on: release)
        guard case .done(let status) = progress else { return progress }
        let present = try await cloud.options(of: environment)
        if let progress = try await configure(environment, present.differing(from: former)) { return progress }
        var told = status
        told.note = try await clearUpload()
        return .done(status: told)
    }

    /// A trial would also try the former release for as long, so the former policy comes back before the release does,
    /// unless that would take production down.
    private func hurry(_ environment: Environment, _ former: [Option: String]) async throws(ProviderFailure)
        -> Progress?
    {
        let present = try await cloud.options(of: environment)
        guard present[.deploymentPolicy].lowercased() == "trafficsplitting",
            former[.deploymentPolicy]?.lowercased() != "allatonce"
        else { return nil }
        return try await configure(environment, present.differing(from: former))
    }

    /// Aborts the update that is under way, unless it is our own way back.
    func stop(_ environment: Environment) async throws(ProviderFailure) -> Progress {
        guard environment.status == .updating, environment.isAbortable, memory.intent == nil, !memory.hasAborted else {
            return try await watch(environment)
        }
        return try await abort(environment)
    }

    func abort(_ environment: Environment) async throws(ProviderFailure) -> Progress {
        if let progress = heldUp() { return progress }
        var memory = memory
        do throws(AWSFailure) {
            _ = try await cloud.clients.elasticBeanstalk.send(cloud.calls.abort(environment))
        } catch {
            // "Must be pending deployment": it has ended meanwhile, so that the next look decides.
            guard error.kind == .invalid || error.kind == .busy || error.mayHaveTakenEffect else {
                throw ProviderFailure(error)
            }
        }
        memory.hasAborted = true
        memory.note = "asked \(environment.name) to abort its update"
        return running(memory, Pace.look)
    }

    func version(_ release: Release, on environment: Environment) -> Goal {
        Goal(
            name: "version \(label(release)) on \(environment.name)",
            write: cloud.calls.deploy(label(release), to: environment),
            note: "asked \(environment.name) for \(label(release))",
            failure: "\(environment.name) runs \(environment.label ?? "nothing") after its update to "
                + "\(label(release)) ended"
        )
    }

    /// Nil when there is nothing to set.
    func configure(_ environment: Environment, _ settings: [Setting]) async throws(ProviderFailure) -> Progress? {
        guard !settings.isEmpty else { return nil }
        let goal = Goal(
            name: "\(settings.words) on \(environment.name)",
            write: cloud.calls.configure(environment, settings),
            note: "asked \(environment.name) for \(settings.words)",
            failure: "\(environment.name) has not taken \(settings.words)"
        )
        return try await pursue(goal, on: environment)
    }

    /// `done` once an environment that is Ready under `release`'s label runs it on every instance and is well.
    func settle(_ environment: Environment, on release: Release) async throws(ProviderFailure) -> Progress {
        let state = environment.name == snapshot.candidate.name ? snapshot.candidate : snapshot.stable
        let isBack = isBack(release)
        var status = Status()
        if (state.exists ? state : snapshot.stable).options.hasEnhancedHealth {
            let instances = try await cloud.instances(of: environment)
            let ready = instances.count { $0.runs(label(release)) }
            status = Status(ready: ready, wanted: instances.count)
            if instances.contains(where: { $0.misses(label(release)) }) {
                return try await unify(environment, release, status)
            }
        } else if isBack {
            let wasRedeployed = memory.intent?.name == again(release, environment) && memory.intent?.hasBegun == true
            let mayBeMixed = try await lastOperationFailed(on: environment, since: state.updated)
            if mayBeMixed || memory.hasAborted && !wasRedeployed {
                return try await redeploy(release, on: environment, status)
            }
        }
        var memory = memory
        memory.mixedSince = nil
        guard !accepts(environment.health, goingBackTo: isBack ? state.health : nil) else {
            return .done(status: status)
        }
        let since = memory.since ?? time.now
        memory.since = since
        if environment.health != .unknown, time.now >= since + Pace.settling {
            throw ProviderFailure(.unhealthy, await illness(environment))
        }
        return running(memory, Pace.look, status, note: "\(environment.name) is \(environment.health.words)")
    }

    /// Instances that run another version: reports lag by some seconds, then the release is deployed once more.
    private func unify(_ environment: Environment, _ release: Release, _ status: Status) async throws(ProviderFailure)
        -> Progress
    {
        var memory = memory
        let since = memory.mixedSince ?? time.now
        let mixed = "\(status.ready ?? 0) of \(status.wanted ?? 0) instances of \(environment.name) "
        let isAsked = memory.intent?.name == again(release, environment) && memory.intent?.hasBegun != true
        guard isAsked || time.now >= since + Pace.settling else {
            memory.mixedSince = since
            return running(memory, Pace.look, status, note: mixed + "run \(label(release))")
        }
        return try await redeploy(release, on: environment, status)
    }

    private func again(_ release: Release, _ environment: Environment) -> String {
        "version \(label(release)) once more on \(environment.name)"
    }

    private func redeploy(_ release: Release, on environment: Environment, _ status: Status)
        async throws(ProviderFailure)
        -> Progress
    {
        let goal = Goal(
            name: again(release, environment),
            write: cloud.calls.deploy(label(release), to: environment),
            note: "asked \(environment.name) for \(label(release)) once more, because its instances differ",
            failure: "the instances of \(environment.name) run different versions, even after \(label(release)) was "
                + "deployed once more",
            status: status
        )
        return try await pursue(goal, on: environment)
    }

    /// Basic health does not say what an instance runs: an operation that ended with errors may have left some of them
    /// on the other version. The newest operation counts, so that a deployment after it puts things right.
    private func lastOperationFailed(on environment: Environment, since: Timestamp?) async throws(ProviderFailure)
        -> Bool
    {
        guard environment.updated.map({ $0 > since ?? $0 }) ?? true else { return false }
        let events = try await cloud.events(of: environment, from: since.map { $0 + .milliseconds(1) })
        guard let last = events.first(where: { $0.requestID != nil })?.requestID else { return false }
        return events.contains { $0.requestID == last && $0.isError }
    }

    private func illness(_ environment: Environment) async -> String {
        let causes = ((try? await cloud.instances(of: environment)) ?? []).flatMap(\.causes).once.prefix(3)
        let said = causes.isEmpty ? "" : ": " + causes.joined(separator: " ")
        return "\(environment.name) is \(environment.health.words) under \(environment.label ?? "nothing")\(said)"
            .printable(max: 1000)
    }
}

extension Work {
    /// Deployed in batches like `batch`, or by the environment's own policy where it says nothing.
    func replace(with release: Release, _ batch: Batch) async throws(ProviderFailure) -> Progress {
        try await replace(with: release, Policy.options(batch, in: snapshot.stable))
    }

    /// Deployed by traffic splitting; the platform itself promotes or takes back.
    func replace(with release: Release, trying trial: Trial) async throws(ProviderFailure) -> Progress {
        try await replace(with: release, Policy.options(trial), weight: trial.percent)
    }
}

extension Policy {
    /// Counted with the instances of when the plan was made, so that every look asks for the same.
    static func options(_ batch: Batch, in state: Snapshot.State) -> [Option: String] {
        options(
            batch,
            instances: state.instances,
            isEnhanced: state.options.hasEnhancedHealth,
            isSingle: state.options.isSingleInstance
        )
    }
}
