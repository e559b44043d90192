import HTTPTypes
import SlipwayBase
import SlipwayEngine
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies

/// One world and one journal, and the processes that come and go on them.
final class LabBench: Sendable {
    enum Outcome {
        case over(Verdict)
        case again
        case stuck(String)
    }

    let scenario: Scenario
    let mutations: Mutations
    let time = VirtualTime(now: Scenario.start)
    let transport: SimulatedTransport
    let watchdog: Watchdog
    let kept = MemoryJournal()
    let appends = Locked(0)
    private let fault: Locked<Fault?>
    private let crash: Locked<Crash?>
    private let life = Locked(Life())
    private let isPersistent: Bool
    private let hasDied = Locked(false)

    init(_ scenario: Scenario, _ mutations: Mutations, fault: Fault?, crash: Crash?) {
        (self.scenario, self.mutations) = (scenario, mutations)
        (self.fault, self.crash) = (Locked(fault), Locked(crash))
        transport = SimulatedTransport(scenario.world, time: time, logEntriesMax: 1)
        watchdog = Watchdog(scenario, holder: Lab.holder)
        isPersistent = fault?.isForEver ?? false
        plantFaults()
    }

    private func plantFaults() {
        transport.before { [self] call, world in
            watchdog.before(call)
            guard let fault = fault.withLock({ $0 }), fault.strikes(call.index) else { return nil }
            if fault.kind == .lockStolen { steal(call, &world) }
            guard let outcome = fault.kind.before else { return nil }
            if fault.kind == .crashBefore { life.withLock { $0 }.end() }
            if case .response(let response) = outcome {
                watchdog.after(call, response, hadEffect: false, &world)
            } else if fault.kind == .noConnection {
                watchdog.forget(call.request)
            }
            return outcome
        }
        transport.after { [self] call, response, world in
            watchdog.after(call, response, hadEffect: true, &world)
            guard let fault = fault.withLock({ $0 }), fault.strikes(call.index) else { return nil }
            if fault.kind == .crashAfter { life.withLock { $0 }.end() }
            return fault.kind.after(response)
        }
    }

    /// The process sleeps past the end of its lock, and another takes it.
    private func steal(_ call: SimulatedTransport.Call, _ world: inout KubernetesWorld) {
        fault.withLock { $0 = nil }
        guard var lease = world.object(.lease, "slipway-lab", namespace: Scenario.namespace) else { return }
        time.advance(by: .seconds(31))
        let transitions = lease[path: "spec", "leaseTransitions"]?.int ?? 0
        lease[path: "spec", "holderIdentity"] = "thief"
        lease[path: "spec", "leaseTransitions"] = JSON(transitions + 1)
        lease[path: "spec", "renewTime"] = .string(time.now.rfc3339Micro)
        lease[path: "spec", "leaseDurationSeconds"] = 1
        let path = "/apis/coordination.k8s.io/v1/namespaces/\(Scenario.namespace)/leases/slipway-lab"
        let request = Request(
            .put,
            call.request.origin,
            path,
            headers: [.contentType: "application/json"],
            body: .bytes(lease.bytes)
        )
        _ = world.respond(to: request, at: time.now)
        watchdog.lockWasStolen(atCall: call.index)
    }

    private func engine() -> (Engine, any Provider) {
        if life.withLock({ $0.hasEnded }) { hasDied.withLock { $0 = true } }
        let life = Life()
        self.life.withLock { $0 = life }
        let random = SeededRandom(seed: 7)
        let budget = RetryBudget(time: time)
        let retry = Retry(Retry.Policy(attemptsMax: 3), budget: budget, time: time, random: random)
        let mortal = MortalTransport(transport: mutations.transport(transport), life: life)
        let kubernetes = KubernetesProvider(
            target: "lab",
            layout: scenario.layout,
            namespace: Scenario.namespace,
            origin: Origin(scheme: "https", host: "cluster.example.com"),
            transport: Pipeline([retry], to: mortal),
            time: time
        )
        let provider = mutations.provider(Polled(kubernetes))
        let mortalJournal = MortalJournal(kept, life: life, crash: crash.withLock { $0 }, appends: appends)
        let engine = Engine(
            provider: provider,
            journal: mutations.journal(mortalJournal),
            time: time,
            random: random,
            lock: mutations.lock(kubernetes.lock()),
            holder: Lab.holder,
            settings: Engine.Settings(requestPoll: .seconds(10), assumesApproval: true)
        )
        return (engine, provider)
    }

    /// One process from its start to its end.
    func live(isFirst: Bool) async -> Outcome {
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
        transport.withWorld { world in checkWorld(world, verdict, isReported: isReported) }
    }

    /// What a cleaning step could not do and has reported is excused, and only that.
    private func checkWorld(_ world: KubernetesWorld, _ verdict: Verdict, isReported: Bool) {
        let image = verdict == .deployed ? Scenario.newImage : Scenario.oldImage
        let traffic = world.traffic(for: scenario.front)
        if traffic.share(of: image) < 0.999 {
            watchdog.report("\(image) is not the one release that is live at the end, but \(traffic.images)")
        }
        let namespace = Scenario.namespace
        let names = world.objects(.deployment, namespace: namespace).compactMap { $0[path: "metadata", "name"]?.string }
        let isKept = scenario.isSwitched && verdict == .deployed
        let wasThere = scenario.world.objects(.deployment, namespace: namespace).map {
            $0[path: "metadata", "name"]?.string
        }
        if let candidate = scenario.candidate, !isKept, !wasThere.contains(candidate), !isReported,
            names.contains(candidate)
        {
            watchdog.report("\(candidate) was left behind")
        }
        for before in scenario.world.objects(.deployment, namespace: namespace) {
            let name = before[path: "metadata", "name"]?.string ?? ""
            let after = world.object(.deployment, name, namespace: namespace)
            if after?[path: "metadata", "annotations", "team"]?.string != "checkout" {
                watchdog.report("a foreign annotation of \(name) is lost")
            }
        }
        let kinds: [ResourceKind] = [.httpRoute, .virtualService, .ingress]
        for kind in kinds where !isReported && !isKept {
            let specs = { (world: KubernetesWorld) in world.objects(kind, namespace: namespace).map { $0["spec"] } }
            if specs(world) != specs(scenario.world) {
                watchdog.report("what leads production to the fleets is not as it was")
            }
        }
        // A process that died, or could not reach the server, leaves its lock to run out.
        guard !isPersistent, !hasDied.withLock({ $0 }) else { return }
        if world.object(.lease, "slipway-lab", namespace: namespace)?[path: "spec", "holderIdentity"]?.string
            == Lab.holder
        {
            watchdog.report("the lock was not given up")
        }
    }
}
