import SlipwayBase
import SlipwayEngine
import SlipwayModel
import SlipwayStrategies
import Testing

/// Two runs never hold one target.
@Suite struct LockTests {
    @Test("given a run that ends, when the lock is looked at, then it was held under its token and is free again")
    func heldAndReleased() async throws {
        let lock = ToyLock()
        let bench = Bench(lock: lock)
        _ = try await bench.start()
        #expect(lock.contents.withLock { $0.holder } == nil)
        #expect(lock.contents.withLock { $0.confirmations } > 0)
        #expect(Set(bench.fleet.calls.map(\.fence)) == [1])
        #expect(try await bench.events()[2] == .locked(fence: 1))
    }

    @Test("given a lock that somebody holds, when a run starts, then it is refused and nothing is written")
    func held() async throws {
        let lock = ToyLock()
        lock.contents.withLock { $0.holder = "slipway-b/seoul-9" }
        let bench = Bench(lock: lock)
        await #expect(throws: EngineFailure.lock(LockFailure(.held, "slipway-b/seoul-9 holds it"))) {
            try await bench.start()
        }
        #expect(try await bench.events().isEmpty)
        #expect(bench.fleet.calls.isEmpty)
    }

    @Test("given a lock that is lost, when the next call is due, then it is not made")
    func lost() async throws {
        let lock = ToyLock()
        var bench = Bench(lock: lock)
        bench.fleet = ToyFleet { number, _ in
            if number == 3 { lock.contents.withLock { $0.holder = "slipway-b/seoul-9" } }
            return nil
        }
        await #expect(throws: EngineFailure.lock(LockFailure(.lost, "lost it"))) { try await bench.start() }
        #expect(bench.fleet.calls.count == 3)
        #expect(lock.contents.withLock { $0.holder } == "slipway-b/seoul-9")
    }

    @Test(
        "given a lock that cannot be told for a while, when it is asked again, then the run goes on and wrote nothing meanwhile"
    )
    func unreachable() async throws {
        let lock = ToyLock()
        var bench = Bench(lock: lock)
        let engine = bench.engine { record, _ in
            lock.contents.withLock { contents in
                if case .intended(key: "replace") = record.event {
                    contents.failure = LockFailure(.unreachable, "no answer")
                }
                if case .faulted = record.event { contents.failure = nil }
            }
        }
        bench.lock = lock
        #expect(try await engine.start(Samples.plan(RollingStrategy()), as: bench.run) == .deployed)
        let events = try await bench.events()
        #expect(
            events.contains {
                if case .faulted(_, let failure, _) = $0 { failure.summary == "no answer" } else { false }
            }
        )
    }

    @Test("given another run since, when this one is carried on, then it is superseded and touches nothing")
    func superseded() async throws {
        let lock = ToyLock()
        var bench = Bench(lock: lock)
        let stop = bench.stop
        bench.fleet = ToyFleet { number, _ in
            if number == 2 { stop.request() }
            return nil
        }
        await #expect(throws: EngineFailure.interrupted) { try await bench.start() }
        // Another run takes the lock and gives it up again.
        lock.contents.withLock { $0.token += 1 }
        bench.stop = StopRequest()
        let calls = bench.fleet.calls.count
        #expect(try await bench.engine().carryOn(bench.run) == .superseded)
        #expect(bench.fleet.calls.count == calls)
        #expect(lock.contents.withLock { $0.holder } == nil)
        #expect(try await bench.state().verdict == .superseded)
    }

    @Test(
        "given the platform's word that another run took over, when it is heard, then this one ends and undoes nothing"
    )
    func supersededByObject() async throws {
        var bench = Bench()
        bench.fleet = ToyFleet { _, call in
            call.key == "route-20" ? ProviderFailure(.superseded, "a newer token is on it") : nil
        }
        #expect(try await bench.start() == .superseded)
        #expect(!bench.fleet.calls.contains { $0.key.contains("/undo-") })
        #expect(try await bench.state().summary == "a newer token is on it")
    }

    @Test("given a process that ended without giving its lock up, when the same run goes on, then it keeps its token")
    func sameHolder() async throws {
        let lock = ToyLock()
        let journal = MeddledJournal(6, .after) { (_, _) throws(JournalFailure) in throw JournalFailure("gone") }
        let bench = Bench(journal: journal, lock: lock)
        await #expect(throws: EngineFailure.self) { try await bench.start() }
        #expect(lock.contents.withLock { $0.holder } == "slipway-a/seoul-1")
        #expect(try await bench.engine().carryOn(bench.run) == .deployed)
        #expect(Set(bench.fleet.calls.map(\.fence)) == [1])
    }
}
