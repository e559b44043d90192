import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// The last word of a command: what stands where.
struct Summary {
    /// How a target ended; the raw values are part of the JSON form.
    enum End: String {
        case deployed, rolledBack, failed, aborted, superseded, unknown
        case upToDate, refused, stopped, interrupted, unfollowed, notBegun

        var words: String {
            switch self {
            case .upToDate: "up to date"
            case .unfollowed: "goes on"
            case .notBegun: "not begun"
            case .refused, .stopped, .interrupted: rawValue
            default: Verdict(rawValue: rawValue)?.words ?? rawValue
            }
        }
    }

    struct Line {
        var target: String
        var run: RunID?
        var end: End
        var status: ExitReason
        var live: String
        var duration: Duration?
        var left: String
        /// Why it did not come to a good end; empty when it did.
        var reason: String
        /// Whether `slipway resume` goes on with it.
        var isResumable = false
    }

    let lines: [Line]
    let isRehearsal: Bool

    /// `asked` is the verdict that the command was after.
    init(_ board: Board, asked: Verdict = .deployed) {
        isRehearsal = board.isRehearsal
        lines = board.rows.map { Line($0, asked) }
    }

    var status: ExitReason { .worst(of: lines.map(\.status)) }

    func text(_ style: Style) -> [String] {
        let took = isRehearsal ? "TIME (virtual)" : "TIME"
        let rows = lines.map { line in
            [
                line.target, line.run?.description ?? "-", line.end.words, line.live, line.duration?.brief ?? "-",
                line.left.isEmpty ? "nothing" : line.left,
            ]
        }
        var table = Table(headings: ["TARGET", "RUN", "VERDICT", "LIVE", took, "LEFT BEHIND"], rows: rows)
        let statuses = Dictionary(lines.map { ($0.end.words, $0.status) }) { first, _ in first }
        table.paint = { column, text in
            guard column == 2 else { return nil }
            switch statuses[text] {
            case .done: return .green
            case .interrupted, .aborted: return .yellow
            default: return .red
            }
        }
        return table.lines(style)
    }

    var json: JSON {
        let targets = lines.map { line -> JSON in
            var json: JSON = ["target": JSON(line.target)]
            if let run = line.run { json["run"] = JSON(run.description) }
            json["end"] = JSON(line.end.rawValue)
            json["status"] = JSON(Int(line.status.rawValue))
            json["live"] = JSON(line.live)
            if let duration = line.duration { json["seconds"] = .double(Double(duration.milliseconds) / 1000) }
            if !line.left.isEmpty { json["leftBehind"] = JSON(line.left) }
            return json
        }
        return [
            "type": "summary", "status": JSON(Int(status.rawValue)), "virtualTime": .bool(isRehearsal),
            "targets": .array(targets),
        ]
    }

    /// Why targets did not come to a good end, a line each.
    var reasons: [String] {
        lines.compactMap { line in
            guard !line.reason.isEmpty else { return nil }
            // Some sentences begin with their target already.
            let prefix = "\(line.target): "
            let reason = line.reason.hasPrefix(prefix) ? String(line.reason.dropFirst(prefix.count)) : line.reason
            return "\(line.run?.description ?? line.target): \(reason)"
        }
    }

    /// What to do about runs that can be carried on, a line each.
    ///
    /// `options` are put behind every command: those without which it would not find the run.
    func advice(repeating options: String) -> [String] {
        lines.compactMap { line in
            guard let run = line.run, line.isResumable else { return nil }
            return
                "\(run) can go on: `slipway resume \(run)\(options)`, "
                + "or `slipway abort \(run)\(options)` takes it back."
        }
    }
}

extension Summary.Line {
    init(_ row: Board.Row, _ asked: Verdict) {
        let state = row.state
        (target, run) = (row.target, row.run)
        left = state?.leftovers.map { $0.printable() }.joined(separator: "; ") ?? ""
        reason = ""
        duration = row.since.map { row.now - $0 }
        switch row.phase {
        case .waiting: (end, status, live) = (.notBegun, .interrupted, "as before")
        case .upToDate(let text): (end, status, live) = (.upToDate, .done, text.printable(max: 128))
        case .running(_, let state):
            end = state.verdict.flatMap { Summary.End(rawValue: $0.rawValue) } ?? .interrupted
            status = state.verdict.map { ExitReason($0, asked: asked) } ?? .interrupted
            live = Self.live(state)
            if status != .done { reason = state.summary.printable() }
            isResumable = state.verdict == .unknown
        case .stopped(let run, let status, let why):
            reason = why.printable()
            self.status = status
            isResumable = run != nil
            switch (status, run) {
            case (.interrupted, nil): end = .unfollowed
            case (.interrupted, _): end = .interrupted
            case (_, nil): end = .refused
            default: end = .stopped
            }
            live = state.map(Self.live) ?? "as before"
        }
    }

    /// The version that serves production as far as the records say.
    private static func live(_ state: RunState) -> String {
        let (old, new) = (state.plan.context.old?.version ?? "nothing", state.plan.context.new.version)
        switch state.verdict {
        case .deployed: return new.printable(max: 128)
        case .failed, .aborted, .rolledBack: return old.printable(max: 128)
        case .unknown, .superseded: return "look at it"
        case nil: return (state.hasMovedProduction ? "between \(old) and \(new)" : old).printable(max: 160)
        }
    }
}

extension RunState {
    /// Whether a step that changes who serves production has begun.
    var hasMovedProduction: Bool {
        plan.steps.contains { step in
            guard begun[step.id] != nil, case .perform(let action) = step.kind else { return false }
            switch action {
            case .routed, .ramped, .matched, .live, .replacedInPlace, .replacedAfterTrial: return true
            case .staged, .retired, .unstaged: return false
            }
        }
    }
}
