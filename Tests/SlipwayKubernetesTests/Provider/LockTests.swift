import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import Testing

@Suite("The Lease that holds a target") struct LockTests {
    private func spec(_ rig: Rig) -> JSON { rig.object(.lease, "slipway-seoul")?["spec"] ?? .null }

    private func failure(_ lock: LeaseLock, _ holder: String, _ fence: Int64) async -> LockFailure? {
        await #expect(throws: LockFailure.self) { try await lock.confirm(holder: holder, fence: fence) }
    }

    @Test("given no Lease when the lock is taken then it is made with the first fence, and found free after release")
    func first() async throws {
        let rig = try Rig(Rig.rolling)
        let lock = rig.provider.lock(seconds: 30)
        #expect(try await lock.acquire(holder: "ann") == 1)
        #expect(spec(rig)["holderIdentity"] == "ann" && spec(rig)["leaseDurationSeconds"] == 30)
        await lock.release(holder: "ann", fence: 1)
        #expect(spec(rig)["holderIdentity"] == "")
        #expect(try await rig.provider.lock().acquire(holder: "bob") == 2)
    }

    @Test("given a Lease that somebody holds when another asks then the sentence says who and until when")
    func held() async throws {
        let rig = try Rig(Rig.rolling)
        _ = try await rig.provider.lock(seconds: 30).acquire(holder: "ann\u{1B}[1m")
        rig.time.advance(by: .seconds(29))
        let failure = await #expect(throws: LockFailure.self) { try await rig.provider.lock().acquire(holder: "bob") }
        #expect(failure?.kind == .held)
        #expect(
            failure?.summary
                == "ann\\u{1b}[1m holds the lock slipway-seoul until 2026-01-01T00:00:30Z; wait, or stop that run."
        )
    }

    @Test("given a Lease when it is only probed then a holder is told, an old one is not, and nothing is written")
    func probed() async throws {
        let rig = try Rig(Rig.rolling)
        try await rig.provider.lock().probe()
        #expect(rig.object(.lease, "slipway-seoul") == nil)
        _ = try await rig.provider.lock(seconds: 30).acquire(holder: "ann")
        let writes = rig.writes.count
        let failure = await #expect(throws: LockFailure.self) { try await rig.provider.lock().probe() }
        #expect(failure?.kind == .held)
        rig.time.advance(by: .seconds(30))
        try await rig.provider.lock().probe()
        #expect(rig.writes.count == writes)
    }

    @Test("given a holder that does not renew when its time is over then another takes over with the next fence")
    func takeover() async throws {
        let rig = try Rig(Rig.rolling)
        let first = rig.provider.lock(seconds: 30)
        _ = try await first.acquire(holder: "ann")
        rig.time.advance(by: .seconds(30))
        #expect(try await rig.provider.lock().acquire(holder: "bob") == 2)
        let failure = await failure(first, "ann", 1)
        #expect(
            failure
                == LockFailure(.lost, "the lock slipway-seoul was lost: bob holds it now; nothing more was written.")
        )
        await first.release(holder: "ann", fence: 1)
        #expect(spec(rig)["holderIdentity"] == "bob")
    }

    @Test("given the same holder when it comes back then it keeps its fence")
    func again() async throws {
        let rig = try Rig(Rig.rolling)
        #expect(try await rig.provider.lock().acquire(holder: "ann") == 1)
        rig.time.advance(by: .seconds(5))
        #expect(try await rig.provider.lock().acquire(holder: "ann") == 1)
        rig.time.advance(by: .seconds(500))
        #expect(try await rig.provider.lock().acquire(holder: "ann") == 1)
    }

    @Test("given a lock when it is confirmed then it is renewed once half its time is over and not before")
    func renewal() async throws {
        let rig = try Rig(Rig.rolling)
        let lock = rig.provider.lock(seconds: 30)
        let fence = try await lock.acquire(holder: "ann")
        let acquired = spec(rig)["acquireTime"]
        rig.time.advance(by: .seconds(14))
        let before = rig.transport.log.count
        let start = VirtualTime().now
        #expect(try await lock.confirm(holder: "ann", fence: fence) == start + .seconds(30))
        #expect(rig.transport.log.count == before)
        rig.time.advance(by: .seconds(2))
        #expect(try await lock.confirm(holder: "ann", fence: fence) == start + .seconds(46))
        #expect(spec(rig)["renewTime"]?.string?.hasPrefix("2026-01-01T00:00:16") == true)
        #expect(spec(rig)["acquireTime"] == acquired && spec(rig)["leaseTransitions"] == 1)
    }

    @Test("given a server that cannot be reached when a lock is confirmed then it holds as long as its last renewal")
    func unreachable() async throws {
        let rig = try Rig(Rig.rolling)
        let lock = rig.provider.lock(seconds: 30)
        let fence = try await lock.acquire(holder: "ann")
        rig.transport.before { _, _ in .failure(HTTPFailure(.unsent, "no route")) }
        rig.time.advance(by: .seconds(20))
        #expect(try await lock.confirm(holder: "ann", fence: fence) == VirtualTime().now + .seconds(30))
        rig.time.advance(by: .seconds(10))
        let failure = await failure(lock, "ann", fence)
        #expect(failure?.kind == .unreachable)
        #expect(failure?.summary == "the lock slipway-seoul cannot be told: GET leases/slipway-seoul: no route")
    }

    @Test("given a Lease that is deleted or emptied when it is confirmed then it is lost")
    func gone() async throws {
        let rig = try Rig(Rig.rolling)
        let lock = rig.provider.lock(seconds: 30)
        let fence = try await lock.acquire(holder: "ann")
        rig.edit("leases/slipway-seoul", ["spec": ["holderIdentity": ""]])
        rig.time.advance(by: .seconds(20))
        #expect(await failure(lock, "ann", fence)?.summary.contains("it was given up") == true)
        await lock.release(holder: "ann", fence: fence)
        #expect(await failure(lock, "ann", fence)?.summary == "the lock slipway-seoul is not held.")
    }

    @Test("given two that ask at once when one is faster then the other is told that it is held")
    func race() async throws {
        let rig = try Rig(Rig.rolling)
        let isFirst = Locked(true)
        rig.transport.before { call, world in
            let mayRace = isFirst.withLock { isFirst in
                defer { if call.request.method == .post { isFirst = false } }
                return isFirst && call.request.method == .post
            }
            guard mayRace, case .bytes(let bytes) = call.request.body, var lease = try? JSON(parsing: bytes) else {
                return nil
            }
            lease[path: "spec", "holderIdentity"] = "bob"
            var faster = call.request
            faster.body = .bytes(lease.bytes)
            _ = world.respond(to: faster, at: call.time)
            return nil
        }
        let failure = await #expect(throws: LockFailure.self) { try await rig.provider.lock().acquire(holder: "ann") }
        #expect(failure?.kind == .held)
        #expect(spec(rig)["holderIdentity"] == "bob")
    }

    @Test(
        "given a call that is held up past the end of the lock when it would write then it looks again and writes nothing"
    )
    func heldUp() async throws {
        let rig = try Rig(Rig.rolling)
        let context = try await rig.context()
        var call = Call(
            action: .replacedInPlace(release: Rig.new, batch: Batch()),
            key: "k",
            context: context,
            fence: 1
        )
        call.coveredUntil = rig.time.now + .seconds(5)
        rig.transport.before { [time = rig.time] call, _ in
            if call.request.words == "GET deployments/shop" { time.advance(by: .seconds(6)) }
            return nil
        }
        guard case .running(_, _, let status) = try await rig.provider.advance(call) else {
            Issue.record("it is done without a write")
            return
        }
        #expect(status.note == "held up past the end of the lock; looking again")
        #expect(rig.writes.isEmpty)
    }

    @Test(
        "given objects that a later run has marked when an earlier run writes then it is superseded and writes nothing"
    )
    func fences() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        let mark: JSON = ["metadata": ["annotations": ["slipway.dev/fence": "2"]]]
        for (path, action) in [
            ("deployments/shop-canary", Action.staged(release: Rig.new, scale: .replicas(9))),
            ("httproutes/shop", .routed(percent: 50, release: Rig.new)),
            ("deployments/shop-stable", .replacedInPlace(release: Rig.new, batch: Batch())),
        ] {
            rig.edit(path, mark)
            rig.time.advance(by: .seconds(5))
            let before = rig.writes
            let failure = await #expect(throws: ProviderFailure.self) { try await rig.ask(action, context, fence: 1) }
            #expect(failure?.kind == .superseded)
            #expect(failure?.summary == "GET \(path): another run has taken over since; nothing more was written.")
            #expect(rig.writes == before)
        }
        try await rig.provider.advance(
            Call(action: .routed(percent: 0, release: Rig.new), key: "k", context: context, fence: 2)
        ).isDone()
    }
}

extension Progress {
    fileprivate func isDone() { if case .running = self { Issue.record("it is not done") } }
}
