import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// `slipway rollback`
struct RollbackCommand: Subcommand, ExchangeKeeping {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Takes a finished release back by the undo steps of its own plan.",
        discussion: "Exit status 0 says that the old release is live again."
    )

    @Argument(help: "The run, such as seoul-3. (default: the last deployed one of the target)")
    var run: String?
    @OptionGroup var options: CarryOnOptions
    var exchanges: ExchangeOptions { options.exchanges }
    var journalOptions: JournalOptions { options.journal }
    var form: OutputForm { options.output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try options.toolkit(console)
        let catalog = try toolkit.existingJournal()
        let header = try await header(RunChoice(catalog: catalog, targets: options.config.target), toolkit)
        try await toolkit.refuseOtherWorlds(header.id)
        guard header.verdict == .deployed else {
            let words = (header.verdict ?? .unknown).words
            let end =
                header.isUnfinished
                ? "is unfinished; `slipway abort \(header.id)` takes it back" : "ended as: \(words)"
            throw CommandFailure(.badInput, "only a deployed release can be taken back, and \(header.id) \(end).")
        }
        try await refuseOlder(header, catalog)
        let session = try await options.session(for: header, toolkit)
        console.errorLine("\(header.run.target): \(session.connection.summary.joined(separator: ", "))")
        let request = Event.rollbackRequested(reason: "a person asked for it")
        let job = Conductor.Job(target: header.run.target) { (stop, observer) async throws(RunFailure) in
            try await toolkit.carryOn(header.id, on: session, request: request, stop: stop, observer: observer)
        }
        var conductor = options.conductor(toolkit, console)
        conductor.asked = .rolledBack
        return await conductor.conduct([job], parallel: 1)
    }

    private func header(_ choice: RunChoice, _ toolkit: Toolkit) async throws -> RunHeader {
        if let run { return try await choice.run(named: run) }
        // The last deployed run of the only target there is: of the config, as narrowed by --target.
        let loaded = try options.config.load(toolkit)
        guard loaded.targets.count == 1, let target = loaded.targets.first else {
            let names = loaded.targets.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .badInput,
                "there are several targets (\(names)); name a run, or one target with --target."
            )
        }
        var query = RunQuery(limit: 1)
        (query.targets, query.application, query.verdict) = ([target.name], loaded.application, .deployed)
        query.isRehearsed = false
        guard let last = try await choice.catalog.runs(query).first else {
            throw CommandFailure(.badInput, "\(target.name) has no deployed run to take back.")
        }
        return last
    }

    private func refuseOlder(_ header: RunHeader, _ catalog: any RunCatalog) async throws {
        var query = RunQuery(limit: 1)
        (query.targets, query.application, query.verdict) = ([header.run.target], header.run.application, .deployed)
        query.isRehearsed = false
        guard let last = try await catalog.runs(query).first, last.id != header.id else { return }
        throw CommandFailure(
            .refused,
            "\(last.id) was deployed after \(header.id); take that one back first, or deploy the version you want."
        )
    }
}
