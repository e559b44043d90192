import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// `slipway resume`
struct ResumeCommand: Subcommand, ExchangeKeeping {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Goes on with an unfinished run, or tells a waiting one to go on.",
        discussion: """
            A run whose process is alive and waits for a person is told to go on. A run without a process is taken up \
            where its journal ends; if it waits for a person, it goes on waiting unless --approve is given. A run \
            whose end is unknown tries the step again that it stopped at.
            """
    )

    @Argument(help: "The run, such as seoul-3. (default: the only unfinished one)")
    var run: String?
    @Flag(name: .long, help: "Says go on to a run that waits for a person, also when no process drives it.")
    var approve = false
    @OptionGroup var options: CarryOnOptions
    var exchanges: ExchangeOptions { options.exchanges }
    var journalOptions: JournalOptions { options.journal }
    var form: OutputForm { options.output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try options.toolkit(console)
        let (header, state) = try await options.unfinished(run, toolkit, otherwise: "there is nothing to go on with.")
        if try toolkit.isClaimed(header.run.target, of: header.run.application) {
            return try await approve(header, state, toolkit, console)
        }
        let session = try await options.session(for: header, toolkit)
        let request = approve && state.awaitsApproval ? state.current.map { Event.approved(key: $0.key) } : nil
        if state.awaitsApproval, request == nil {
            let repeated = options.config.repeated(with: options.journal)
            console.errorLine(
                "\(header.id) waits for a person: `slipway resume \(header.id)\(repeated)` from "
                    + "another terminal says go on."
            )
        }
        console.errorLine("\(header.run.target): \(session.connection.summary.joined(separator: ", "))")
        let job = Conductor.Job(target: header.run.target) { (stop, observer) async throws(RunFailure) in
            try await toolkit.carryOn(header.id, on: session, request: request, stop: stop, observer: observer)
        }
        var conductor = options.conductor(toolkit, console)
        // A rollback that goes on is after its own end.
        if case .back(_, .rolledBack) = state.direction { conductor.asked = .rolledBack }
        return await conductor.conduct([job], parallel: 1)
    }

    private func approve(
        _ header: RunHeader,
        _ state: RunState,
        _ toolkit: Toolkit,
        _ console: Console
    ) async throws -> ExitReason {
        guard state.awaitsApproval, let task = state.current else {
            throw CommandFailure(
                .refused,
                "\(header.id) is being driven by another process and waits for nobody; `slipway status` shows it."
            )
        }
        let now = toolkit.time(of: header.run.target).now
        try await toolkit.request(.approved(key: task.key), of: header.id, at: now)
        console.errorLine("\(header.id) was told to go on.")
        return .done
    }
}
