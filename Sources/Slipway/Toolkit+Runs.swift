public import SlipwayBase
public import SlipwayEngine
internal import SlipwayModel

extension Toolkit {
    /// Sees every event as soon as it is durable.
    public typealias Observer = @Sendable (Update) -> Void

    /// Carries `proposal` out as a new run, to its end; `stop` ends it early, to be carried on later.
    public func deploy(
        _ proposal: Proposal,
        stop: StopRequest = StopRequest(),
        observer: @escaping Observer = { _ in }
    ) async throws(RunFailure) -> Verdict {
        let session = proposal.session
        let claim = try claim(session)
        defer { withExtendedLifetime(claim) {} }
        let run = try await open(proposal)
        let engine = try engine(session, run, stop, observer)
        do throws(EngineFailure) { return try await engine.start(proposal.plan, as: run) } catch {
            throw .stopped(run, error)
        }
    }

    /// Makes sure that a proposal without steps is right: no run of the target goes on or is unfinished, nobody holds
    /// its lock, and the live state is as planned and settled. Touches nothing and keeps no run.
    public func confirm(_ proposal: Proposal) async throws(RunFailure) {
        let session = proposal.session
        let claim = try claim(session)
        defer { withExtendedLifetime(claim) {} }
        var query = RunQuery(limit: 1)
        (query.application, query.targets) = (session.application, [session.target.name])
        (query.isUnfinished, query.isRehearsed) = (true, false)
        let unfinished: RunHeader?
        do throws(JournalFailure) { unfinished = try await existingJournal().runs(query).first } catch {
            throw .opening(.journal(error))
        }
        if let unfinished, !world.isRehearsal { throw .opening(.unfinished(unfinished.id)) }
        do throws(LockFailure) { try await session.connection.lock?.probe() } catch { throw .unconfirmed(.lock(error)) }
        let seen: Observation
        do throws(ProviderFailure) { seen = try await session.connection.provider.observe() } catch {
            throw .observation(error)
        }
        guard seen.fingerprint == proposal.plan.fingerprint, seen.isSettled else {
            throw .unconfirmed(.moved(target: proposal.plan.target))
        }
    }

    /// Carries on with `run` from where its journal ends; `request` (a rollback, an abort) is written first.
    ///
    /// A run that is over is left alone and its verdict given again.
    public func carryOn(
        _ run: RunID,
        on session: Session,
        request: Event? = nil,
        stop: StopRequest = StopRequest(),
        observer: @escaping Observer = { _ in }
    ) async throws(RunFailure) -> Verdict {
        do throws(InputFailure) { try await refuseOtherWorlds(run) } catch { throw .input(error) }
        let claim = try claim(session)
        defer { withExtendedLifetime(claim) {} }
        let engine = try engine(session, run, stop, observer)
        do throws(EngineFailure) {
            if let request { try await write(request, to: run, at: session.time.now) }
            return try await engine.carryOn(run)
        } catch {
            throw .stopped(run, error)
        }
    }

    /// Throws one sentence when `run` was rehearsed and this toolkit is not a rehearsal, or the other way round.
    public func refuseOtherWorlds(_ run: RunID) async throws(InputFailure) {
        var query = RunQuery(limit: 1)
        query.id = run
        let header: RunHeader?
        do throws(JournalFailure) { header = try await existingJournal().runs(query).first } catch {
            throw InputFailure(error.summary)
        }
        guard let header, header.run.isRehearsed != world.isRehearsal else { return }
        throw InputFailure(
            header.run.isRehearsed
                ? "\(run) was only rehearsed, and its world ended with its process; `slipway deploy` makes a real run."
                : "\(run) is a real run, and a rehearsal cannot carry it on."
        )
    }

    /// Whether a process works on `target` of `application` at this moment.
    public func isClaimed(_ target: String, of application: String) throws(ClaimFailure) -> Bool {
        do throws(ClaimFailure) {
            _ = try claim(target, application)
            return false
        } catch {
            guard case .held = error else { throw error }
            return true
        }
    }

    /// Writes what a person asks of a run that another process drives.
    public func request(_ event: Event, of run: RunID, at time: Timestamp) async throws(RunFailure) {
        do throws(EngineFailure) { try await write(event, to: run, at: time) } catch { throw .stopped(run, error) }
    }

    private func write(_ event: Event, to run: RunID, at time: Timestamp) async throws(EngineFailure) {
        do throws(JournalFailure) { _ = try await journal().append(event, at: time, to: run) } catch {
            throw .journal(error)
        }
    }

    private func claim(_ session: Session) throws(RunFailure) -> TargetClaim? {
        do throws(ClaimFailure) { return try claim(session.target.name, session.application) } catch {
            throw .claim(error)
        }
    }

    private func claim(_ target: String, _ application: String) throws(ClaimFailure) -> TargetClaim? {
        guard let path = world.journal.path else { return nil }
        return try TargetClaim(
            target: target,
            application: application,
            journal: path,
            processID: world.processID
        )
    }

    private func open(_ proposal: Proposal) async throws(RunFailure) -> RunID {
        let session = proposal.session
        var run = NewRun(proposal.plan, application: session.application, platform: session.target.platform)
        run.isRehearsed = world.isRehearsal
        do throws(OpenFailure) {
            let catalog: any RunCatalog
            do throws(JournalFailure) { catalog = try journal() } catch { throw .journal(error) }
            return try await catalog.open(run, at: session.time.now)
        } catch {
            throw .opening(error)
        }
    }

    private func engine(
        _ session: Session,
        _ run: RunID,
        _ stop: StopRequest,
        _ observer: @escaping Observer
    ) throws(RunFailure) -> Engine {
        let catalog: any RunCatalog
        do throws(JournalFailure) { catalog = try journal() } catch { throw .opening(.journal(error)) }
        let target = session.target.name
        return Engine(
            provider: session.connection.provider,
            journal: catalog,
            time: session.time,
            random: world.random,
            lock: session.connection.lock,
            holder: "slipway-\(catalog.identity)/\(run)",
            settings: settings,
            stop: stop
        ) { record, state in observer(Update(run: run, target: target, record: record, state: state)) }
    }
}
