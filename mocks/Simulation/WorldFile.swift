public import SlipwayBase
internal import SlipwayConfig

/// What a file says about the simulated world of a rehearsal; whatever it leaves out follows from the config.
///
///     live: { image: "registry.example.com/shop:2.3.0", version: "2.3.0" }
///     replicas: 6
///     readyAfter: 8s
///     failures:
///       - { image: "registry.example.com/shop:2.4.1", kind: failToPull, message: manifest unknown }
///       - { version: "2.4.1", kind: unhealthy }
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
        /// Versions that do not do what they should, on platforms that know releases by their version.
        public var versionFailures: [VersionFailure]

        /// A cluster of which nothing is said.
        public init() { (failures, versionFailures) = ([], []) }

        /// This cluster with what `special` says in place of it; failures add up, the special ones first.
        func with(_ special: Cluster) -> Cluster {
            var result = self
            result.liveImage = special.liveImage ?? liveImage
            result.liveVersion = special.liveImage == nil ? special.liveVersion ?? liveVersion : special.liveVersion
            result.replicas = special.replicas ?? replicas
            result.readyAfter = special.readyAfter ?? readyAfter
            result.failures = special.failures + failures
            result.versionFailures = special.versionFailures + versionFailures
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

    /// A planted failure of a version.
    public struct VersionFailure: Hashable, Sendable {
        /// What becomes of it.
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// The platform refuses the bundle.
            case rejected
            /// It cannot be started anywhere.
            case crash
            /// Starting it never comes to an end.
            case hang
            /// It runs and never passes a health check.
            case unhealthy
        }

        /// The version.
        public var version: String
        /// What becomes of it.
        public var kind: Kind
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
        for element in reader.list("failures", max: 1000) ?? [] {
            let failure = ConfigReader(element, into: reader.findings)
            defer { failure.finish() }
            switch failure.oneOf(["image", "imageContains", "version"], required: true)?.key {
            case "version": WorldFile.VersionFailure(reading: failure).map { versionFailures.append($0) }
            case _?: WorldFile.Failure(reading: failure).map { failures.append($0) }
            case nil: break
            }
        }
    }
}

extension WorldFile.VersionFailure {
    init?(reading reader: ConfigReader) {
        let version = reader.string("version", required: true)
        let kind = reader.choice("kind", of: Kind.self, required: true)
        guard let version, let kind else { return nil }
        self.init(version: version, kind: kind)
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
            reader.string("image").map(ImagePattern.exactly)
            ?? reader.string("imageContains").map(ImagePattern.containing)
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
