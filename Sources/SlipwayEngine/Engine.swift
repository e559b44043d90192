public import SlipwayBase
public import SlipwayModel

/// Carries one run to its end: asks `RunState.next`, does it, writes what happened, again.
public struct Engine: Sendable {
    /// How a run is driven.
    public struct Settings: Sendable {
        /// How often requests of other processes (abort, go on) are looked for while nothing else happens.
        public var requestPoll: Duration
        /// Whether approvals are taken as given, as in a rehearsal.
        public var assumesApproval: Bool
        /// Waits between failed calls.
        public var backoff: Backoff

        /// Makes settings.
        public init(requestPoll: Duration = .seconds(1), assumesApproval: Bool = false, backoff: Backoff = Backoff()) {
            (self.requestPoll, self.assumesApproval, self.backoff) = (requestPoll, assumesApproval, backoff)
        }
    }

    /// Sees every record as soon as it is durable, with the state it leads to.
    public typealias Observer = @Sendable (Record, RunState) -> Void

    let provider: any Provider
    let journal: any Journal
    let time: any TimeSource
    let random: any RandomSource
    let exclusion: Exclusion
    let settings: Settings
    let observer: Observer
    let stop: StopRequest

    /// Makes an engine for one target; `lock` is nil where the platform has none.
    public init(
        provider: any Provider,
        journal: any Journal,
        time: any TimeSource,
        random: any RandomSource,
        lock: (any TargetLock)? = nil,
        holder: String,
        settings: Settings = Settings(),
        stop: StopRequest = StopRequest(),
        observer: @escaping Observer = { _, _ in }
    ) {
        (self.provider, self.journal, self.time, self.random) = (provider, journal, time, random)
        (self.settings, self.stop, self.observer) = (settings, stop, observer)
        exclusion = Exclusion(lock: lock, holder: holder)
    }

    /// Starts `plan` as `run`: locks the target, makes sure that it is still as planned, and goes on to the end.
    public func start(_ plan: Plan, as run: RunID) async throws(EngineFailure) -> Verdict {
        let fence = try await exclusion.acquire()
        do throws(EngineFailure) {
            let seen = try await observe()
            guard seen.fingerprint == plan.fingerprint else { throw EngineFailure.moved(target: plan.target) }
        } catch {
            await exclusion.release(fence)
            throw error
        }
        let first = try await write(.planned(plan: plan), to: run)
        let state = try RunState(of: [first])
        observer(first, state)
        return try await drive(state, run, fence)
    }

    /// Carries on from whatever the journal says; a run that is over is left alone, unless its end is unknown.
    public func carryOn(_ run: RunID) async throws(EngineFailure) -> Verdict {
        var state = try RunState(of: try await read(run, after: 0))
        if let verdict = state.verdict, verdict != .unknown { return verdict }
        let fence = try await exclusion.acquire()
        if let last = state.fence, fence > last + 1 {
            await exclusion.release(fence)
            let event = Event.finished(verdict: .superseded, summary: "another run has held the target since")
            let record = try await write(event, to: run)
            do throws(JournalFailure) { try state.apply(record) } catch { throw .journal(error) }
            observer(record, state)
            return .superseded
        }
        return try await drive(state, run, fence)
    }

    private func observe() async throws(EngineFailure) -> Observation {
        do throws(ProviderFailure) { return try await provider.observe() } catch { throw .observation(error) }
    }

    private func drive(_ state: RunState, _ run: RunID, _ fence: Int64) async throws(EngineFailure) -> Verdict {
        var drive = Drive(engine: self, run: run, state: state, fence: fence)
        do throws(EngineFailure) {
            try await drive.write(.takenUp(holder: exclusion.holder))
            try await drive.write(.locked(fence: fence))
            let verdict = try await drive.toTheEnd()
            await exclusion.release(fence)
            return verdict
        } catch {
            // A journal that cannot be written may be what stands between us and another process: the lock is left
            // to run out by itself.
            if error.isOrderly { await exclusion.release(fence) }
            throw error
        }
    }

    func write(_ event: Event, to run: RunID) async throws(EngineFailure) -> Record {
        do throws(JournalFailure) { return try await journal.append(event, at: time.now, to: run) } catch {
            throw .journal(error)
        }
    }

    func read(_ run: RunID, after sequence: Int) async throws(EngineFailure) -> [Record] {
        do throws(JournalFailure) { return try await journal.records(of: run, after: sequence) } catch {
            throw .journal(error)
        }
    }
}

extension RunState {
    init(of records: [Record]) throws(EngineFailure) {
        do throws(JournalFailure) { try self.init(replaying: records) } catch { throw .journal(error) }
    }
}

/// Why a run stopped before its end; it can be carried on unless its words say otherwise.
public enum EngineFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A person asked to stop.
    case interrupted
    /// The live state is not the one the plan was made from; nothing was touched.
    case moved(target: String)
    /// The target could not be looked at; nothing was touched.
    case observation(ProviderFailure)
    /// The target's lock is held by another run, was lost, or cannot be told.
    case lock(LockFailure)
    /// The journal cannot be read or written.
    case journal(JournalFailure)

    /// One sentence.
    public var description: String {
        switch self {
        case .interrupted: "stopped after the call under way"
        case .moved(let target):
            "\(target): the live state has changed since the plan was made; nothing was touched, make a new plan."
        case .observation(let failure): failure.summary
        case .lock(let failure): failure.summary
        case .journal(let failure): failure.summary
        }
    }

    var isOrderly: Bool { if case .journal = self { false } else { true } }
}
