public import SlipwayBase
import SlipwayHTTP
public import SlipwayModel

/// The lock of a target as a `coordination.k8s.io` Lease in its namespace, so that runs on other machines are excluded
/// too.
///
/// `leaseTransitions` is the fencing token: it grows with every change of holder and never shrinks, because the Lease
/// is emptied, not deleted, when it is given up.
public final class LeaseLock: TargetLock {
    private let name: String
    private let api: ClusterAPI
    private let time: any TimeSource
    private let seconds: Int
    private let state = Locked(State())

    private struct State {
        /// Until when our last renewal holds, by our own clock from before it was asked for.
        var validUntil: Timestamp?
        /// When the server may be asked again after it was not to be reached.
        var askAgain: Timestamp?
    }

    init(name: String, api: ClusterAPI, time: any TimeSource, seconds: Int) {
        (self.name, self.api, self.time, self.seconds) = (name, api, time, seconds)
    }

    /// Takes the Lease, or takes it over when its holder has not renewed it in time.
    public func acquire(holder: String) async throws(LockFailure) -> Int64 {
        for _ in 0..<3 {
            let asked = time.now
            guard let lease = try await read() else {
                let first = Self.firstToken(at: asked)
                let created = lease(holder, transitions: first, asked, from: nil)
                guard try await write(api.calls.create(.leases, created)) else { continue }
                return held(since: asked, first)
            }
            let present = lease[path: "spec", "holderIdentity"]?.string ?? ""
            let transitions = Int64(lease[path: "spec", "leaseTransitions"]?.int ?? 0)
            if present != holder { try refuseHeld(lease, at: asked) }
            let fence = present == holder ? max(transitions, 1) : transitions + 1
            let wanted = self.lease(holder, transitions: fence, asked, from: lease)
            if try await write(api.calls.replace(.leases, name, wanted)) { return held(since: asked, fence) }
        }
        throw LockFailure(.unreachable, "the lock \(name) changes hands all the time; try again.")
    }

    /// Throws `held` while the Lease has a holder whose time is not over; writes nothing.
    public func probe() async throws(LockFailure) {
        let asked = time.now
        if let lease = try await read() { try refuseHeld(lease, at: asked) }
    }

    private func refuseHeld(_ lease: JSON, at now: Timestamp) throws(LockFailure) {
        let present = lease[path: "spec", "holderIdentity"]?.string ?? ""
        guard !present.isEmpty, let end = end(of: lease), now < end else { return }
        throw LockFailure(
            .held,
            "\(present.printable(max: 100)) holds the lock \(name) until \(end.rfc3339Seconds); wait, or stop that run."
        )
    }

    /// Renews the Lease when half its time is over; throws `lost` as soon as somebody else has it.
    @discardableResult
    public func confirm(holder: String, fence: Int64) async throws(LockFailure) -> Timestamp {
        let asked = time.now
        let (validUntil, askAgain) = state.withLock { ($0.validUntil, $0.askAgain) }
        guard let until = validUntil else { throw LockFailure(.lost, "the lock \(name) is not held.") }
        guard until - asked < .milliseconds(seconds * 500) else { return until }
        if let askAgain, asked < askAgain {
            guard asked >= until else { return until }
            throw LockFailure(
                .unreachable,
                "the lock \(name) ran out while it could not be renewed",
                retryAfter: askAgain - asked
            )
        }
        do throws(LockFailure) {
            guard let lease = try await read() else { throw lost("it was deleted") }
            let present = lease[path: "spec", "holderIdentity"]?.string ?? ""
            guard present == holder, lease[path: "spec", "leaseTransitions"]?.int.map(Int64.init) == fence else {
                throw lost(present.isEmpty ? "it was given up" : "\(present.printable(max: 100)) holds it now")
            }
            let wanted = self.lease(holder, transitions: fence, asked, from: lease)
            guard try await write(api.calls.replace(.leases, name, wanted)) else {
                throw unreachable("it changed meanwhile")
            }
            _ = held(since: asked, fence)
            return asked + .seconds(seconds)
        } catch {
            // While the last renewal still holds, a server that cannot be reached is no reason to stop.
            guard error.kind == .unreachable else { throw error }
            let wait = max(error.retryAfter ?? .zero, .seconds(1))
            state.withLock { $0.askAgain = time.now + wait }
            guard time.now < until else { throw LockFailure(.unreachable, error.summary, retryAfter: wait) }
            return until
        }
    }

