import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// Draws a board as lines no wider than the terminal. Pure: the same board gives the same lines.
struct LiveView {
    var width: Int
    var height: Int
    var style = Style.plain
    var isUnicode = true

    /// Three lines a target while there is room, one when there is not, and a count of those that find no room.
    func render(_ board: Board) -> [String] {
        let room = max(height - 1, 1)
        if board.rows.count * 3 <= room { return board.rows.flatMap(block) }
        guard board.rows.count > room else { return board.rows.map(brief) }
        let hidden = board.rows.count - room + 1
        return board.rows.prefix(room - 1).map(brief) + ["and \(hidden) more".cut(to: width)]
    }

    private func block(_ row: Board.Row) -> [String] {
        guard let state = row.state else { return [idle(row, nameWidth: 0)] }
        let estimate = Estimate(state, at: row.now, since: row.since)
        let name = row.run?.description ?? row.target
        let left = "\(name)  \(state.plan.strategy)  \(state.plan.versions)"
        return [
            spread(left, times(row, state, estimate)),
            "  " + bar(state, estimate) + "  " + fit(activity(row, state), used: barWidth + 4),
            "  " + detail(row, state),
        ]
    }

    private func brief(_ row: Board.Row) -> String {
        guard let state = row.state else { return idle(row, nameWidth: 12) }
        let name = (row.run?.description ?? row.target).cut(to: 20, isUnicode: isUnicode).padded(to: 12)
        let text = activity(row, state)
        return name + " " + bar(state, Estimate(state, at: row.now)) + "  "
            + fit(text, used: name.columns + barWidth + 3)
    }

    private func idle(_ row: Board.Row, nameWidth: Int) -> String {
        let (text, colour): (String, Style.Colour) =
            switch row.phase {
            case .waiting, .running: ("waits for its turn", .dim)
            case .upToDate(let text): (text, .green)
            case .stopped(_, _, let reason): (reason.printable(), .red)
            }
        return style.paint(fit("\(row.target.padded(to: nameWidth))  \(text)", used: 0), colour)
    }

    /// What is done now, in words.
    private func activity(_ row: Board.Row, _ state: RunState) -> String {
        if case .stopped(_, _, let reason) = row.phase { return reason.printable() }
        if let verdict = state.verdict { return verdict.words }
        guard let task = state.current else { return "ending" }
        let title = task.title(in: state.plan)
        if state.awaitsApproval, case .approval(let prompt) = task.kind {
            let hint = row.run.map { "  (slipway resume \($0))" } ?? ""
            return "waits for a person: \(prompt.printable(max: 160))\(hint)"
        }
        return "\(state.isBack ? "taking back" : "step") \(task.step + 1)/\(state.plan.steps.count)  \(title)"
    }

    /// Weight, ready replicas, and what the platform or the last failure says.
    private func detail(_ row: Board.Row, _ state: RunState) -> String {
        if state.verdict != nil { return style.paint(fit(state.summary.printable(), used: 2), .dim) }
        var parts: [String] = []
        if let weight = state.status.weight { parts.append("weight \(weight)%") }
        if let ready = state.status.ready {
            parts.append("ready \(ready)" + (state.status.wanted.map { "/\($0)" } ?? ""))
        }
        if let until = state.pausedUntil, !row.isOver {
            parts.append("pause ends in \(max(until - row.now, .zero).brief)")
        }
        if let fault = state.fault {
            let text = (parts + [fault.summary.printable()]).joined(separator: "  ")
            return style.paint(fit(text, used: 2), .yellow)
        }
        if case .back(let cause, _) = state.direction { parts.append("because \(cause.printable())") }
        if let note = state.status.note { parts.append(note.printable()) }
        return style.paint(fit(parts.joined(separator: "  "), used: 2), .dim)
    }

    private func times(_ row: Board.Row, _ state: RunState, _ estimate: Estimate) -> String {
        if state.verdict != nil { return "after \(estimate.elapsed.brief)" }
        if case .stopped = row.phase { return "after \(estimate.elapsed.brief)" }
        let share = "\(Int((estimate.share * 100).rounded()))%"
        let rest = estimate.remaining.map { "about \($0.brief) left" } ?? "waits"
        return "\(share)  \(estimate.elapsed.brief)  \(rest)"
    }

    private var barWidth: Int { min(30, max(width / 4, 8)) }

    private func bar(_ state: RunState, _ estimate: Estimate) -> String {
        let filled = min(barWidth, max(0, Int((estimate.share * Double(barWidth)).rounded())))
        let (full, empty) = isUnicode ? ("█", "░") : ("#", "-")
        return style.paint(String(repeating: full, count: filled), colour(state))
            + style.paint(String(repeating: empty, count: barWidth - filled), .dim)
    }

    private func colour(_ state: RunState) -> Style.Colour {
        switch state.verdict {
        case .deployed, .rolledBack: .green
        case .failed, .unknown, .superseded: .red
        case .aborted: .yellow
        case nil: state.isBack ? .yellow : .cyan
        }
    }

    private func fit(_ text: String, used: Int) -> String { text.cut(to: max(width - used, 0), isUnicode: isUnicode) }

    /// `left` at the left edge and `right` at the right one, which gives way to nothing.
    private func spread(_ left: String, _ right: String) -> String {
        let right = right.cut(to: max(width / 2, 1), isUnicode: isUnicode)
        let room = width - right.columns - 2
        let shown = left.cut(to: max(room, 0), isUnicode: isUnicode)
        return style.paint(shown.padded(to: room), .bold) + "  " + right
    }
}

extension Duration {
    /// Rounded for reading at a glance: `42s`, `5m12s`, `1h05m`.
    var brief: String {
        let seconds = max(0, (milliseconds + 500) / 1000)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
        if seconds < 86_400 { return "\(seconds / 3600)h\(two(seconds / 60 % 60))m" }
        return "\(seconds / 86_400)d\(two(seconds / 3600 % 24))h"
    }
}
