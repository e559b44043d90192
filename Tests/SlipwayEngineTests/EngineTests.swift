import SlipwayBase
import SlipwayEngine
import SlipwayModel
import SlipwayStrategies
import Testing

@Suite struct EngineTests {
    @Test(
        "given any strategy, when its plan is carried out, then the new release is live and nothing is left over",
        arguments: Bench.strategies.indices
    )
    func deploys(_ index: Int) async throws {
        let bench = Bench()
        #expect(try await bench.start(Bench.strategies[index]) == .deployed)
        #expect(bench.fleet.world == Bench.after)
        let state = try await bench.state()
        #expect(state.verdict == .deployed)
        #expect(state.tasks.isEmpty)
        #expect(state.summary == "2.0.0 is live")
    }

    @Test("given a step, when it begins, then its intent is in the journal before its first call")
    func intentFirst() async throws {
        let journal = MemoryJournal()
        let seen = Locked<[String: Bool]>([:])
        let run = RunID("seoul-1")
        var bench = Bench(journal: journal)
        let intents = Locked<Set<String>>([])
        bench.fleet = ToyFleet { _, call in
            seen.withLock { seen in
                if seen[call.key] == nil { seen[call.key] = intents.withLock { $0.contains(call.key) } }
            }
            return nil
        }
        let engine = bench.engine { record, _ in
            if case .intended(let key) = record.event { intents.withLock { _ = $0.insert(key) } }
        }
        #expect(try await engine.start(Samples.plan(Samples.canary), as: run) == .deployed)
        let all = seen.withLock { $0 }
        #expect(!all.isEmpty)
        #expect(all.values.allSatisfy { $0 })
    }

    @Test("given a canary with a pause, when it runs, then the pause has passed on the clock before the next step")
    func pauses() async throws {
        let bench = Bench()
        _ = try await bench.start()
        let records = try await bench.journal.records(of: bench.run, after: 0)
        let paused = try #require(
            records.first { if case .paused(key: "pause-1", _) = $0.event { true } else { false } }
        )
        let done = try #require(records.first { $0.event == .succeeded(key: "pause-1", status: Status()) })
        #expect(done.at - paused.at == .seconds(300))
        #expect(paused.event == .paused(key: "pause-1", until: paused.at + .seconds(300)))
    }

    @Test("given every record, when the engine writes it, then the observer sees it once and in order")
    func observed() async throws {
        let bench = Bench()
        let seen = Locked<[Record]>([])
        let engine = bench.engine { record, state in
            #expect(state.sequence == record.sequence)
            seen.withLock { $0.append(record) }
        }
        _ = try await engine.start(Samples.plan(), as: bench.run)
        #expect(try await bench.journal.records(of: bench.run, after: 0) == seen.withLock { $0 })
    }

    @Test("given a target that has moved since the plan, when the run starts, then nothing is touched or written")
    func moved() async throws {
        let bench = Bench(lock: ToyLock())
        bench.fleet.change { $0.share = 5 }
        await #expect(throws: EngineFailure.moved(target: "seoul")) { try await bench.start() }
        #expect(bench.fleet.calls.isEmpty)
        #expect(try await bench.events().isEmpty)
        #expect(bench.lock?.contents.withLock { $0.holder } == nil)
    }

    @Test(
        "given a failing new release, when a step is refused, then everything is taken back in reverse order",
        arguments: [ProviderFailure.Kind.unhealthy, .refused, .conflict]
    )
    func takenBack(_ kind: ProviderFailure.Kind) async throws {
        var bench = Bench()
        bench.fleet = ToyFleet { _, call in call.key == "route-60" ? ProviderFailure(kind, "it does not work") : nil }
        #expect(try await bench.start() == .failed)
        #expect(bench.fleet.world == Bench.before)
        let undone = bench.fleet.calls.map(\.key).filter { $0.contains("/undo-") }
        #expect(undone.first == "route-60/undo-1")
        #expect(undone.last == "stage-1/undo-1")
        #expect(try await bench.state().summary == "1.0.0 is live; Give 60% of production to 2.0.0: it does not work")
    }

    @Test("given calls that fail for a while, when they are repeated, then the run goes on and waits as asked")
    func transient() async throws {
        var bench = Bench()
        bench.fleet = ToyFleet { number, _ in
            (2...4).contains(number) ? ProviderFailure(.transient, "busy", retryAfter: .seconds(40)) : nil
        }
        #expect(try await bench.start(RollingStrategy()) == .deployed)
        let records = try await bench.journal.records(of: bench.run, after: 0)
        let waits = records.compactMap { record -> Duration? in
            if case .faulted(_, _, let retryAt?) = record.event { retryAt - record.at } else { nil }
        }
        #expect(waits.count == 3)
        #expect(waits.allSatisfy { $0 >= .seconds(40) })
    }

    @Test(
        "given a step that never ends, when its deadline has passed, then the release is taken back and the sentence says why"
    )
    func deadline() async throws {
        var bench = Bench()
        bench.fleet = ToyFleet { _, call in
            call.key == "stage-1" && call.token != nil ? ProviderFailure(.transient, "pods are pending") : nil
        }
        #expect(try await bench.start() == .failed)
        #expect(bench.fleet.world == Bench.before)
        #expect(try await bench.state().summary.hasSuffix("not done after 10m: pods are pending"))
    }

    @Test("given a cleaning step that fails, when it is given up, then the release stands and what is left is named")
    func leftBehind() async throws {
        var bench = Bench()
        bench.fleet = ToyFleet { _, call in call.key == "clean-up" ? ProviderFailure(.refused, "may not delete") : nil }
        #expect(try await bench.start() == .deployed)
        #expect(bench.fleet.world.stable == Samples.new.version)
        let state = try await bench.state()
        #expect(state.leftovers == ["may not delete"])
        #expect(state.summary == "2.0.0 is live; left behind: may not delete")
    }

    @Test(
        "given taking back that fails too, when it is given up, then the end is unknown, and a later try can finish it"
    )
    func unknown() async throws {
        let isBroken = Locked(true)
        var bench = Bench()
        bench.fleet = ToyFleet { _, call in
            if call.key == "route-60" { return ProviderFailure(.unhealthy, "bad") }
            let isUndo = call.key == "route-20/undo-1"
            return isUndo && isBroken.withLock { $0 } ? ProviderFailure(.refused, "forbidden") : nil
        }
        #expect(try await bench.start() == .unknown)
        #expect(try await bench.state().summary == "taking back stopped at route-20/undo-1: forbidden")
        isBroken.withLock { $0 = false }
        #expect(try await bench.engine().carryOn(bench.run) == .failed)
        #expect(bench.fleet.world == Bench.before)
    }
}
