import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayConfig
import SlipwayModel

/// `slipway deploy`
struct DeployCommand: Subcommand, ExchangeKeeping {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Carries the release of the config to its targets.",
        discussion: """
            Every target is planned before any is touched. Ctrl-C stops after the call under way, and `slipway resume` \
            goes on from there; a second Ctrl-C ends at once.
            """
    )

    @OptionGroup var config: ConfigOptions
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Carries out the plans of `slipway plan -o`, if nothing has moved since.",
            valueName: "plan.json"
        )
    )
    var plan: String?
    @Option(name: .long, help: ArgumentHelp("How many targets are worked on at once.", valueName: "number"))
    var parallel = 4
    @OptionGroup var planning: PlanningOptions
    @OptionGroup var rehearsal: RehearsalOptions
    @Flag(
        name: .long,
        help: "With --offline: takes every release back once it is live, to rehearse the way back as well."
    )
    var withRollback = false
    @OptionGroup var journal: JournalOptions
    @OptionGroup var exchanges: ExchangeOptions
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }
    var journalOptions: JournalOptions { journal }

    mutating func validate() throws {
        guard (1...100).contains(parallel) else { throw ValidationError("--parallel must be a number from 1 to 100.") }
        guard !rehearsal.offline || !exchanges.keepExchanges else {
            throw ValidationError("--keep-exchanges keeps what goes over the network, and a rehearsal uses none.")
        }
        guard rehearsal.offline || !withRollback else {
            throw ValidationError("--with-rollback goes with --offline; `slipway rollback` takes a real release back.")
        }
    }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try rehearsal.toolkit(journal, output, console)
        let loaded = try config.load(toolkit, accepting: planning.accept)
        for warning in loaded.warnings { console.errorLine(warning.description) }
        let proposals = try await proposals(loaded, toolkit)
        announce(proposals, console)
        let jobs = proposals.map { proposal in
            let release = proposal.plan.context.new.version.printable(max: 128)
            return Conductor.Job(
                target: proposal.plan.target,
                upToDate: proposal.plan.steps.isEmpty ? "\(release) is live already" : nil
            ) { (stop, observer) async throws(RunFailure) in
                guard !proposal.plan.steps.isEmpty else {
                    try await toolkit.confirm(proposal)
                    return .deployed
                }
                let run = Locked<RunID?>(nil)
                let verdict = try await toolkit.deploy(proposal, stop: stop) { update in
                    run.withLock { $0 = update.run }
                    observer(update)
                }
                guard withRollback, verdict == .deployed, let run = run.withLock({ $0 }) else { return verdict }
                return try await toolkit.carryOn(
                    run,
                    on: proposal.session,
                    request: .rollbackRequested(reason: "the way back is rehearsed as well"),
                    stop: stop,
                    observer: observer
                )
            }
        }
        var conductor = Conductor(toolkit: toolkit, console: console, output: output, isRehearsal: rehearsal.offline)
        if withRollback { conductor.asked = .rolledBack }
        conductor.repeated = config.repeated(with: journal)
        return await conductor.conduct(jobs, parallel: parallel)
    }

    private func proposals(_ loaded: Configuration, _ toolkit: Toolkit) async throws -> [Proposal] {
        guard let plan else { return try await Proposals.make(loaded, toolkit, parallel: parallel) }
        let file = try PlanFile(reading: plan, by: toolkit)
        guard file.application == loaded.application else {
            throw InputFailure(
                "\(plan.printable(max: 300)) is for \(file.application.printable(max: 100)), and the config is for "
                    + "\(loaded.application.printable(max: 100)); name the right --file."
            )
        }
        return try await Proposals.connect(file.plans, loaded, toolkit, chosen: config.target)
    }

    private func announce(_ proposals: [Proposal], _ console: Console) {
        for proposal in proposals {
            let summary = proposal.session.connection.summary.map { $0.printable(max: 200) }
            if form == .json {
                let line: JSON = [
                    "type": "connected", "target": JSON(proposal.plan.target),
                    "summary": .array(summary.map { JSON($0) }),
                    "warnings": .array(proposal.warnings.map { JSON($0.printable()) }),
                ]
                console.line(line.text)
            } else {
                console.line("\(proposal.plan.target): \(summary.joined(separator: ", "))")
                for warning in proposal.warnings {
                    console.errorLine("\(proposal.plan.target): \(warning.printable())")
                }
            }
        }
    }
}
