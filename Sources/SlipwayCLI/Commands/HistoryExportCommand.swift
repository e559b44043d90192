import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayCassettes
import SlipwayEngine

/// `slipway history export`
struct HistoryExportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes what went over the network in a run as a cassette that can be played.",
        discussion: """
            The journal holds events, not exchanges: a run that is to be exported is made with --keep-exchanges. Where \
            one process worked on several targets, their exchanges are in the cassette together.

              slipway history export seoul-3 --cassette failed.json
              slipway cassette replay failed.json -- deploy -f slipway.yaml
            """
    )

    @Argument(help: "The run, such as seoul-3.")
    var run: String
    @Option(name: .long, help: ArgumentHelp("The cassette that is made.", valueName: "path"))
    var cassette: String
    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try console.liveToolkit(journal, output)
        let header = try await RunChoice(catalog: try toolkit.existingJournal(), targets: []).run(named: run)
        let path = try journal.journal ?? Toolkit.journalPath(console.environment)
        let place = CassettePlace(cassette)
        let whole: Cassette?
        do throws(CassetteFailure) {
            whole = try KeptExchanges.cassette(of: header.id, beside: path, as: place.name)
        } catch { throw CommandFailure(error) }
        guard var whole else {
            throw CommandFailure(
                .badInput,
                "no exchanges of \(header.id) were kept, and the journal alone holds none; make the run with "
                    + "--keep-exchanges, or see its events with `slipway history \(header.id)`."
            )
        }
        let end = header.verdict?.words ?? "unfinished"
        whole.origin.note = "\(header.id) to \(header.run.newVersion.printable(max: 100)): \(end)"
        try place.save(whole)
        console.line("\(whole.interactions.count) exchanges of \(header.id) in \(place.path.printable(max: 300))")
        return .done
    }
}
