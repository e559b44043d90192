import Slipway

/// A platform of one value.
struct ShelfPlatform: Platform {
    var section: PlatformSection {
        PlatformSection("shelf") { reader, _ in _ = reader.string("place", required: true) }
    }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        Connection(
            provider: ShelfProvider(target: target.name),
            summary: ["shelf \(target.section["place"]?.scalar?.text ?? "")"]
        )
    }
}

struct ShelfProvider: Provider {
    let target: String

    func observe() async throws(ProviderFailure) -> Observation {
        Observation(
            target: target,
            live: Release(version: "1.0.0", artifact: .image(reference: "shop:1.0.0")),
            replicas: 1,
            capabilities: Capabilities([.rolling: .exact]),
            fingerprint: "1.0.0"
        )
    }

    func advance(_ call: Call) async throws(ProviderFailure) -> Progress { .done(status: Status(ready: 1, wanted: 1)) }
    func outline(_ action: Action, in context: PlanContext) -> [String] { ["PUT it on the shelf"] }
}
