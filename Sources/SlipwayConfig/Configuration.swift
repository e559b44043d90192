public import SlipwayBase
public import SlipwayModel

/// A Slipway config (`apiVersion: slipway/v1`) that was read and found right.
public struct Configuration: Sendable {
    /// The only `apiVersion` this program reads.
    public static let apiVersion = "slipway/v1"

    /// The application's name.
    public var application: String
    /// What is released, in every form that is given.
    public var release: ReleaseConfiguration
    /// Where it is released, at least one, each with a name of its own.
    public var targets: [TargetConfiguration]
    /// What to know although the config can be used.
    public var warnings: [Diagnostic]

    /// Makes a configuration; `load` is the usual way.
    public init(
        application: String,
        release: ReleaseConfiguration,
        targets: [TargetConfiguration],
        warnings: [Diagnostic] = []
    ) {
        (self.application, self.release) = (application, release)
        (self.targets, self.warnings) = (targets, warnings)
    }

    /// The target called `name`; throws one sentence with the nearest name when there is none.
    public func target(_ name: String) throws(InputFailure) -> TargetConfiguration {
        if let target = targets.first(where: { $0.name == name }) { return target }
        let names = targets.map(\.name)
        let hint =
            name.nearest(of: names).map { "did you mean \"\($0)\"?" } ?? "there are \(names.joined(separator: ", "))"
        throw InputFailure("no target is called \"\(name.printable(max: 80))\"; \(hint)")
    }
}

/// What is released: one version, in the forms that the targets' platforms take.
public struct ReleaseConfiguration: Hashable, Sendable {
    /// The version as people call it.
    public var version: String
    /// The forms, at most one of a kind.
    public var artifacts: [Artifact]

    /// Makes a release.
    public init(version: String, artifacts: [Artifact]) { (self.version, self.artifacts) = (version, artifacts) }

    /// The release in the first of `kinds` that is given; nil when none is.
    public func release(as kinds: [Artifact.Kind]) -> Release? {
        for kind in kinds {
            guard let artifact = artifacts.first(where: { $0.kind == kind }) else { continue }
            return Release(version: version, artifact: artifact)
        }
        return nil
    }
}

/// One target: a name, a platform with its own section, and how to release there.
public struct TargetConfiguration: Sendable {
    /// The name, `[a-z0-9-]{1,63}`.
    public var name: String
    /// The platform's key, such as `kubernetes`.
    public var platform: String
    /// The platform's own keys, for its provider to read.
    public var section: ConfigNode
    /// What is released there, in the form that the platform takes.
    public var release: Release
    /// The target's own strategy, or the one given for all.
    public var strategy: any Strategy
    /// The approximations that are welcome here, by name.
    public var accept: Set<String>

    /// Makes a target.
    public init(
        name: String,
        platform: String,
        section: ConfigNode,
        release: Release,
        strategy: any Strategy,
        accept: Set<String> = []
    ) {
        (self.name, self.platform, self.section, self.release) = (name, platform, section, release)
        (self.strategy, self.accept) = (strategy, accept)
    }
}

/// A platform that configs may name: its key, and how its section is checked while a config is loaded.
public struct PlatformSection: Sendable {
    /// Reads every key it knows and reports what is wrong; unknown keys are reported for it. The strategy is nil
    /// when it was refused itself.
    public typealias Check = @Sendable (_ section: ConfigReader, _ strategy: (any Strategy)?) -> Void

    /// The key, such as `kubernetes`.
    public var key: String
    /// The forms of a release that the platform takes, best first.
    public var artifacts: [Artifact.Kind]
    /// The one of them that a section asks for; nil where it asks for none.
    public var artifact: @Sendable (ConfigNode) -> Artifact.Kind?
    /// The names that `accept` may hold for this platform.
    public var approximations: Set<String>
    /// Checks a section.
    public var check: Check

    /// Makes a platform section.
    public init(
        _ key: String,
        artifacts: [Artifact.Kind] = [.image],
        artifact: @escaping @Sendable (ConfigNode) -> Artifact.Kind? = { _ in nil },
        approximations: Set<String> = [],
        check: @escaping Check
    ) {
        (self.key, self.artifacts, self.artifact) = (key, artifacts, artifact)
        (self.approximations, self.check) = (approximations, check)
    }
}

extension Configuration {
    /// Reads a config from text, with `overrides` (`release.version=2.5.0`) in place of what the text says.
    ///
    /// `${NAME}` in values is taken from `environment`. Throws everything that is wrong at once.
    public static func load(
        text: String,
        file: String,
        environment: (String) -> String?,
        overrides: [String] = [],
        platforms: [PlatformSection]
    ) throws(InputFailure) -> Configuration {
        try load(
            bytes: Array(text.utf8),
            file: file,
            environment: environment,
            overrides: overrides,
            platforms: platforms
        )
    }

    /// Reads a config from the bytes of a file; see `load(text:file:environment:overrides:platforms:)`.
    public static func load(
        bytes: [UInt8],
        file: String,
        environment: (String) -> String?,
        overrides: [String] = [],
        platforms: [PlatformSection]
    ) throws(InputFailure) -> Configuration {
        var node = try ConfigNode.parse(bytes: bytes, file: file)
        for override in overrides { try node.set(override) }
        return try decode(try node.interpolated(environment: environment), platforms: platforms)
    }

    /// Decodes a config from its node tree; `findings` learns every key that was asked for.
    public static func decode(
        _ node: ConfigNode,
        platforms: [PlatformSection],
        into findings: Findings = Findings()
    ) throws(InputFailure) -> Configuration {
        try ConfigReader.decode(node, into: findings) { ConfigurationDecoder(platforms: platforms).read($0) }
    }
}
