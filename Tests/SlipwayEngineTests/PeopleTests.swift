import SlipwayBase
import SlipwayEngine
import SlipwayModel
import SlipwayStrategies
import Testing

/// What people ask of a run: abort, approval, rollback, stopping and going on.
@Suite struct PeopleTests {
    static let reason = "a person asked"

    /// Every record that a run of `strategy` writes when nobody meddles.
    private func length(_ strategy: any Strategy) async throws -> Int {
        let bench = Bench()
        _ = try await bench.start(strategy)
        return try await bench.events().count
    }

    @Test(
        "given an abort at any moment, when the run ends, then the old release is live or the new one was finished before",
        arguments: Bench.strategies.indices,
        MeddledJournal.Moment.allCases
    )
    func abort(_ index: Int, _ moment: MeddledJournal.Moment) async throws {
        let strategy = Bench.strategies[index]
        let count = try await length(strategy)
        for number in 2...count {
            let journal = MeddledJournal(number, moment) { (journal, run) throws(JournalFailure) in
                _ = try await journal.append(.abortRequested(reason: Self.reason), at: Samples.start, to: run)
            }
            let bench = Bench(journal: journal)
            let verdict = try await bench.start(strategy)
            // Only the very last record, the end itself, can come before the abort is seen.
            #expect(verdict == (number == count ? .deployed : .aborted), "at record \(number)")
            #expect(bench.fleet.world == (number == count ? Bench.after : Bench.before), "at record \(number)")
        }
    }

    @Test("given an abort while an unapproved pause waits, when it is seen, then the run turns back")
    func abortWhileWaiting() async throws {
        var bench = Bench()
        bench.settings.assumesApproval = false
        #expect(try await withAbort(of: bench, once: { $0.awaitsApproval }) == .aborted)
        #expect(bench.fleet.world == Bench.before)
    }

    /// Runs a canary and writes an abort as soon as `isTime` holds.
    private func withAbort(of bench: Bench, once isTime: @escaping @Sendable (RunState) -> Bool) async throws -> Verdict
    {
        let journal = bench.journal
        let run = bench.run
        let asked = Locked(false)
        let (moments, signal) = AsyncStream.makeStream(of: Void.self)
        let person = Task {
            for await _ in moments {
                _ = try? await journal.append(.abortRequested(reason: Self.reason), at: Samples.start, to: run)
                return
            }
        }
        let engine = bench.engine { _, state in
            guard isTime(state) else { return }
            let isFirst = asked.withLock { asked in
                defer { asked = true }
                return !asked
            }
            if isFirst { signal.yield() }
        }
        let verdict = try await engine.start(Samples.plan(Samples.canary), as: run)
        _ = await person.value
        return verdict
    }

    @Test("given an open pause, when nobody approves, then the run waits; when somebody does, then it goes on")
    func approval() async throws {
        var bench = Bench()
        bench.settings.assumesApproval = false
        let journal = bench.journal
        let run = bench.run
        let asked = Locked(false)
        let (moments, signal) = AsyncStream.makeStream(of: String.self)
        let person = Task {
            for await key in moments {
                _ = try? await journal.append(.approved(key: key), at: Samples.start, to: run)
                return
            }
        }
        let engine = bench.engine { _, state in
            guard state.awaitsApproval, let key = state.current?.key else { return }
            let isFirst = asked.withLock { asked in
                defer { asked = true }
                return !asked
            }
            if isFirst { signal.yield(key) }
        }
        #expect(try await engine.start(Samples.plan(Samples.canary), as: run) == .deployed)
        _ = await person.value
        let events = try await bench.events()
        let paused = try #require(events.firstIndex(of: .paused(key: "approve-2", until: nil)))
        let approved = try #require(events.firstIndex(of: .approved(key: "approve-2")))
        #expect(paused < approved)
        #expect(events[(approved + 1)...].first == .succeeded(key: "approve-2", status: Status()))
    }

    @Test("given a timed pause, when somebody says go on, then it ends at once")
    func pauseCutShort() async throws {
        let journal = MeddledJournal(10, .after) { (journal, run) throws(JournalFailure) in
            _ = try await journal.append(.approved(key: "pause-1"), at: Samples.start, to: run)
        }
        let bench = Bench(journal: journal)
        let plan = try Samples.plan(Samples.canary)
        #expect(try await bench.engine().start(plan, as: bench.run) == .deployed)
        let records = try await bench.journal.records(of: bench.run, after: 0)
        let paused = try #require(
            records.first { if case .paused(key: "pause-1", _) = $0.event { true } else { false } }
        )
        let done = try #require(records.first { $0.event == .succeeded(key: "pause-1", status: Status()) })
        #expect(paused.sequence == 10)
        #expect(done.at - paused.at < .seconds(300))
    }

    @Test("given an approval for another step, when it is read, then it changes nothing")
    func approvalOfAnother() async throws {
        let journal = MeddledJournal(5, .after) { (journal, run) throws(JournalFailure) in
            _ = try await journal.append(.approved(key: "approve-2"), at: Samples.start, to: run)
        }
        let bench = Bench(journal: journal)
        #expect(try await bench.start() == .deployed)
        let events = try await bench.events()
        #expect(events.filter { $0 == .approved(key: "approve-2") }.count == 2)
    }

    @Test(
        "given a deployed release, when a rollback is asked for, then its own undo steps bring the old one back",
        arguments: Bench.strategies.indices
    )
    func rollback(_ index: Int) async throws {
        let bench = Bench(lock: ToyLock())
        #expect(try await bench.start(Bench.strategies[index]) == .deployed)
        _ = try await bench.journal.append(.rollbackRequested(reason: Self.reason), at: bench.time.now, to: bench.run)
        #expect(try await bench.engine().carryOn(bench.run) == .rolledBack)
        #expect(bench.fleet.world == Bench.before)
        #expect(try await bench.engine().carryOn(bench.run) == .rolledBack)
    }

    @Test(
        "given a request to stop, when the call under way is done, then nothing more is called and a later process finishes"
    )
    func interrupted() async throws {
        var bench = Bench()
        let stop = bench.stop
        bench.fleet = ToyFleet { number, _ in
            if number == 3 { stop.request() }
            return nil
        }
        await #expect(throws: EngineFailure.interrupted) { try await bench.start() }
        #expect(bench.fleet.calls.count == 3)
        bench.stop = StopRequest()
        #expect(try await bench.engine().carryOn(bench.run) == .deployed)
        #expect(bench.fleet.world == Bench.after)
    }

    @Test(
        "given a task that is cancelled on the way, when it cannot wait any more, then it stops and a later process finishes"
    )
    func cancelled() async throws {
        var bench = Bench()
        bench.fleet = ToyFleet { number, _ in
            if number == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            return nil
        }
        let first = bench
        let outcome = await Task { try await first.start() }.result
        #expect(throws: EngineFailure.interrupted) { try outcome.get() }
        #expect(bench.fleet.calls.count == 3)
        #expect(try await bench.engine().carryOn(bench.run) == .deployed)
    }
}
