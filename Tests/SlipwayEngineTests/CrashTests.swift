import SlipwayBase
import SlipwayEngine
import SlipwayModel
import SlipwayStrategies
import Testing

/// A process may end at any moment, and another one goes on.
@Suite struct CrashTests {
    @Test(
        "given a crash at any record, when another process carries on, then it ends like the run without the crash",
        arguments: Bench.strategies.indices,
        MeddledJournal.Moment.allCases
    )
    func crash(_ index: Int, _ moment: MeddledJournal.Moment) async throws {
        let strategy = Bench.strategies[index]
        let reference = Bench()
        _ = try await reference.start(strategy)
        let count = try await reference.events().count
        for number in 2...count {
            let journal = MeddledJournal(number, moment) { (_, _) throws(JournalFailure) in
                throw JournalFailure("the power is gone")
            }
            let bench = Bench(journal: journal)
            await #expect(throws: EngineFailure.journal(JournalFailure("the power is gone"))) {
                try await bench.start(strategy)
            }
            #expect(try await bench.engine().carryOn(bench.run) == .deployed, "at record \(number)")
            #expect(bench.fleet.world == Bench.after, "at record \(number)")
            let written = try await bench.events()
            #expect(try await bench.engine().carryOn(bench.run) == .deployed)
            #expect(try await bench.events() == written, "a second resume wrote at record \(number)")
        }
    }

    @Test("given a crash at any record of taking back, when another process carries on, then the old release is live")
    func crashOnTheWayBack() async throws {
        let trouble: ToyFleet.Trouble = { _, call in
            call.key == "promote" ? ProviderFailure(.unhealthy, "bad") : nil
        }
        let reference = Bench(fleet: ToyFleet(trouble: trouble))
        #expect(try await reference.start() == .failed)
        let count = try await reference.events().count
        for number in 2...count {
            let journal = MeddledJournal(number, .after) { (_, _) throws(JournalFailure) in throw JournalFailure("gone")
            }
            let bench = Bench(fleet: ToyFleet(trouble: trouble), journal: journal)
            await #expect(throws: EngineFailure.self) { try await bench.start() }
            #expect(try await bench.engine().carryOn(bench.run) == .failed, "at record \(number)")
            #expect(bench.fleet.world == Bench.before, "at record \(number)")
        }
    }

    @Test("given a pause that ends while no process runs, when one carries on, then it goes on at once")
    func pauseOverMeanwhile() async throws {
        let journal = MeddledJournal(10, .after) { (_, _) throws(JournalFailure) in throw JournalFailure("gone") }
        let bench = Bench(journal: journal)
        await #expect(throws: EngineFailure.self) { try await bench.start() }
        bench.time.advance(by: .seconds(3600))
        let resumedAt = bench.time.now
        #expect(try await bench.engine().carryOn(bench.run) == .deployed)
        let records = try await bench.journal.records(of: bench.run, after: 0)
        #expect(records.first { $0.event == .succeeded(key: "pause-1", status: Status()) }?.at == resumedAt)
    }

    @Test(
        "given a step begun long ago, when another process carries on, then the time without a process is not counted"
    )
    func deadlineStartsAnew() async throws {
        let journal = MeddledJournal(5, .after) { (_, _) throws(JournalFailure) in throw JournalFailure("gone") }
        let bench = Bench(journal: journal)
        await #expect(throws: EngineFailure.self) { try await bench.start() }
        bench.time.advance(by: .seconds(86_400))
        #expect(try await bench.engine().carryOn(bench.run) == .deployed)
    }

    @Test("given a journal that does not begin with a plan, when it is carried on, then one sentence says so")
    func noPlan() async throws {
        let bench = Bench()
        _ = try await bench.journal.append(.takenUp(holder: "me"), at: Samples.start, to: bench.run)
        await #expect(
            throws: EngineFailure.journal(
                JournalFailure("the journal of this run does not begin with its plan; it cannot be carried on.")
            )
        ) { try await bench.engine().carryOn(bench.run) }
    }

    @Test("given a record that does not fit its plan, when the run is read, then the sentence names what was expected")
    func damaged() async throws {
        let records = [
            Record(sequence: 1, at: Samples.start, event: .planned(plan: try Samples.plan())),
            Record(sequence: 2, at: Samples.start, event: .intended(key: "route-20")),
        ]
        #expect(
            throws: JournalFailure("the journal speaks of “route-20” where its plan expects “replace”; it is damaged.")
        ) { _ = try RunState(replaying: records) }
    }

    @Test("given a plan of another form, when the run is read, then the sentence names both forms")
    func otherForm() throws {
        var plan = try Samples.plan()
        plan.format = 99
        let record = Record(sequence: 1, at: Samples.start, event: .planned(plan: plan))
        #expect(throws: JournalFailure("the plan has form 99, this program reads form 1.")) {
            _ = try RunState(replaying: [record])
        }
    }
}
