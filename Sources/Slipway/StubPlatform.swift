// TEMPORARY until the simulation lands
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayModel

struct StubPlatform: Platform {
    var section: PlatformSection {
        PlatformSection("kubernetes", approximations: ["replicaRatio"]) { reader, _ in
            for key in ["context", "namespace", "stable", "canary", "deployment", "blue", "green", "service", "httpRoute"] {
                reader.know(key)
            }
        }
    }

    func connect(
        _ target: TargetConfiguration, of configuration: Configuration, in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        Connection(
            provider: StubProvider(target: target.name, time: surroundings.time),
            summary: ["cluster stub", "user nobody", "namespace shop"])
    }
}

final class StubProvider: Provider {
    let target: String
    let time: any TimeSource
    let polls = Locked<[String: Int]>([:])
    init(target: String, time: any TimeSource) { (self.target, self.time) = (target, time) }

    func observe() async throws(ProviderFailure) -> Observation {
        Observation(
            target: target, live: Release(version: "2.4.0", artifact: .image(reference: "shop:2.4.0")), replicas: 4,
            capabilities: Capabilities(Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, .exact) })),
            fingerprint: "5f3ac001", summary: ["shop-stable 2.4.0 4/4"])
    }

    func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        let count = polls.withLock { polls in
            polls[call.key, default: 0] += 1
            return polls[call.key] ?? 0
        }
        switch call.action {
        case .staged(let release, let scale):
            let wanted = scale.replicas(stable: 4)
            if release.version.hasSuffix("bad"), count > 2 {
                throw ProviderFailure(.unhealthy, "shop-canary-abc: ImagePullBackOff: no such image")
            }
            if count < wanted + 1 {
                return .running(token: nil, pollAfter: .seconds(4), status: Status(ready: count - 1, wanted: wanted, note: "waiting for pods"))
            }
            return .done(status: Status(ready: wanted, wanted: wanted))
        case .routed(let percent, _): return .done(status: Status(weight: percent))
        case .replacedInPlace:
            if count < 5 {
                return .running(token: nil, pollAfter: .seconds(6), status: Status(ready: count - 1, wanted: 4))
            }
            return .done(status: Status(ready: 4, wanted: 4))
        default: return .done(status: Status())
        }
    }

    func outline(_ action: Action, in context: PlanContext) -> [String] { ["PATCH /apis/apps/v1/namespaces/shop/deployments/shop"] }
}
