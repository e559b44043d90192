import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// The last word of a command: what stands where.
struct Summary {
    struct Line {
        var target: String
        var run: RunID?
        var end: String
        var status: ExitStatus
        var live: String
        var duration: Duration?
        var left: String
        /// Why it did not come to a good end; empty when it did.
        var reason: String
    }

    let lines: [Line]
    let isRehearsal: Bool

    /// `asked` is the verdict that the command was after.
    init(_ board: Board, asked: Verdict = .deployed) {
        isRehearsal = board.isRehearsal
        lines = board.rows.map { Line($0, asked) }
    }

    var status: ExitStatus { .worst(of: lines.map(\.status)) }

    func text(_ style: Style) -> [String] {
        let took = isRehearsal ? "TIME (virtual)" : "TIME"
        let rows = lines.map { line in
            [
                line.target, line.run?.description ?? "-", line.end, line.live, line.duration?.brief ?? "-",
                line.left.isEmpty ? "nothing" : line.left,
            ]
        }
        var table = Table(headings: ["TARGET", "RUN", "VERDICT", "LIVE", took, "LEFT BEHIND"], rows: rows)
        let statuses = Dictionary(lines.map { ($0.end, $0.status) }) { first, _ in first }
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
            json["end"] = JSON(line.end)
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
        lines.compactMap { $0.reason.isEmpty ? nil : "\($0.run?.description ?? $0.target): \($0.reason)" }
    }

    /// What to do about runs that can be carried on, a line each.
    var advice: [String] {
        lines.compactMap { line in
            guard let run = line.run, line.status == .interrupted else { return nil }
            return "\(run) can go on: `slipway resume \(run)`, or `slipway abort \(run)` takes it back."
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
        case .waiting: (end, status, live) = ("not begun", .interrupted, "as before")
        case .upToDate(let text): (end, status, live) = ("up to date", .done, text.printable(max: 128))
        case .running(_, let state):
            end = state.verdict?.words ?? "unfinished"
            status = state.verdict.map { ExitStatus($0, asked: asked) } ?? .interrupted
            live = Self.live(state)
            if status != .done { reason = state.summary.printable() }
        case .stopped(let run, let status, let why):
            reason = why.printable()
            self.status = status
            end = status == .interrupted ? "interrupted" : run == nil ? "refused" : "stopped"
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
        case nil: return state.stepsDone == 0 ? old.printable(max: 128) : "between \(old) and \(new)".printable(max: 160)
        }
    }
}
