import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// Where every target of a command stands, for the view and the summary.
struct Board: Sendable {
    struct Row: Sendable {
        enum Phase: Sendable {
            /// Not begun yet.
            case waiting
            /// A run goes on or has ended.
            case running(RunID, RunState)
            /// Nothing had to be done.
            case upToDate(String)
            /// It did not begin, or stopped before its end.
            case stopped(RunID?, ExitReason, String)
        }

        var target: String
        var phase: Phase
        /// The target's present time.
        var now: Timestamp
        /// The run that was last heard of, and its state then.
        var lastRun: RunID?
        var last: RunState?
        /// When this process saw the run's first event.
        var since: Timestamp?

        init(target: String, phase: Phase = .waiting, now: Timestamp) {
            (self.target, self.phase, self.now) = (target, phase, now)
        }

        /// The state to show, if there is one.
        var state: RunState? { if case .running(_, let state) = phase { state } else { last } }
        /// Whether nothing more happens here.
        var isOver: Bool {
            switch phase {
            case .waiting: false
            case .running(_, let state): state.verdict != nil
            case .upToDate, .stopped: true
            }
        }
        /// The run, if there is one.
        var run: RunID? {
            switch phase {
            case .running(let run, _): run
            case .stopped(let run, _, _): run ?? lastRun
            case .waiting, .upToDate: nil
            }
        }
    }

    var rows: [Row]
    /// Whether the times are virtual.
    var isRehearsal = false

    mutating func take(_ update: Update) {
        guard let index = rows.firstIndex(where: { $0.target == update.target }) else { return }
        rows[index].phase = .running(update.run, update.state)
        (rows[index].lastRun, rows[index].last) = (update.run, update.state)
        rows[index].now = update.record.at
        rows[index].since = rows[index].since ?? update.record.at
    }

    mutating func set(_ phase: Row.Phase, of target: String, at now: Timestamp) {
        guard let index = rows.firstIndex(where: { $0.target == target }) else { return }
        rows[index].phase = phase
        rows[index].now = now
    }
}
