import Slipway

/// A platform of one number a target, for tests: what is live, and the candidate's share. It outlives command lines.
final class ToyPlatform: Platform {
    struct World: Hashable {
        var live = "1.0.0"
        var candidate: String?
        var share = 0
        var isSettled = true
    }

    private let worlds = Locked<[String: World]>([:])
    /// Fails a call when it gives a failure.
    let trouble: @Sendable (Call) -> ProviderFailure?
    let fidelity: Fidelity
    /// Who holds the lock of every target from elsewhere.
    let holder = Locked<String?>(nil)

    init(fidelity: Fidelity = .exact, trouble: @escaping @Sendable (Call) -> ProviderFailure? = { _ in nil }) {
        (self.fidelity, self.trouble) = (fidelity, trouble)
    }

    var section: PlatformSection { PlatformSection("toy", approximations: ["nearly"]) { _, _ in } }

    func world(_ target: String = "seoul") -> World { worlds.withLock { $0[target] ?? World() } }
    func change(_ target: String = "seoul", _ body: (inout World) -> Void) {
        worlds.withLock { body(&$0[target, default: World()]) }
    }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        Connection(
            provider: ToyProvider(platform: self, target: target.name),
            lock: ToyLock(platform: self),
            summary: ["toy cluster", "user tester"]
        )
    }
}

struct ToyProvider: Provider {
    let platform: ToyPlatform
    let target: String

    func observe() async throws(ProviderFailure) -> Observation {
        let world = platform.world(target)
        var capabilities = Capabilities([.rolling: .exact, .candidateScale: .exact])
        capabilities[.weights] = platform.fidelity
        return Observation(
            target: target,
            live: Release(version: world.live, artifact: .image(reference: "shop:\(world.live)")),
            replicas: 4,
            isSettled: world.isSettled,
            capabilities: capabilities,
            fingerprint: "\(world.live)/\(world.candidate ?? "-")/\(world.share)"
        )
    }

    func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        if let failure = platform.trouble(call) { throw failure }
        platform.change(target) { world in
            switch call.action {
            case .staged(let release, _): if release.version != world.live { world.candidate = release.version }
            case .routed(let percent, _): world.share = percent
            case .replacedInPlace(let release, _), .replacedAfterTrial(let release, _), .live(let release):
                world.live = release.version
            case .retired, .unstaged: world.candidate = nil
            case .ramped, .matched: break
            }
        }
        return .done(status: Status(ready: 4, wanted: 4, weight: platform.world(target).share))
    }

    func outline(_ action: Action, in context: PlanContext) -> [String] { ["toy"] }
}

/// A lock that is free unless the platform says that somebody holds it.
struct ToyLock: TargetLock {
    let platform: ToyPlatform

    func probe() async throws(LockFailure) {
        if let holder = platform.holder.withLock({ $0 }) { throw LockFailure(.held, "\(holder) holds the lock.") }
    }

    func acquire(holder: String) async throws(LockFailure) -> Int64 {
        try await probe()
        return 1
    }

    func confirm(holder: String, fence: Int64) async throws(LockFailure) -> Timestamp { Timestamp(milliseconds: .max) }
    func release(holder: String, fence: Int64) async {}
}
