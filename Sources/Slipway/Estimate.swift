public import SlipwayBase
public import SlipwayEngine
internal import SlipwayModel

/// How far a run is and how long it may still take, from its pauses and from what such steps usually take.
public struct Estimate: Hashable, Sendable {
    /// The share that is done, 0 to 1.
    public var share: Double
    /// The time since the run began, or since it was last taken up.
    public var elapsed: Duration
    /// The time it may still take; nil when it waits for a person or has ended.
    public var remaining: Duration?

    /// Estimates `state` as it stands at `now`; the elapsed time counts from `since`, or from the run's first event.
    public init(_ state: RunState, at now: Timestamp, since: Timestamp? = nil) {
        elapsed = max(now - (since ?? state.startedAt ?? now), .zero)
        let left = state.tasks.map(Self.usual)
        var (remaining, length) = (left.reduce(.zero, +), left.reduce(.zero, +))
        if let current = state.current, let first = left.first, let begun = state.begun[current.key] {
            // A process that takes a run up again knows nothing about the pace of the time between.
            let spent = max(now - max(begun, since ?? begun), .zero)
            if let done = Self.share(of: state.report, after: spent, usual: first) {
                length -= first * done
                remaining += (done > 0 ? spent * ((1 - done) / done) : first) - first
            } else {
                // A step that takes longer than usual is never shown as over.
                let most: Duration = if case .pause = current.kind { first } else { first * 9 / 10 }
                length -= min(max(now - begun, .zero), most)
                remaining = length
            }
        }
        let total = state.plan.steps.reduce(.zero) { $0 + Self.usual($1.kind) }
        let isOver = state.verdict != nil
        let part = isOver || total <= .zero ? 0 : min(1, length / total)
        // On the way back the bar runs back to empty.
        share = state.isBack ? part : 1 - part
        self.remaining = isOver || state.awaitsApproval ? nil : remaining
    }

    /// How much of a step is done by its replicas: those that are up, and up to half of the next one.
    private static func share(of report: Status?, after spent: Duration, usual: Duration) -> Double? {
        guard let report, let ready = report.ready, let wanted = report.wanted, wanted > 0, usual > .zero else {
            return nil
        }
        let up = Double(min(max(min(ready, report.updated ?? ready), 0), wanted))
        let next = min(spent / usual * Double(wanted), 0.5)
        return min((up + next) / Double(wanted), 0.95)
    }

    private static func usual(_ task: RunState.Task) -> Duration { usual(task.kind) }

    /// Figures seen on small fleets; they only feed the bar.
    private static func usual(_ kind: Step.Kind) -> Duration {
        switch kind {
        case .pause(let duration): duration
        case .perform(.replacedAfterTrial(_, let trial)): trial.duration + .seconds(60)
        case .perform(.ramped(let ramp, _)): ramp.duration
        case .approval: .seconds(5)
        case .perform(.staged), .perform(.replacedInPlace): .seconds(30)
        case .perform(.routed), .perform(.matched), .perform(.live): .seconds(5)
        case .perform(.retired), .perform(.unstaged): .seconds(10)
        }
    }
}
