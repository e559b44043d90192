public import SlipwayBase
public import SlipwayConfig
public import SlipwayModel

/// A kind of place that releases go to: reads its own section of a config and connects to what it names.
///
/// Write your own, hand it to a `Toolkit`, and configs may name it by its key; its provider is done when it passes
/// `SlipwayConformance`.
public protocol Platform: Sendable {
    /// Its key in configs, and how its section is checked.
    var section: PlatformSection { get }

    /// Connects to `target`; touches nothing.
    ///
    /// Throws one sentence when credentials or addresses are missing or unusable.
    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection
}

/// Everything of the world that a platform may use, as values: nothing reaches the world past it.
public struct Surroundings: Sendable {
    /// The clock of this target.
    public var time: any TimeSource
    /// Chance.
    public var random: any RandomSource
    /// A variable of the environment; nil when it is not set.
    public var environment: @Sendable (String) -> String?
    /// The bytes of a file, at most so many.
    public var readFile: @Sendable (_ path: String, _ bytesMax: Int) throws(InputFailure) -> [UInt8]
    /// Opens a file of any size to be read in pieces.
    public var openFile: @Sendable (_ path: String) throws(InputFailure) -> any FileReader

    /// Makes surroundings.
    public init(
        time: any TimeSource,
        random: any RandomSource,
        environment: @escaping @Sendable (String) -> String?,
        readFile: @escaping @Sendable (_ path: String, _ bytesMax: Int) throws(InputFailure) -> [UInt8],
        openFile: @escaping @Sendable (_ path: String) throws(InputFailure) -> any FileReader
    ) {
        (self.time, self.random) = (time, random)
        (self.environment, self.readFile, self.openFile) = (environment, readFile, openFile)
    }
}

/// A target that can be worked on.
public struct Connection: Sendable {
    /// Looks at it and brings it forward.
    public var provider: any Provider
    /// Excludes other machines; nil where the platform has nothing for it.
    public var lock: (any TargetLock)?
    /// Lines for people: which cluster, user and namespace will be touched.
    public var summary: [String]
    /// What to know before going on.
    public var warnings: [String]
    /// The release as it will be planned: a bundle is read, checked and given its digest. Called before a plan is
    /// made and never afterwards, so that a run can be carried on or taken back without the file.
    public var pin: @Sendable (Release) throws(InputFailure) -> PinnedRelease

    /// Makes a connection.
    public init(
        provider: any Provider,
        lock: (any TargetLock)? = nil,
        summary: [String] = [],
        warnings: [String] = [],
        pin: @escaping @Sendable (Release) throws(InputFailure) -> PinnedRelease = { PinnedRelease($0) }
    ) {
        (self.provider, self.lock, self.summary, self.warnings) = (provider, lock, summary, warnings)
        self.pin = pin
    }
}

/// A release whose artifact is what it was when it was looked at.
public struct PinnedRelease: Hashable, Sendable {
    /// The release.
    public var release: Release
    /// What to know of its artifact before going on.
    public var warnings: [String]

    /// Makes a pinned release.
    public init(_ release: Release, warnings: [String] = []) { (self.release, self.warnings) = (release, warnings) }
}
