import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// One `advance`: what was asked, and what it is done with.
struct Work: Sendable {
    let call: Call
    let settings: ElasticBeanstalkSettings
    let cloud: Cloud
    let bundles: any BundleStore
    let time: any TimeSource
    let snapshot: Snapshot
    /// What the step knew from its last look.
    let memory: Memory

    init(
        _ call: Call,
        settings: ElasticBeanstalkSettings,
        cloud: Cloud,
        bundles: any BundleStore,
        time: any TimeSource
    ) {
        (self.call, self.settings, self.cloud, self.bundles, self.time) = (call, settings, cloud, bundles, time)
        snapshot = Snapshot(call.context.snapshot)
        memory = Memory(call.token)
    }

    /// Whether the step takes production back to what served before the plan.
    func isBack(_ release: Release) -> Bool { release == call.context.old && release != call.context.new }

    /// The version label a release runs under.
    func label(_ release: Release) -> String { release.version }

    func running(_ memory: Memory, _ wait: Duration, _ status: Status = Status(), note: String? = nil) -> Progress {
        var status = status
        status.note = note ?? status.note ?? memory.note
        return .running(token: memory.token, pollAfter: wait, status: status)
    }

    /// Whether `health` is good enough; going back, what it was before the plan is good enough too.
    func accepts(_ health: Health, goingBackTo former: Health? = nil) -> Bool {
        let threshold: Health = settings.healthThreshold == .warning ? .yellow : .green
        if health >= threshold { return true }
        guard let former else { return false }
        return health >= former
    }

    /// Nil when a write may be made now; a process that was held up between its look and its write may have lost the
    /// lock meanwhile, so it looks again.
    func heldUp() -> Progress? {
        guard let until = call.coveredUntil, time.now >= until else { return nil }
        return running(memory, Pace.soon, note: "held up past the end of the lock; looking again")
    }
}

/// How often the services are asked.
///
/// The eb CLI asks for events and the environment every 5 s from the start. Here a look is one `DescribeEnvironments`;
/// the first comes 20 s after the write, since no update ends sooner, the next ones every 5 s, so that an end is never
/// noticed later. Events are shown and decide nothing: they are asked for after 40 s, then each time after twice as
/// long. Together that is half of the eb CLI's calls for updates of up to ten minutes, and never much more.
enum Pace {
    static let soon = Duration.milliseconds(100)
    static let afterWrite = Duration.seconds(20)
    /// After an environment was asked for or taken down: neither ends within a minute.
    static let afterCreation = Duration.seconds(60)
    static let look = Duration.seconds(5)
    static let eventsSeconds = 40
    static let eventsSecondsMax = 320
    /// How long a write that was answered may go without a trace before it counts as not made.
    static let trace = Duration.seconds(30)
    /// How long another process' write may be on its way before its absence is believed.
    static let doubt = Duration.seconds(10)
    /// How long bad health or different versions may last after an operation.
    static let settling = Duration.seconds(60)
}
