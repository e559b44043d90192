import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// Looks at the world after every call and writes down every promise that is broken.
final class Watchdog<Platform: LabPlatform>: Sendable {
    private struct State {
        var violations: [String] = []
        var seenVersion: Int?
        /// Writes whose object was not looked at since, by that object.
        var unread: [String: [UInt8]] = [:]
        var notBefore: [String: Timestamp] = [:]
        var buckets: [LabRate: Bucket] = [:]
        var stolenAt: Int?
        var writes = 0
        var memory: Platform.Memory
    }

    private struct Bucket {
        var tokens: Double
        var at: Timestamp
    }

    private let platform: Platform
    private let holder: String
    private let state: Locked<State>

    init(_ platform: Platform, holder: String) {
        (self.platform, self.holder) = (platform, holder)
        state = Locked(State(memory: platform.memory()))
    }

    var violations: [String] { state.withLock { $0.violations } }
    /// Writes that reached the platform, the lock's own left out.
    var writes: Int { state.withLock { $0.writes } }

    func report(_ violation: String) { state.withLock { Self.note(violation, in: &$0) } }

    private static func note(_ violation: String, in state: inout State) {
        if state.violations.count < 5, !state.violations.contains(violation) { state.violations.append(violation) }
    }

    func lockWasStolen(atCall index: Int) { state.withLock { $0.stolenAt = index } }

    /// Before the platform sees a call: waits asked for, the rate, and repeated writes.
    func before(_ call: SimulatedCall) {
        let (name, rate) = (platform.name(of: call.request), platform.rate(of: call.request))
        let kind = platform.kind(of: call.request)
        state.withLock { state in
            if let moment = state.notBefore.removeValue(forKey: name), call.time < moment {
                Self.note("\(name) came before its Retry-After had passed", in: &state)
            }
            if !Self.take(
                from: &state.buckets[rate, default: Bucket(tokens: rate.burst, at: call.time)],
                rate,
                call.time
            ) {
                Self.note("more requests than \(rate.name) allows", in: &state)
            }
            switch kind {
            case .look(let isAt):
                for object in state.unread.keys where isAt(object) { state.unread[object] = nil }
            case .write(let object, isRepeatable: false):
                let body = call.request.bytes
                if state.unread[object] == body { Self.note("\(name) was sent again without a look", in: &state) }
                state.unread[object] = body
            case .write, .aside: break
            }
        }
    }

    private static func take(from bucket: inout Bucket, _ rate: LabRate, _ now: Timestamp) -> Bool {
        let passed = Double((now - bucket.at) / .milliseconds(1)) / 1000
        bucket = Bucket(tokens: min(rate.burst, bucket.tokens + passed * rate.perSecond), at: now)
        guard bucket.tokens >= 1 else { return false }
        bucket.tokens -= 1
        return true
    }

    /// After the platform has answered, or was kept from it.
    func after(_ call: LabCall, _ world: Platform.World) {
        noteWaits(call)
        if call.hadEffect, call.response.isSuccess, case .write = platform.kind(of: call.call.request) {
            checkLock(call.call, world)
            state.withLock { $0.writes += 1 }
        }
        state.withLock { state in
            for promise in platform.brokenPromises(after: call, in: world, &state.memory) {
                Self.note(promise, in: &state)
            }
            let version = platform.version(of: world)
            guard version == nil || version != state.seenVersion else { return }
            state.seenVersion = version
            let traffic = platform.traffic(in: world)
            if traffic.failed > 0.000_1 {
                Self.note("\(Int(traffic.failed * 100))% of production requests fail", in: &state)
            }
            if traffic.shares.isEmpty { Self.note("nobody serves production", in: &state) }
        }
    }

    /// A failure that says that nothing was done allows the same write again.
    func forget(_ request: Request) {
        guard case .write(let object, _) = platform.kind(of: request) else { return }
        state.withLock { $0.unread[object] = nil }
    }

    private func noteWaits(_ call: LabCall) {
        guard !call.response.isSuccess, let text = call.response.headers[.retryAfter], let seconds = Int(text) else {
            return
        }
        let name = platform.name(of: call.call.request)
        state.withLock { $0.notBefore[name] = call.call.time + .seconds(seconds) }
    }

    private func checkLock(_ call: SimulatedCall, _ world: Platform.World) {
        let name = platform.name(of: call.request)
        guard let lock = platform.lock(in: world) else { return report("\(name) was written without a lock") }
        if let stolenAt = state.withLock({ $0.stolenAt }) {
            if call.index > stolenAt { report("\(name) was written after the lock was lost") }
            return
        }
        if lock.holder != holder { report("\(name) was written without the lock") }
        if let until = lock.until, call.time > until { report("\(name) was written after the lock had run out") }
    }
}

extension Request {
    /// The body, where it is bytes in memory.
    var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }
}
