import SlipwayBase
import SlipwayEngine
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulation

/// How the life of one process ended.
enum LifeEnd {
    case over(Verdict)
    case again
    case stuck(String)
}

/// One world and one journal, and the processes that come and go on them.
final class LabBench<Platform: LabPlatform>: Sendable {
    let scenario: Scenario
    let platform: Platform
    let mutations: Mutations
    let time = VirtualTime(now: Scenario.start)
    let transport: SimulatedTransport<Platform.World>
    let watchdog: Watchdog<Platform>
    let kept = MemoryJournal()
    let appends = Locked(0)
    /// What was sent, as long as nothing goes wrong.
    let requests = Locked<[Request]>([])
    private let fault: Locked<Fault?>
    private let crash: Locked<Crash?>
    private let life = Locked(Life())
    private let isPersistent: Bool
    private let isCalm: Bool
    private let hasDied = Locked(false)

    init(_ scenario: Scenario, on platform: Platform, _ mutations: Mutations, fault: Fault?, crash: Crash?) {
        (self.scenario, self.platform, self.mutations) = (scenario, platform, mutations)
        (self.fault, self.crash) = (Locked(fault), Locked(crash))
        transport = SimulatedTransport(platform.world, time: time, logEntriesMax: 1)
        watchdog = Watchdog(platform, holder: Lab.holder)
        isPersistent = fault?.isForEver ?? false
        isCalm = fault == nil && crash == nil
        plantFaults()
    }

    private func plantFaults() {
        transport.before { [self] call, world in
            watchdog.before(call)
            platform.disturb(&world, before: call)
            guard let fault = fault.withLock({ $0 }) else {
                if isCalm { requests.withLock { $0.append(call.request) } }
                return nil
            }
            guard fault.strikes(call.index) else { return nil }
            if fault.kind == .lockStolen { steal(call, &world) }
            guard let outcome = fault.kind.before(call.request, on: platform) else { return nil }
            if fault.kind == .crashBefore { life.withLock { $0 }.end() }
            if fault.kind.provesNoEffect { watchdog.forget(call.request) }
            if case .response(let response) = outcome {
                watchdog.after(LabCall(call: call, response: response, hadEffect: false, isDelivered: true), world)
            }
            return outcome
        }
        transport.after { [self] call, response, world in
            let fault = fault.withLock { $0 }
            let isStruck = fault?.strikes(call.index) ?? false
            watchdog.after(LabCall(call: call, response: response, hadEffect: true, isDelivered: !isStruck), world)
            guard let fault, isStruck else { return nil }
            if fault.kind == .crashAfter { life.withLock { $0 }.end() }
            return fault.kind.after(response, to: call.request, on: platform)
        }
    }

    /// The process sleeps past the end of its lock, and another takes it.
    private func steal(_ call: SimulatedCall, _ world: inout Platform.World) {
        fault.withLock { $0 = nil }
        guard let lock = platform.lock(in: world) else { return }
        time.advance(by: max((lock.until ?? time.now) - time.now, .seconds(30)) + .seconds(1))
        platform.steal(in: &world, at: time.now)
        watchdog.lockWasStolen(atCall: call.index)
    }

    private func engine() -> (Engine, any Provider) {
        if life.withLock({ $0.hasEnded }) { hasDied.withLock { $0 = true } }
        let life = Life()
        self.life.withLock { $0 = life }
        let random = SeededRandom(seed: 7)
        let mortal = MortalTransport(transport: mutations.transport(transport), life: life)
        let connection = platform.connection(over: mortal, time: time, random: random)
        let provider = mutations.provider(Polled(connection.provider))
        let mortalJournal = MortalJournal(kept, life: life, crash: crash.withLock { $0 }, appends: appends)
        let engine = Engine(
            provider: provider,
            journal: mutations.journal(mortalJournal),
            time: time,
            random: random,
            lock: mutations.lock(connection.lock),
            holder: Lab.holder,
            settings: Engine.Settings(requestPoll: .seconds(10), assumesApproval: true)
        )
        return (engine, provider)
    }

    /// One process from its start to its end.
    func live(isFirst: Bool) async -> LifeEnd {
        if !isFirst {
            // A process starts anew some time later; what struck for ever has passed by then.
            time.advance(by: .seconds(5))
            fault.withLock {
                if $0?.isForEver == true || $0?.kind == .crashAfter || $0?.kind == .crashBefore { $0 = nil }
            }
            crash.withLock { if let append = $0?.append, appends.withLock({ $0 }) > append { $0 = nil } }
        }
        let (engine, provider) = engine()
        do {
            let records = try await kept.records(of: Lab.run, after: 0)
            guard records.isEmpty else { return .over(try await engine.carryOn(Lab.run)) }
            let plan = try scenario.strategy.plan(
                from: try await provider.observe(),
                to: scenario.release,
                accepting: scenario.accepting
            )
            return .over(try await engine.start(mutations.plan(plan), as: Lab.run))
        } catch let failure as PlanFailure {
            return .stuck("no plan could be made: \(failure.summary)")
        } catch {
            return .again
        }
    }

    /// What must hold when all is over.
    func checkEnd(_ verdict: Verdict?) async {
        guard let verdict else { return watchdog.report("the run did not end after \(Lab.livesMax) processes") }
        let writes = watchdog.writes
        let (engine, _) = engine()
        let again = try? await engine.carryOn(Lab.run)
        if again != verdict || watchdog.writes != writes { watchdog.report("a second resume did something") }
        guard verdict != .superseded else { return }
        // What strikes for ever uses up a deadline, and then the release is rightly taken back.
        let isExcused = isPersistent && verdict == .failed
        if verdict != scenario.verdict, !isExcused {
            watchdog.report("it ended as \(verdict.rawValue), not as \(scenario.verdict.rawValue)")
        }
        time.advance(by: .seconds(60))
        let records = (try? await kept.records(of: Lab.run, after: 0)) ?? []
        let isReported = records.contains { if case .leftBehind = $0.event { true } else { false } }
        let end = LabEnd(isDeployed: verdict == .deployed, isReported: isReported)
        transport.withWorld { world in checkWorld(world, end) }
    }

    private func checkWorld(_ world: Platform.World, _ end: LabEnd) {
        let live = platform.mark(of: end.isDeployed ? scenario.release : scenario.former)
        let traffic = platform.traffic(in: world)
        if traffic.shares[live] ?? 0 < 0.999 {
            watchdog.report("\(live) is not the one release that is live at the end, but \(traffic.shares)")
        }
        for promise in platform.brokenPromises(atEnd: end, in: world) { watchdog.report(promise) }
        // A process that died, or could not reach the server, leaves its lock to run out.
        guard !isPersistent, !hasDied.withLock({ $0 }) else { return }
        if platform.lock(in: world)?.holder == Lab.holder { watchdog.report("the lock was not given up") }
    }
}

extension SimulatedTransport {
    var callCount: Int { (log.last?.call.index ?? -1) + 1 }
}
