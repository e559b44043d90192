import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// `slipway abort`
struct AbortCommand: Subcommand, ExchangeKeeping {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Takes an unfinished run back: the old release is live again.",
        discussion: """
            When a process drives the run it is told to turn back and followed to its end; otherwise this one drives \
            it back. Exit status 0 says that the run was taken back.
            """
    )

    @Argument(help: "The run, such as seoul-3. (default: the only unfinished one)")
    var run: String?
    @OptionGroup var options: CarryOnOptions
    var exchanges: ExchangeOptions { options.exchanges }
    var journalOptions: JournalOptions { options.journal }
    var form: OutputForm { options.output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try options.toolkit(console)
        let advice = "`slipway rollback` takes a deployed release back."
        let (header, state) = try await options.unfinished(run, toolkit, otherwise: advice)
        let request = Event.abortRequested(reason: "a person asked for it")
        let isDriven = try toolkit.isClaimed(header.run.target, of: header.run.application)
        // Connecting comes first: a run must not be told to turn back by someone who cannot drive it there.
        let session = isDriven ? nil : try await options.session(for: header, toolkit)
        let job = Conductor.Job(target: header.run.target) { [options] (stop, observer) async throws(RunFailure) in
            if let session {
                return try await toolkit.carryOn(
                    header.id,
                    on: session,
                    request: state.isBack ? nil : request,
                    stop: stop,
                    observer: observer
                )
            }
            if !state.isBack {
                try await toolkit.request(request, of: header.id, at: toolkit.time(of: header.run.target).now)
            }
            if let verdict = try await toolkit.follow(header, stop: stop, observer: observer) { return verdict }
            let session = try await options.connected(header, toolkit)
            return try await toolkit.carryOn(header.id, on: session, stop: stop, observer: observer)
        }
        var conductor = options.conductor(toolkit, console)
        conductor.asked = .aborted
        return await conductor.conduct([job], parallel: 1)
    }
}

extension CarryOnOptions {
    /// `session(for:_:)` with its failures as those of a run.
    func connected(_ run: RunHeader, _ toolkit: Toolkit) async throws(RunFailure) -> Session {
        do { return try await session(for: run, toolkit) } catch let failure as InputFailure {
            throw .input(failure)
        } catch {
            throw .input(InputFailure("\(error)"))
        }
    }
}
