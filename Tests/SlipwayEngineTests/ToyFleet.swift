import SlipwayBase
import SlipwayModel

/// The smallest platform there is: two fleets, a share, and steps that take one poll each.
final class ToyFleet: Provider {
    struct World: Hashable {
        /// The version of the fleet that serves.
        var stable = Samples.old.version
        /// The version of the second fleet; nil when it is not there.
        var candidate: String?
        /// The second fleet's share.
        var share = 0
        var headers: [HeaderMatch] = []
    }

    private struct Contents {
        var world = World()
        var begun: Set<String> = []
        var calls: [Call] = []
    }

    /// What goes wrong with a call: asked with its number from 1, before the world is touched.
    typealias Trouble = @Sendable (_ number: Int, _ call: Call) -> ProviderFailure?

    private let contents = Locked(Contents())
    private let trouble: Trouble

    init(trouble: @escaping Trouble = { _, _ in nil }) { self.trouble = trouble }

    var world: World { contents.withLock { $0.world } }
    var calls: [Call] { contents.withLock { $0.calls } }

    func change(_ body: (inout World) -> Void) { contents.withLock { body(&$0.world) } }

    func observe() async throws(ProviderFailure) -> Observation {
        let world = world
        return Samples.observation(
            fingerprint: world == World() ? "as-it-was" : "moved",
            live: world.stable == Samples.old.version ? Samples.old : Samples.new
        )
    }

    func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        let number = contents.withLock { contents in
            contents.calls.append(call)
            return contents.calls.count
        }
        if let failure = trouble(number, call) { throw failure }
        return contents.withLock { contents in
            guard call.token != nil || contents.begun.contains(call.key) else {
                contents.begun.insert(call.key)
                return .running(
                    token: Token(["at": .string(call.key)]),
                    pollAfter: .seconds(5),
                    status: Status(ready: 0, wanted: 4)
                )
            }
            Self.bringAbout(call.action, &contents.world)
            return .done(status: Status(ready: 4, wanted: 4, weight: contents.world.share))
        }
    }

    private static func bringAbout(_ action: Action, _ world: inout World) {
        switch action {
        case .staged(let release, _): if release.version != world.stable { world.candidate = release.version }
        case .routed(let percent, _): world.share = percent
        case .ramped(let ramp, _): world.share = ramp.last
        case .matched(let headers, _): world.headers = headers
        case .live(let release):
            guard world.stable != release.version else { return }
            (world.stable, world.candidate) = (release.version, world.stable)
        case .replacedInPlace(let release, _), .replacedAfterTrial(let release, _): world.stable = release.version
        case .retired: world.candidate = nil
        case .unstaged: world.candidate = nil
        }
    }

    func outline(_ action: Action, in context: PlanContext) -> [String] { ["toy"] }
}

/// A lock whose holder and token the test can change behind the run's back.
final class ToyLock: TargetLock {
    struct Contents {
        var holder: String?
        var token: Int64 = 0
        var confirmations = 0
        var failure: LockFailure?
    }

    let contents = Locked(Contents())

    func acquire(holder: String) async throws(LockFailure) -> Int64 {
        try contents.withLock { (contents) throws(LockFailure) in
            if let present = contents.holder, present != holder { throw LockFailure(.held, "\(present) holds it") }
            if contents.holder == nil { contents.token += 1 }
            contents.holder = holder
            return contents.token
        }
    }

    func confirm(holder: String, fence: Int64) async throws(LockFailure) -> Timestamp {
        try contents.withLock { (contents) throws(LockFailure) in
            contents.confirmations += 1
            if let failure = contents.failure { throw failure }
            guard contents.holder == holder, contents.token == fence else { throw LockFailure(.lost, "lost it") }
            return Timestamp(milliseconds: .max)
        }
    }

    func probe() async throws(LockFailure) {
        if let present = contents.withLock({ $0.holder }) { throw LockFailure(.held, "\(present) holds it") }
    }

    func release(holder: String, fence: Int64) async {
        contents.withLock { if $0.holder == holder, $0.token == fence { $0.holder = nil } }
    }
}
