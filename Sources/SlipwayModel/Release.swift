/// What is released: a version, and the artifact that carries it.
public struct Release: Codable, Hashable, Sendable {
    /// The version as people call it, such as `2.4.1`.
    public var version: String
    /// What the platform runs.
    public var artifact: Artifact

    /// Makes a release.
    public init(version: String, artifact: Artifact) { (self.version, self.artifact) = (version, artifact) }

    /// Whether both are one release: the same artifact, or the same version where a platform knows one of them by its
    /// label only.
    public func isSame(as other: Release) -> Bool {
        if artifact == other.artifact { return true }
        switch (artifact, other.artifact) {
        case (.label, _), (_, .label): return version == other.version
        default: return false
        }
    }
}

/// What a platform runs.
public enum Artifact: Codable, Hashable, Sendable, CustomStringConvertible {
    /// A container image by its full reference.
    case image(reference: String)
    /// A file on this machine, such as a zip; its digest is nil until somebody has read it, and always given in plans.
    case bundle(path: String, sha256: String?)
    /// An object in a bucket.
    case object(bucket: String, key: String)
    /// What a platform keeps under a label of its own, whatever it was made from.
    case label(name: String)

    /// What an artifact is, apart from which one.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A container image.
        case image
        /// A file on this machine.
        case bundle
        /// An object in a bucket, `s3` in configs.
        case object = "s3"
        /// A label of the platform; never in configs.
        case label
    }

    /// What it is.
    public var kind: Kind {
        switch self {
        case .image: .image
        case .bundle: .bundle
        case .object: .object
        case .label: .label
        }
    }

    /// The reference as people know it.
    public var description: String {
        switch self {
        case .image(let reference): reference
        case .bundle(let path, _): path
        case .object(let bucket, let key): "s3://\(bucket)/\(key)"
        case .label(let name): name
        }
    }
}

/// A number of replicas, or a share of them in percent.
public enum Amount: Codable, Hashable, Sendable, CustomStringConvertible {
    /// So many replicas.
    case count(Int)
    /// Such a share, 0 to 100.
    case percent(Int)

    /// `2` or `25%`.
    public var description: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let percent): "\(percent)%"
        }
    }

    /// Whether it is nothing of whatever there is.
    public var isZero: Bool {
        switch self {
        case .count(let number), .percent(let number): number == 0
        }
    }

    /// The replicas this is of `total`; percentages are rounded up or down as asked.
    public func replicas(of total: Int, roundingUp: Bool) -> Int {
        switch self {
        case .count(let count): count
        case .percent(let percent): (total * percent + (roundingUp ? 99 : 0)) / 100
        }
    }
}

/// How many replicas a rolling update may add and take away at a time; nil leaves the platform's own setting alone.
public struct Batch: Codable, Hashable, Sendable {
    /// Replicas above the wanted number.
    public var maxSurge: Amount?
    /// Replicas below the wanted number.
    public var maxUnavailable: Amount?

    /// Makes a batch.
    public init(maxSurge: Amount? = nil, maxUnavailable: Amount? = nil) {
        (self.maxSurge, self.maxUnavailable) = (maxSurge, maxUnavailable)
    }
}

/// A share of production for a while, as a platform tries a release by itself.
public struct Trial: Codable, Hashable, Sendable {
    /// The new release's share of production requests, 1 to 100.
    public var percent: Int
    /// How long it has it before the platform decides.
    public var duration: Duration

    /// Makes a trial.
    public init(percent: Int, duration: Duration) { (self.percent, self.duration) = (percent, duration) }
}

/// A share of production that a platform raises by itself, by the same step after every interval.
public struct Ramp: Codable, Hashable, Sendable {
    /// The share it begins with, in percent.
    public var first: Int
    /// The share it ends with, in percent.
    public var last: Int
    /// How much it rises at a time, in percent; 0 where it begins with its last share.
    public var step: Int
    /// How long each share holds, the last one included.
    public var interval: Duration

    /// Makes a ramp.
    public init(first: Int, last: Int, step: Int, interval: Duration) {
        (self.first, self.last, self.step, self.interval) = (first, last, step, interval)
    }

    /// How long all of it takes.
    public var duration: Duration { interval * (step > 0 ? (last - first) / step + 1 : 1) }
}

/// How large the candidate fleet is.
public enum Scale: Codable, Hashable, Sendable {
    /// As large as the stable fleet.
    case full
    /// Such a share of the stable fleet, in percent, rounded up and at least one.
    case percent(Int)
    /// So many replicas.
    case replicas(Int)

    /// The replicas of a candidate beside a stable fleet of `stable` replicas.
    public func replicas(stable: Int) -> Int {
        switch self {
        case .full: stable
        case .percent(let percent): max(1, (stable * percent + 99) / 100)
        case .replicas(let count): count
        }
    }
}

/// A header that sends a request to the candidate whatever the weights say.
public struct HeaderMatch: Codable, Hashable, Sendable {
    /// How the value is compared.
    public enum Comparison: String, Codable, Hashable, Sendable, CaseIterable {
        /// The whole value, byte for byte.
        case exact
        /// The beginning of the value.
        case prefix
        /// A regular expression over the whole value.
        case regex
    }

    /// The header's name.
    public var name: String
    /// How the value is compared.
    public var comparison: Comparison
    /// What it is compared with.
    public var value: String

    /// Makes a match.
    public init(name: String, comparison: Comparison = .exact, value: String) {
        (self.name, self.comparison, self.value) = (name, comparison, value)
    }
}

/// What becomes of the old fleet once nothing reaches it.
public enum Disposal: String, Codable, Hashable, Sendable, CaseIterable {
    /// It keeps running.
    case keep
    /// It keeps its definition and has no replicas.
    case scaleDown
    /// It is deleted.
    case remove
}
