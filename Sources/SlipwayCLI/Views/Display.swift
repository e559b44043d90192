import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// Shows how the targets of a command come along.
protocol Display: Sendable {
    /// A run has moved on.
    func show(_ update: Update)
    /// A target has ended without a run, or its run has stopped.
    func show(_ phase: Board.Row.Phase, of target: String)
    /// A remark about no target in particular.
    func remark(_ text: String)
    /// Nothing comes any more; the terminal is left as it was found.
    func end() async
}

/// One line with a time stamp whenever something happens.
struct PlainDisplay: Display {
    let console: Console
    let time: @Sendable (String) -> any TimeSource

    func show(_ update: Update) {
        guard let news = update.news else { return }
        line(update.record.at, update.run.description, news)
    }

    func show(_ phase: Board.Row.Phase, of target: String) {
        switch phase {
        case .upToDate(let text): line(time(target).now, target, text)
        case .stopped(let run, _, let reason):
            line(time(target).now, run?.description ?? target, "stopped: \(reason.printable())")
        case .waiting, .running: break
        }
    }

    func remark(_ text: String) { console.errorLine(text) }
    func end() async {}

    private func line(_ at: Timestamp, _ name: String, _ text: String) {
        console.line("\(at.rfc3339Seconds) \(name)  \(text)")
    }
}

/// One JSON object a line whenever something happens.
struct JSONDisplay: Display {
    let console: Console

    func show(_ update: Update) { console.line(update.json.text) }

    func show(_ phase: Board.Row.Phase, of target: String) {
        switch phase {
        case .upToDate(let text):
            console.line((["type": "upToDate", "target": JSON(target), "message": JSON(text)] as JSON).text)
        case .stopped(let run, let status, let reason):
            var line: JSON = ["type": "stopped", "target": JSON(target)]
            if let run { line["run"] = JSON(run.description) }
            line["status"] = JSON(Int(status.rawValue))
            line["message"] = JSON(reason.printable())
            console.line(line.text)
        case .waiting, .running: break
        }
    }

    func remark(_ text: String) { console.errorLine(text) }
    func end() async {}
}
