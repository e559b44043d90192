public import SlipwayBase
internal import SlipwayConfig

/// What a file says about the simulated world of a rehearsal; whatever it leaves out follows from the config.
///
///     live: { image: "registry.example.com/shop:2.3.0", version: "2.3.0" }
///     replicas: 6
///     readyAfter: 8s
///     failures: [{ image: "registry.example.com/shop:2.4.1", kind: failToPull, message: manifest unknown }]
///     targets: { seoul: { replicas: 10 } }
public struct WorldFile: Hashable, Sendable {
    /// What one target's cluster is like.
    public struct Cluster: Hashable, Sendable {
        /// The image that serves production; nil is one older than the release.
        public var liveImage: String?
        /// Its version, when the image's tag does not say it.
        public var liveVersion: String?
        /// Replicas that serve production.
        public var replicas: Int?
        /// How long pods take to become ready.
        public var readyAfter: Duration?
        /// Pods that do not do what they should, by image.
        public var failures: [Failure]

        /// A cluster of which nothing is said.
        public init() { failures = [] }

        /// This cluster with what `special` says in place of it; failures add up, the special ones first.
        func with(_ special: Cluster) -> Cluster {
            var result = self
            result.liveImage = special.liveImage ?? liveImage
            result.liveVersion = special.liveImage == nil ? special.liveVersion ?? liveVersion : special.liveVersion
            result.replicas = special.replicas ?? replicas
            result.readyAfter = special.readyAfter ?? readyAfter
            result.failures = special.failures + failures
            return result
        }
    }

    /// A planted failure.
    public struct Failure: Hashable, Sendable {
        /// Which images it is for.
        public var image: ImagePattern
        /// What becomes of their pods.
        public var behaviour: PodBehaviour

        /// Makes a failure.
        public init(image: ImagePattern, behaviour: PodBehaviour) { (self.image, self.behaviour) = (image, behaviour) }
    }

    /// What holds for every target.
    public var common: Cluster
    /// What is different for single targets, by name.
    public var targets: [String: Cluster]

    /// A world of which nothing is said.
    public init() { (common, targets) = (Cluster(), [:]) }

    /// The cluster of `target`.
    public func cluster(of target: String) -> Cluster { targets[target].map(common.with) ?? common }

    /// Reads the bytes of a world file; throws everything that is wrong with it at once.
    public static func load(bytes: [UInt8], file: String) throws(InputFailure) -> WorldFile {
        try ConfigReader.decode(try ConfigNode.parse(bytes: bytes, file: file)) { reader in
            var world = WorldFile()
            world.common = Cluster(reading: reader)
            for entry in reader.node("targets")?.entries ?? [] {
                let target = ConfigReader(entry.value, into: reader.findings)
                world.targets[entry.key] = Cluster(reading: target)
                target.finish()
            }
            return world
        }
    }
}

extension WorldFile.Cluster {
    init(reading reader: ConfigReader) {
        self.init()
        if let live = reader.mapping("live") {
            liveImage = live.string("image", required: true)
            liveVersion = live.string("version")
            live.finish()
        }
        replicas = reader.int("replicas", in: 1...Limits.replicasMax)
        readyAfter = reader.duration("readyAfter", in: .zero ... .seconds(86_400))
        failures = (reader.list("failures", max: 1000) ?? []).compactMap { element in
            let failure = ConfigReader(element, into: reader.findings)
            defer { failure.finish() }
            return WorldFile.Failure(reading: failure)
        }
    }
}

extension WorldFile.Failure {
    private enum Kind: String, CaseIterable {
        case failToPull
        case crash
        case hang
        case slow
    }

    init?(reading reader: ConfigReader) {
        let pattern: ImagePattern? =
            switch reader.oneOf(["image", "imageContains"], required: true)?.key {
            case "image": reader.string("image").map(ImagePattern.exactly)
            case "imageContains": reader.string("imageContains").map(ImagePattern.containing)
            default: nil
            }
        let behaviour: PodBehaviour? =
            switch reader.choice("kind", of: Kind.self, required: true) {
            case .failToPull: .failToPull(message: reader.string("message") ?? "manifest unknown")
            case .crash: .crash(exitCode: reader.int("exitCode", in: 1...255) ?? 1)
            case .hang: .hang
            case .slow:
                reader.duration("readyAfter", in: .zero ... .seconds(86_400), required: true)
                    .map(PodBehaviour.readyAfter)
            case nil: nil
            }
        guard let pattern, let behaviour else { return nil }
        self.init(image: pattern, behaviour: behaviour)
    }
}
