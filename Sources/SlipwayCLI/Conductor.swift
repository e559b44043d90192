import Slipway
import SlipwayBase
import SlipwayEngine
import SlipwayModel

/// Drives runs side by side while their progress is shown and signals are heeded; at the end says what stands where.
struct Conductor {
    /// One target's work.
    struct Job: Sendable {
        typealias Body = @Sendable (StopRequest, @escaping Toolkit.Observer) async throws(RunFailure) -> Verdict

        var target: String
        /// What to say when there is nothing to do; `body` then only makes sure of that.
        var upToDate: String?
        var body: Body
    }

    let toolkit: Toolkit
    let console: Console
    let output: OutputOptions
    var isRehearsal = false
    /// The verdict that the command is after.
    var asked = Verdict.deployed
    /// The options that a command line which goes on with these runs has to repeat.
    var repeated = ""

    /// The worst end of `jobs`, of which at most `parallel` are under way at once.
    func conduct(_ jobs: [Job], parallel: Int) async -> ExitReason {
        let rows = jobs.map { Board.Row(target: $0.target, now: toolkit.time(of: $0.target).now) }
        let board = Locked(Board(rows: rows, isRehearsal: isRehearsal))
        let display = display(board.withLock { $0 })
        let stop = StopRequest()
        let interrupts = interrupts(stop, display)
        _ = await sideBySide(jobs, atMost: parallel) { job in
            let phase = await self.phase(of: job, stop) { update in
                console.exchanges?.note(update.run)
                board.withLock { $0.take(update) }
                display.show(update)
            }
            guard let phase = phase(board) else { return }
            let now = toolkit.time(of: job.target).now
            board.withLock { $0.set(phase, of: job.target, at: now) }
            display.show(phase, of: job.target)
        }
        await display.end()
        withExtendedLifetime(interrupts) {}
        return conclude(Summary(board.withLock { $0 }, asked: asked))
    }

    /// How the job ended when its last event does not tell; asked with the board as it is by then.
    private func phase(
        of job: Job,
        _ stop: StopRequest,
        _ observer: @escaping Toolkit.Observer
    ) async -> @Sendable (Locked<Board>) -> Board.Row.Phase? {
        guard !stop.isRequested else { return { _ in nil } }
        do throws(RunFailure) {
            _ = try await job.body(stop, observer)
            return { _ in job.upToDate.map { .upToDate($0) } }
        } catch {
            let (status, text) = (ExitReason(error), error.description)
            guard case .stopped(let run, _) = error else { return { _ in .stopped(nil, status, text) } }
            return { board in
                let row = board.withLock { $0.rows.first { $0.target == job.target } }
                // A run that was refused before its first event has no place in the journal.
                return .stopped(row?.last == nil ? nil : run, status, text)
            }
        }
    }

    private func display(_ board: Board) -> any Display {
        let time: @Sendable (String) -> any TimeSource = { [toolkit] in toolkit.time(of: $0) }
        if output.output == .json { return JSONDisplay(console: console) }
        // Log lines and a view that draws over itself do not go together.
        guard console.terminal.isLive, output.logLevel != .debug else {
            return PlainDisplay(console: console, time: time)
        }
        let screen = LiveScreen(board, console: console, time: time)
        screen.begin()
        return screen
    }

    private func interrupts(_ stop: StopRequest, _ display: any Display) -> Interrupts? {
        guard console.catchesSignals else { return nil }
        let isLive = display is LiveScreen
        return Interrupts(stop: stop) {
            display.remark("stopping after the call under way; once more ends at once")
        } restore: { [console] in
            console.err(isLive ? LiveScreen.cursorShown + "\n" : "\n")
        }
    }

    private func conclude(_ summary: Summary) -> ExitReason {
        if output.output == .json {
            console.line(summary.json.text)
        } else {
            console.line("")
            let style = Style(isColoured: console.terminal.colours.out)
            for line in summary.text(style) { console.line(line) }
            for line in summary.reasons { console.line(line) }
        }
        // A rehearsal ends with its process.
        if !isRehearsal { for line in summary.advice(repeating: repeated) { console.errorLine(line) } }
        return summary.status
    }
}