    /// Empties the Lease, if it is still ours; when that fails it runs out by itself.
    public func release(holder: String, fence: Int64) async {
        let askAgain = state.withLock { state in
            defer { state = State() }
            return state.askAgain
        }
        if let askAgain, time.now < askAgain { try? await time.sleep(for: askAgain - time.now) }
        for _ in 0..<3 {
            let lease: JSON?
            do throws(LockFailure) { lease = try await read() } catch {
                // One more try is worth a second to whoever wants the lock next.
                try? await time.sleep(for: max(error.retryAfter ?? .zero, .seconds(1)))
                continue
            }
            guard var lease, lease[path: "spec", "holderIdentity"]?.string == holder,
                lease[path: "spec", "leaseTransitions"]?.int.map(Int64.init) == fence
            else { return }
            lease[path: "spec", "holderIdentity"] = ""
            lease[path: "spec", "leaseDurationSeconds"] = 1
            if (try? await write(api.calls.replace(.leases, name, lease))) == true { return }
        }
    }

    /// Where a new Lease begins to count: above what any deleted one before it can have reached, and within 32 bits.
    private static func firstToken(at now: Timestamp) -> Int64 {
        let beginning = Timestamp(milliseconds: 1_767_225_600_000)
        return max(1, (now - beginning).components.seconds)
    }

    private func held(since asked: Timestamp, _ fence: Int64) -> Int64 {
        state.withLock { $0 = State(validUntil: asked + .seconds(seconds)) }
        return fence
    }

    private func lost(_ why: String) -> LockFailure {
        LockFailure(.lost, "the lock \(name) was lost: \(why); nothing more was written.")
    }

    private func unreachable(_ why: String) -> LockFailure {
        LockFailure(.unreachable, "the lock \(name) cannot be renewed: \(why)")
    }

    private func end(of lease: JSON) -> Timestamp? {
        guard let renewed = lease[path: "spec", "renewTime"]?.string.flatMap({ Timestamp(rfc3339: $0) }) else {
            return nil
        }
        return renewed + .seconds(lease[path: "spec", "leaseDurationSeconds"]?.int ?? 0)
    }

    private func lease(_ holder: String, transitions: Int64, _ now: Timestamp, from former: JSON?) -> JSON {
        var lease: JSON =
            former ?? ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": .string(name)]]
        lease[path: "metadata", "managedFields"] = nil
        let isSame = former?[path: "spec", "holderIdentity"]?.string == holder
        lease["spec"] = [
            "holderIdentity": .string(holder), "leaseDurationSeconds": JSON(seconds),
            "acquireTime": isSame ? former?[path: "spec", "acquireTime"] ?? .null : .string(now.rfc3339Micro),
            "renewTime": .string(now.rfc3339Micro), "leaseTransitions": .int(transitions),
        ]
        return lease
    }

    private func read() async throws(LockFailure) -> JSON? {
        do throws(ProviderFailure) { return try await api.read(.leases, name) } catch { throw failure(error) }
    }

    /// False when somebody was faster.
    private func write(_ request: Request) async throws(LockFailure) -> Bool {
        let response: Response
        do throws(HTTPFailure) { response = try await api.transport.send(request) } catch {
            throw failure(KubernetesReplies.failure(error, for: request))
        }
        if response.status == 409 || response.status == 404 { return false }
        guard response.isSuccess else { throw failure(KubernetesReplies.failure(response, for: request)) }
        return true
    }

    private func failure(_ failure: ProviderFailure) -> LockFailure {
        LockFailure(.unreachable, "the lock \(name) cannot be told: \(failure.summary)", retryAfter: failure.retryAfter)
    }
}
