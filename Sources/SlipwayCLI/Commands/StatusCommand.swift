import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// `slipway status`
struct StatusCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where a run stands, or the last run of every target.",
        discussion: "Only the journal is read."
    )

    @Argument(help: "The run, such as seoul-3. (default: the last one of every target)")
    var run: String?
    @Option(name: .long, help: ArgumentHelp("Only this target; may be given several times.", valueName: "name"))
    var target: [String] = []
    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try console.liveToolkit(journal, output)
        let choice = RunChoice(catalog: try toolkit.existingJournal(), targets: target)
        let headers: [RunHeader]
        if let run { headers = [try await choice.run(named: run)] } else { headers = try await latest(choice) }
        if headers.isEmpty, form == .text { console.line("no runs yet") }
        for header in headers {
            let state = try await choice.state(of: header.id)
            let isDriven = try header.isUnfinished && toolkit.isClaimed(header.run.target, of: header.run.application)
            var status = RunStatus(header: header, state: state, isDriven: isDriven)
            status.repeated = journal.repeated
            if form == .json {
                console.line(status.json.text)
            } else {
                let style = Style(isColoured: console.terminal.colours.out)
                for line in run == nil ? status.brief : status.lines(style) { console.line(line) }
            }
        }
        return .done
    }

    private func latest(_ choice: RunChoice) async throws -> [RunHeader] {
        var query = RunQuery(limit: 1000)
        if !target.isEmpty { query.targets = target }
        var seen: Set<[String]> = []
        return try await choice.catalog.runs(query).filter {
            seen.insert([$0.run.application, $0.run.target]).inserted
        }
    }
}

/// Where one run stands, in words.
struct RunStatus {
    let header: RunHeader
    let state: RunState
    /// Whether a process works on it at this moment.
    let isDriven: Bool
    /// The options that a command line which goes on with the run has to repeat.
    var repeated = ""

    var brief: [String] { ["\(header.id)  \(state.plan.strategy)  \(state.plan.versions)  \(standing)"] }

    func lines(_ style: Style) -> [String] {
        var lines = [
            style.paint("\(header.id)  \(state.plan.strategy)  \(state.plan.versions)", .bold),
            "  application  \(header.run.application.printable(max: 100))",
            "  began        \((state.startedAt ?? header.openedAt).rfc3339Seconds)",
            "  stands       \(standing)",
        ]
        if !state.summary.isEmpty { lines.append("  summary      \(state.summary.printable())") }
        if case .back(let cause, _) = state.direction { lines.append("  taken back   \(cause.printable())") }
        if let fault = state.fault { lines.append("  last failure \(fault.summary.printable())") }
        lines += state.leftovers.map { "  left behind  \($0.printable())" }
        for (index, step) in state.plan.steps.enumerated() {
            lines.append("  \(mark(step, at: index))  \(index + 1)  \(step.title.printable(max: 200))")
        }
        return lines
    }

    var json: JSON {
        var json: JSON = [
            "type": "status", "run": JSON(header.id.description), "target": JSON(header.run.target),
            "application": JSON(header.run.application), "strategy": JSON(state.plan.strategy),
            "from": state.plan.context.old.map { JSON($0.version) } ?? .null,
            "to": JSON(state.plan.context.new.version),
            "startedAt": JSON((state.startedAt ?? header.openedAt).rfc3339), "steps": JSON(state.plan.steps.count),
            "stepsDone": JSON(state.stepsDone), "goesBack": .bool(state.isBack), "isDriven": .bool(isDriven),
            "awaitsApproval": .bool(state.awaitsApproval),
        ]
        if let verdict = state.verdict { json["verdict"] = JSON(verdict.rawValue) }
        if let task = state.current { json["step"] = JSON(task.key) }
        json["summary"] = JSON(state.summary.printable())
        return json
    }

    /// What has become of a step: `done`, `now`, `back` when it was taken back, or nothing yet.
    private func mark(_ step: Step, at index: Int) -> String {
        guard state.begun[step.id] != nil else { return "    " }
        if state.isBack { return state.tasks.contains { $0.step == index } ? "done" : "back" }
        return index < state.stepsDone ? "done" : "now "
    }

    private var standing: String {
        if let verdict = state.verdict {
            guard verdict == .unknown else { return verdict.words }
            return "\(verdict.words): look at the target, then `slipway resume \(header.id)\(repeated)`"
        }
        guard let task = state.current else { return "ending" }
        let place = "\(state.isBack ? "taking back" : "at step") \(task.step + 1) of \(state.plan.steps.count)"
        let title = task.title(in: state.plan)
        let driver =
            isDriven
            ? "a process works on it"
            : "no process works on it: `slipway resume \(header.id)\(repeated)` or "
                + "`slipway abort \(header.id)\(repeated)`"
        return "\(place): \(title); " + (state.awaitsApproval ? "it waits for a person; " : "") + driver
    }
}
