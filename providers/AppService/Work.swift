import SlipwayBase
import SlipwayModel

/// One `advance`: what was asked, and what it is done with.
struct Work: Sendable {
    let call: Call
    let settings: AppServiceSettings
    let cloud: Cloud
    let open: AppServiceProvider.Open
    let time: any TimeSource
    let snapshot: Snapshot
    /// What the step knew from its last look.
    let memory: Memory
    /// What the canary site takes of production, where something in front of two sites shares it.
    let share: Int

    init(
        _ call: Call,
        settings: AppServiceSettings,
        cloud: Cloud,
        open: @escaping AppServiceProvider.Open,
        time: any TimeSource,
        share: Int
    ) {
        (self.call, self.settings, self.cloud, self.open, self.time) = (call, settings, cloud, open, time)
        snapshot = Snapshot(call.context.snapshot)
        (memory, self.share) = (Memory(call.token), share)
    }

    /// The step itself.
    func perform(_ target: String) async throws(ProviderFailure) -> Progress {
        switch call.action {
        case .replacedInPlace(let release, let batch): return try await replace(with: release, batch)
        case .replacedAfterTrial: throw ProviderFailure(.refused, "\(target): App Service tries no release by itself.")
        case .staged(let release, let scale): return try await stage(release, scale)
        case .routed(let percent, let release): return try await route(percent, release)
        case .ramped(let wanted, let release): return try await ramp(wanted, release)
        case .matched: throw ProviderFailure(.refused, "\(target): App Service routes no requests by header.")
        case .live(let release): return try await switchOver(to: release)
        case .retired(let release, let disposal): return try await retire(release, disposal)
        case .unstaged: return try await unstage()
        }
    }

    /// What serves.
    var production: Place { Place(site: settings.layout.sites[0]) }

    /// Where a candidate runs; nil where the target has nothing but production.
    var candidate: Place? {
        switch settings.layout {
        case .site: nil
        case .slot(let site, let name): Place(site: site, slot: name)
        case .pair(_, let canary, _): Place(site: canary)
        }
    }

    /// The slot of a target that has one.
    func slot() throws(ProviderFailure) -> (place: Place, name: String) {
        guard case .slot(let site, let name) = settings.layout else {
            throw ProviderFailure(.refused, "\(call.context.target) names no `slot`.")
        }
        return (Place(site: site, slot: name), name)
    }

    /// Whether the step takes production back to what served before the plan.
    func isBack(_ release: Release) -> Bool { release == call.context.old && release != call.context.new }

    /// Whether `content` is `release`: for the former one, exactly what served before.
    func runs(_ release: Release, _ content: Content) -> Bool {
        if isBack(release) { return content == snapshot.stable.content }
        switch (release.artifact, content) {
        case (.image(let reference), .image(let present)): return present == reference
        case (.bundle(_, let sha256?), .package(_, let marker?)):
            return marker.version == release.version && marker.sha256 == sha256
        default: return false
        }
    }

    func running(_ memory: Memory, _ wait: Duration, _ status: Status = Status(), note: String? = nil) -> Progress {
        var status = status
        status.note = note ?? status.note ?? memory.note
        return .running(token: memory.token, pollAfter: wait, status: status)
    }

    /// The same, keeping `note` for looks that have nothing to say themselves.
    func wrote(_ note: String, _ wait: Duration = Pace.look, changing: (inout Memory) -> Void = { _ in }) -> Progress {
        var memory = memory
        (memory.note, memory.changed, memory.since, memory.misses) = (note, time.now, nil, 0)
        changing(&memory)
        return running(memory, wait)
    }

    /// Nil when a write may be made now; a process that was held up between its look and its write may have lost the
    /// lock meanwhile, so it looks again.
    func heldUp() -> Progress? {
        guard let until = call.coveredUntil, time.now >= until else { return nil }
        return running(memory, Pace.soon, note: "held up past the end of the lock; looking again")
    }

    /// What is waited for while another operation holds `seen`; nil when none does.
    func busy(_ seen: Seen?) -> Progress? {
        guard let seen, seen.site.operationID != nil else { return nil }
        return running(memory, Pace.busy, note: "another operation is in progress on \(seen.place.words)")
    }

    /// Refuses to go on when production does not run what it did before the plan.
    func refuseMoved(_ production: Seen) throws(ProviderFailure) {
        guard let wanted = snapshot.stable.content, production.content != wanted else { return }
        throw ProviderFailure(
            .conflict,
            "\(production.place.words) runs \(production.content.words) and not \(wanted.words) any more; someone "
                + "changed it."
        )
    }

    /// Refuses to touch the slot while a rule sends production to it.
    func refuseServing(_ production: Seen, _ slot: String) throws(ProviderFailure) {
        let share = production.config.rules.map { RampRule($0) }.first { $0.leads(to: slot) }?.percent ?? 0
        guard share > 0 else { return }
        throw ProviderFailure(
            .conflict,
            "The slot \(slot) takes \(Self.percent(share))% of production; it is not changed under load."
        )
    }

    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

/// How often App Service is asked.
///
/// A swap is polled as often as its answers ask for, which was seen to be every 15 s; az does the same.
enum Pace {
    static let soon = Duration.milliseconds(100)
    static let look = Duration.seconds(5)
    static let busy = Duration.seconds(15)
    /// A deployment on Linux, as az asks for it.
    static let deployment = Duration.seconds(15)
    /// What looking again for a swap without an operation to ask waits, as Azure asks for it with one.
    static let swap = Duration.seconds(15)
    static let pollMax = Duration.seconds(60)
    /// How long another process' write may be on its way before its absence is believed.
    static let doubt = Duration.seconds(10)
    /// How long what was reported to be done may be missing in what is read.
    static let settling = Duration.seconds(120)
    /// After an image was replaced on what runs: how long the former container may still answer. The new one has 230 s
    /// to start (WEBSITES_CONTAINER_START_TIME_LIMIT) before the platform gives up and nothing answers.
    static let restart = Duration.seconds(240)
    /// How often in a row nothing answers after that until it counts.
    static let missesMax = 3
    /// How often a container's log is read while it does not answer.
    static let logs = Duration.seconds(30)
    /// How long a deployment may be called starting before only the site's own answer counts.
    static let runtime = Duration.seconds(600)
    /// How often a swap is asked for that fails for a reason that passes.
    static let attemptsMax = 3
}
