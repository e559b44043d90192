import SlipwayBase
import SlipwayModel

/// One process's stretch of a run: the effects around `RunState.next`.
struct Drive {
    let engine: Engine
    let run: RunID
    var state: RunState
    let fence: Int64
    private let signal = Signal()
    /// When the provider wants to be asked again, kept in memory only: asking early is harmless.
    private var poll: (key: String, due: Timestamp)?
    private var watch: (key: String, task: Task<Void, Never>)?
    private var isWoken = false

    init(engine: Engine, run: RunID, state: RunState, fence: Int64) {
        (self.engine, self.run, self.state, self.fence) = (engine, run, state, fence)
        engine.stop.whenRequested { [signal] in signal.give() }
    }

    /// A cancelled task could not wait any more, so it stops like one that was asked to.
    private var isStopped: Bool { engine.stop.isRequested || Task.isCancelled }

    mutating func toTheEnd() async throws(EngineFailure) -> Verdict {
        defer { watch?.task.cancel() }
        while true {
            for record in try await engine.read(run, after: state.sequence) { try take(record) }
            switch state.next(at: engine.time.now) {
            case .append(let event): try await write(event)
            case .advance(let call): try await advance(call)
            case .wait(let until): try await rest(until: until)
            case .askPerson(let key, _):
                if engine.settings.assumesApproval {
                    try await write(.approved(key: key))
                } else {
                    try await rest(until: engine.time.now + engine.settings.requestPoll)
                }
            case .end(let verdict): return verdict
            }
        }
    }

    mutating func write(_ event: Event) async throws(EngineFailure) {
        let record = try await engine.write(event, to: run)
        // A request of another process may have come in between.
        for missed in try await engine.read(run, after: state.sequence) where missed.sequence < record.sequence {
            try take(missed)
        }
        try take(record)
    }

    private mutating func take(_ record: Record) throws(EngineFailure) {
        do throws(JournalFailure) { try state.apply(record) } catch { throw .journal(error) }
        engine.observer(record, state)
    }

    private mutating func advance(_ call: Call) async throws(EngineFailure) {
        if let poll, poll.key == call.key, engine.time.now < poll.due, !isWoken {
            return try await rest(until: poll.due)
        }
        isWoken = false
        guard !isStopped else { throw .interrupted }
        var call = call
        do throws(LockFailure) { call.coveredUntil = try await engine.exclusion.confirm(fence) } catch {
            guard error.kind == .unreachable else { throw .lock(error) }
            return try await write(
                fault(call, ProviderFailure(.transient, error.summary, retryAfter: error.retryAfter))
            )
        }
        switch await outcome(of: call) {
        case .success(.running(let token, let pollAfter, let status)):
            poll = (call.key, engine.time.now + pollAfter)
            watchChanges(for: call)
            let isNews =
                state.token != token || state.status != state.status.updated(with: status) || state.fault != nil
            if isNews { try await write(.progressed(key: call.key, token: token, status: status)) }
        case .success(.done(let status)):
            stopWatching()
            try await write(.succeeded(key: call.key, status: status))
        case .failure(let failure):
            try await write(fault(call, failure))
        }
    }

    private func outcome(of call: Call) async -> Result<Progress, ProviderFailure> {
        do throws(ProviderFailure) { return .success(try await engine.provider.advance(call)) } catch {
            return .failure(error)
        }
    }

    private func fault(_ call: Call, _ failure: ProviderFailure) -> Event {
        guard failure.kind == .transient else { return .faulted(key: call.key, failure: failure, retryAt: nil) }
        let wait = engine.settings.backoff.wait(attempt: state.faults + 1, random: engine.random)
        let retryAt = engine.time.now + max(wait, failure.retryAfter ?? .zero)
        return .faulted(key: call.key, failure: failure, retryAt: retryAt)
    }

    /// Waits in slices, so that requests of other processes are seen and the lock stays ours.
    private mutating func rest(until end: Timestamp) async throws(EngineFailure) {
        guard !isStopped else { throw .interrupted }
        let slice = min(end - engine.time.now, engine.settings.requestPoll)
        guard slice > .zero else { return }
        let isInterruptible = watch != nil || engine.settings.requestPoll <= .seconds(1)
        if isInterruptible {
            isWoken = await sleep(slice)
        } else {
            try? await engine.time.sleep(for: slice)
        }
        do throws(LockFailure) { _ = try await engine.exclusion.confirm(fence) } catch {
            guard error.kind == .unreachable else { throw .lock(error) }
        }
    }

    /// True when the signal came first.
    private func sleep(_ duration: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [time = engine.time] in
                try? await time.sleep(for: duration)
                return false
            }
            group.addTask { [signal] in
                await signal.wait()
                return !Task.isCancelled
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private mutating func watchChanges(for call: Call) {
        guard watch?.key != call.key, let source = engine.provider as? any ChangeSource else { return }
        watch?.task.cancel()
        let changes = source.changes(for: call)
        watch = (call.key, Task { [signal] in for await _ in changes { signal.give() } })
    }

    private mutating func stopWatching() {
        watch?.task.cancel()
        watch = nil
    }
}
