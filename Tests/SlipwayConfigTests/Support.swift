import SlipwayBase
import SlipwayConfig
import SlipwayModel

/// The keys of the kubernetes section, checked loosely: their own reader belongs to the provider.
let kubernetes = PlatformSection("kubernetes", approximations: ["replicaRatio"]) { section, _ in
    for key in ["context", "kubeconfig", "namespace", "container", "deployment", "blue", "green", "stable", "canary"] {
        _ = section.string(key)
    }
    for key in ["service", "blueService", "greenService", "previewService", "stableService", "canaryService"] {
        _ = section.string(key)
    }
    _ = section.bool("insecureSkipTLSVerify")
    for (key, others) in ["httpRoute": ["rule"], "ingress": [], "virtualService": ["route"]] {
        guard let route = section.mapping(key) else { continue }
        _ = route.string("name", required: true)
        for other in others { _ = route.string(other) }
        route.finish()
    }
    guard let lock = section.mapping("lock") else { return }
    _ = lock.duration("duration")
    lock.finish()
}

/// The elasticBeanstalk section with whatever it holds.
let beanstalk = PlatformSection(
    "elasticBeanstalk",
    artifacts: [.object, .bundle],
    approximations: ["dnsWeights"]
) { section, _ in for entry in section.node.entries ?? [] { section.know(entry.key) } }

/// The sections of Azure with whatever they hold.
let azure = [("appService", [Artifact.Kind.image, .bundle]), ("aks", [.image])].map { name, artifacts in
    PlatformSection(
        name,
        artifacts: artifacts,
        approximations: ["frontDoorWeights", "trafficManagerWeights", "inPlaceRestart"]
    ) { section, _ in for entry in section.node.entries ?? [] { section.know(entry.key) } }
}

/// A second platform, for sections that exclude each other.
let moon = PlatformSection("moon") { section, _ in _ = section.string("crater") }

/// Loads a config with the platforms of these tests.
func load(
    _ text: String,
    environment: [String: String] = [:],
    set overrides: [String] = [],
    platforms: [PlatformSection] = [kubernetes, beanstalk, moon]
) throws(InputFailure) -> Configuration {
    try Configuration.load(
        text: text,
        file: "slipway.yaml",
        environment: { environment[$0] },
        overrides: overrides,
        platforms: platforms
    )
}

/// What a config is refused with, one line a diagnostic.
func refusal(_ text: String, set overrides: [String] = []) -> String {
    do throws(InputFailure) {
        return "accepted with \(try load(text, set: overrides).targets.count) targets"
    } catch { return error.description }
}

/// A good config with `strategy` for all and `targets` as given.
func config(
    strategy: String = "{ rolling: {} }",
    targets: String = "[{ name: a, kubernetes: {} }]",
    release: String = "{ version: 1, image: i }"
) -> String {
    """
    apiVersion: slipway/v1
    application: shop
    release: \(release)
    strategy: \(strategy)
    targets: \(targets)
    """
}
