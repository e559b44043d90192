public import SlipwayBase

/// A lock made of one record in a place that compares before it sets.
///
/// The fencing token grows with every change of holder and never shrinks, because the record is emptied, not deleted,
/// when the lock is given up.
public final class RecordLock<Storage: LockStorage>: TargetLock {
    private let name: String
    private let storage: Storage
    private let time: any TimeSource
    private let seconds: Int
    private let state = Locked(State())

    private struct State {
        /// Until when our last renewal holds, by our own clock from before it was asked for.
        var validUntil: Timestamp?
        /// When the storage may be asked again after it was not to be reached.
        var askAgain: Timestamp?
    }

    /// A lock called `name` in sentences that ends `seconds` after each renewal.
    public init(name: String, in storage: Storage, time: any TimeSource, seconds: Int) {
        (self.name, self.storage, self.time, self.seconds) = (name, storage, time, seconds)
    }

    /// Takes the lock, or takes it over when its holder has not renewed it in time.
    public func acquire(holder: String) async throws(LockFailure) -> Int64 {
        for _ in 0..<3 {
            let asked = time.now
            guard let found = try await read() else {
                let first = Self.firstToken(at: asked)
                guard try await write(record(holder, fence: first, asked, since: asked), over: nil) else { continue }
                return held(since: asked, first)
            }
            let former = found.record
            let isOurs = former.holder == holder
            if !isOurs { try refuseHeld(found, at: asked) }
            let fence = isOurs ? max(former.fence, 1) : former.fence + 1
            let wanted = record(holder, fence: fence, asked, since: isOurs ? former.acquired : asked)
            if try await write(wanted, over: found.version) { return held(since: asked, fence) }
        }
        throw LockFailure(.unreachable, "the lock \(name) changes hands all the time; try again.")
    }

    /// Throws `held` while the lock has a holder whose time is not over; writes nothing.
    public func probe() async throws(LockFailure) {
        let asked = time.now
        if let found = try await read() { try refuseHeld(found, at: asked) }
    }

    /// Renews the lock when half its time is over; throws `lost` as soon as somebody else has it.
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
            try await renew(holder, fence, at: asked)
            _ = held(since: asked, fence)
            return asked + .seconds(seconds)
        } catch {
            // While the last renewal still holds, a place that cannot be reached is no reason to stop.
            guard error.kind == .unreachable else { throw error }
            let wait = max(error.retryAfter ?? .zero, .seconds(1))
            state.withLock { $0.askAgain = time.now + wait }
            guard time.now < until else { throw LockFailure(.unreachable, error.summary, retryAfter: wait) }
            return until
        }
    }

    /// Empties the record, if it is still ours; when that fails the lock runs out by itself.
    public func release(holder: String, fence: Int64) async {
        let askAgain = state.withLock { state in
            defer { state = State() }
            return state.askAgain
        }
        if let askAgain, time.now < askAgain { try? await time.sleep(for: askAgain - time.now) }
        for _ in 0..<3 {
            let found: StoredLock<Storage.Version>?
            do throws(LockFailure) { found = try await read() } catch {
                // One more try is worth a second to whoever wants the lock next.
                try? await time.sleep(for: max(error.retryAfter ?? .zero, .seconds(1)))
                continue
            }
            guard let found, found.record.holder == holder, found.record.fence == fence else { return }
            var record = found.record
            (record.holder, record.seconds) = ("", 1)
            if (try? await write(record, over: found.version)) == true { return }
        }
    }

    private func renew(_ holder: String, _ fence: Int64, at asked: Timestamp) async throws(LockFailure) {
        guard let found = try await read() else { throw lost("it was deleted") }
        let present = found.record.holder
        guard present == holder, found.record.fence == fence else {
            throw lost(present.isEmpty ? "it was given up" : "\(present.printable(max: 100)) holds it now")
        }
        let wanted = record(holder, fence: fence, asked, since: found.record.acquired)
        guard try await write(wanted, over: found.version) else {
            throw LockFailure(.unreachable, "the lock \(name) cannot be renewed: it changed meanwhile")
        }
    }

    private func refuseHeld(_ found: StoredLock<Storage.Version>, at now: Timestamp) throws(LockFailure) {
        let holder = found.record.holder
        guard !holder.isEmpty, let end = end(of: found, at: now), now < end else { return }
        throw LockFailure(
            .held,
            "\(holder.printable(max: 100)) holds the lock \(name) until \(end.rfc3339Seconds); wait, or stop that run."
        )
    }

    /// By the place's own clock where it tells its age, so that a holder's wrong clock moves nothing.
    private func end(of found: StoredLock<Storage.Version>, at now: Timestamp) -> Timestamp? {
        let lasts = Duration.seconds(found.record.seconds)
        if let age = found.age { return now + (lasts - age) }
        return found.record.renewed.map { $0 + lasts }
    }

    /// Where a new record begins to count: above what any deleted one before it can have reached, and within 32 bits.
    private static func firstToken(at now: Timestamp) -> Int64 {
        let beginning = Timestamp(milliseconds: 1_767_225_600_000)
        return max(1, (now - beginning).components.seconds)
    }

    private func record(_ holder: String, fence: Int64, _ now: Timestamp, since: Timestamp?) -> LockRecord {
        LockRecord(holder: holder, fence: fence, acquired: since, renewed: now, seconds: seconds)
    }

    private func held(since asked: Timestamp, _ fence: Int64) -> Int64 {
        state.withLock { $0 = State(validUntil: asked + .seconds(seconds)) }
        return fence
    }

    private func lost(_ why: String) -> LockFailure {
        LockFailure(.lost, "the lock \(name) was lost: \(why); nothing more was written.")
    }

    private func read() async throws(LockFailure) -> StoredLock<Storage.Version>? {
        do throws(ProviderFailure) { return try await storage.read() } catch { throw failure(error) }
    }

    private func write(_ record: LockRecord, over former: Storage.Version?) async throws(LockFailure) -> Bool {
        do throws(ProviderFailure) { return try await storage.write(record, over: former) } catch {
            throw failure(error)
        }
    }

    private func failure(_ failure: ProviderFailure) -> LockFailure {
        LockFailure(.unreachable, "the lock \(name) cannot be told: \(failure.summary)", retryAfter: failure.retryAfter)
    }
}
