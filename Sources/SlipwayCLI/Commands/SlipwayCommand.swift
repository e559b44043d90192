import ArgumentParser

/// `slipway`
struct SlipwayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slipway",
        abstract: "One release strategy, every platform's own switch.",
        discussion: """
            Exit status: 0 done, 1 failed and taken back, 2 bad input, 3 refused before anything was touched, \
            4 aborted and taken back, 5 state unknown: a person must look, 130 interrupted and resumable. \
            Of several targets the worst counts: 5, 1, 4, 130, 3, 2, 0.
            """,
        version: Version.text,
        subcommands: [
            ValidateCommand.self, PlanCommand.self, DeployCommand.self, StatusCommand.self, ResumeCommand.self,
            RollbackCommand.self, AbortCommand.self, HistoryCommand.self, CassetteCommand.self,
            VersionCommand.self,
        ]
    )
}

/// A command that does something.
protocol Subcommand: ParsableCommand {
    /// How it writes its results.
    var form: OutputForm { get }

    /// Does it; throws what `CommandFailure` knows.
    func execute(in console: Console) async throws -> ExitReason
}

/// What this program is called and which version it is.
enum Version {
    static let text = "slipway 0.1.0"
}

/// `slipway version`
struct VersionCommand: Subcommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Shows the version.")

    var form: OutputForm { .text }

    func execute(in console: Console) async throws -> ExitReason {
        console.line(Version.text)
        return .done
    }
}
