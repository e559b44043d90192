import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// `slipway history`
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lists runs, the newest first, or the events of one; exports what was sent in one.",
        discussion: """
            Only the journal is read. Without a word of its own it lists: `slipway history`, \
            `slipway history seoul-3`; `slipway history list --help` shows its options.
            """,
        subcommands: [HistoryListCommand.self, HistoryExportCommand.self],
        defaultSubcommand: HistoryListCommand.self
    )
}

/// `slipway history list`, which is what `slipway history` does
struct HistoryListCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists runs, the newest first, or the events of one.",
        discussion: "Only the journal is read."
    )

    @Argument(help: "The run, such as seoul-3, whose events are listed.")
    var run: String?
    @Option(
        name: .long,
        help: ArgumentHelp("At most so many runs or, of one run, its last events.", valueName: "number")
    )
    var limit = 50
    @Option(name: .long, help: ArgumentHelp("Only this target; may be given several times.", valueName: "name"))
    var target: [String] = []
    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }

    mutating func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be a number from 1 to 100000.") }
    }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try console.liveToolkit(journal, output)
        let choice = RunChoice(catalog: try toolkit.existingJournal(), targets: target)
        if let run {
            let header = try await choice.run(named: run)
            for update in try await toolkit.updates(of: header).suffix(limit) {
                console.line(form == .json ? update.json.text : update.description)
            }
            return .done
        }
        var query = RunQuery(limit: limit)
        if !target.isEmpty { query.targets = target }
        list(try await choice.catalog.runs(query), console)
        return .done
    }

    private func list(_ headers: [RunHeader], _ console: Console) {
        guard form == .text else {
            for header in headers { console.line(json(header).text) }
            return
        }
        guard !headers.isEmpty else { return console.line("no runs yet") }
        let rows = headers.map { header in
            [
                header.id.description, header.run.application.printable(max: 60), header.run.strategy,
                "\(header.run.oldVersion ?? "nothing") -> \(header.run.newVersion)".printable(max: 80),
                header.openedAt.rfc3339Seconds,
                (header.verdict?.words ?? "unfinished") + (header.run.isRehearsed ? " (rehearsed)" : ""),
            ]
        }
        let table = Table(headings: ["RUN", "APPLICATION", "STRATEGY", "VERSIONS", "BEGAN", "VERDICT"], rows: rows)
        for line in table.lines(Style(isColoured: console.terminal.colours.out)) { console.line(line) }
    }

    private func json(_ header: RunHeader) -> JSON {
        [
            "type": "run", "run": JSON(header.id.description), "target": JSON(header.run.target),
            "application": JSON(header.run.application), "platform": JSON(header.run.platform),
            "strategy": JSON(header.run.strategy), "from": header.run.oldVersion.map { JSON($0) } ?? .null,
            "to": JSON(header.run.newVersion), "startedAt": JSON(header.openedAt.rfc3339),
            "lastAt": JSON(header.lastAt.rfc3339), "verdict": header.verdict.map { JSON($0.rawValue) } ?? .null,
            "isRehearsed": .bool(header.run.isRehearsed),
        ]
    }
}
