import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayEngine

/// Finds the run that a command is about.
struct RunChoice {
    let catalog: any RunCatalog
    let targets: [String]

    /// The run called `name`; without a name the only one that `query` finds.
    ///
    /// `kind` says in words what is looked for.
    func run(_ name: String?, _ kind: String, _ query: RunQuery) async throws -> RunHeader {
        if let name { return try await self.run(named: name) }
        var query = query
        if !targets.isEmpty { query.targets = targets }
        let found = try await catalog.runs(query)
        guard found.count <= 1 else {
            let names = found.prefix(10).map(\.id.description).joined(separator: ", ")
            throw CommandFailure(.badInput, "there are several \(kind) runs (\(names)); name one.")
        }
        guard let only = found.first else { throw CommandFailure(.badInput, "there is no \(kind) run.") }
        return only
    }

    /// The run called `name`; throws one sentence with the nearest name when there is none.
    func run(named name: String) async throws -> RunHeader {
        var query = RunQuery(limit: 1)
        query.id = RunID(name)
        if let run = try await catalog.runs(query).first { return run }
        let names = try await catalog.runs(RunQuery(limit: 1000)).map(\.id.description)
        let hint = name.nearest(of: names).map { "did you mean \($0)?" } ?? "`slipway history` lists them."
        throw CommandFailure(.badInput, "there is no run called \(name.printable(max: 100)); \(hint)")
    }

    /// The state that the records of `run` lead to.
    func state(of run: RunID) async throws -> RunState {
        try RunState(replaying: try await catalog.records(of: run, after: 0))
    }
}

/// Options of the commands that go on with a run.
struct CarryOnOptions: ParsableArguments {
    @OptionGroup var config: ConfigOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup var exchanges: ExchangeOptions
    @OptionGroup var output: OutputOptions
    @Flag(name: .long, help: .hidden)
    var offline = false

    mutating func validate() throws {
        if offline {
            throw ValidationError(
                "a rehearsal ends with its process, so there is nothing to go on with; "
                    + "`slipway deploy --offline` makes a new one."
            )
        }
    }

    func toolkit(_ console: Console) throws(InputFailure) -> Toolkit {
        try console.liveToolkit(journal, output)
    }

    /// The run named `run`, or the only unfinished one, with its state; `otherwise` is said of one that is over.
    func unfinished(
        _ run: String?,
        _ toolkit: Toolkit,
        otherwise: String
    ) async throws -> (header: RunHeader, state: RunState) {
        let choice = RunChoice(catalog: try toolkit.existingJournal(), targets: config.target)
        var query = RunQuery()
        (query.isUnfinished, query.isRehearsed) = (true, false)
        let header = try await choice.run(run, "unfinished", query)
        try await toolkit.refuseOtherWorlds(header.id)
        let state = try await choice.state(of: header.id)
        if let verdict = state.verdict, verdict != .unknown {
            throw CommandFailure(.badInput, "\(header.id) is over (\(verdict.words)); \(otherwise)")
        }
        return (header, state)
    }

    /// What drives runs and tells of them; its advice repeats the options given here.
    func conductor(_ toolkit: Toolkit, _ console: Console) -> Conductor {
        var conductor = Conductor(toolkit: toolkit, console: console, output: output)
        conductor.repeated = config.repeated(with: journal)
        return conductor
    }

    /// Connects to the target of `run` as the config has it.
    func session(for run: RunHeader, _ toolkit: Toolkit) async throws -> Session {
        let loaded = try toolkit.load(config.file, overrides: config.set)
        guard loaded.application == run.run.application else {
            throw InputFailure(
                "\(run.id) is of \(run.run.application.printable(max: 100)), "
                    + "and \(config.file.printable(max: 300)) is for "
                    + "\(loaded.application.printable(max: 100)); name the right --file."
            )
        }
        return try await toolkit.connect(try loaded.target(run.run.target), of: loaded)
    }
}
