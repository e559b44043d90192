import ArgumentParser
import Slipway
import SlipwayBase

/// `slipway plan`
struct PlanCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows every step of a release and of its taking back, and stops.",
        discussion: "Targets are looked at, and nothing is touched."
    )

    @OptionGroup var config: ConfigOptions
    @Option(
        name: .customShort("o"),
        help: ArgumentHelp("Writes the plans to a file for `deploy --plan`.", valueName: "plan.json")
    )
    var planFile: String?
    @OptionGroup var planning: PlanningOptions
    @OptionGroup var rehearsal: RehearsalOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try rehearsal.toolkit(journal, output, console)
        let loaded = try config.load(toolkit, accepting: planning.accept)
        for warning in loaded.warnings { console.errorLine(warning.description) }
        let proposals = try await Proposals.make(loaded, toolkit, parallel: 4)
        let file = PlanFile(application: loaded.application, plans: proposals.map(\.plan))
        if form == .json {
            for line in try file.lines() { console.line(line) }
        } else {
            let text = PlanText(style: Style(isColoured: console.terminal.colours.out))
            console.line(proposals.map { text.lines($0).joined(separator: "\n") }.joined(separator: "\n\n"))
        }
        if let planFile {
            try file.write(to: planFile)
            let shown = planFile.printable(max: 300)
            console.errorLine(
                "written to \(shown); carry it out with `slipway deploy --plan \(shown)`."
            )
        }
        return .done
    }
}
