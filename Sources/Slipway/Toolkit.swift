public import SlipwayBase
public import SlipwayConfig
public import SlipwayEngine

/// Loads configs, plans releases and carries them out: everything the command line does, for embedding programs.
///
///     let toolkit = try Toolkit.offline()
///     let config = try toolkit.load("slipway.yaml")
///     for target in config.targets {
///         let proposal = try await toolkit.plan(target, of: config)
///         let verdict = try await toolkit.deploy(proposal) { print($0) }
///     }
public struct Toolkit: Sendable {
    /// How often and how the engine drives runs.
    public var settings = Engine.Settings()
    let world: World
    let platforms: [any Platform]

    /// Makes a toolkit from a world and the platforms that configs may name; `live` and `offline` are the usual ways.
    public init(_ world: World, platforms: [any Platform]) { (self.world, self.platforms) = (world, platforms) }

    /// This toolkit with one more platform, in place of one with the same key.
    public func adding(_ platform: any Platform) -> Toolkit {
        var kept = platforms.filter { $0.section.key != platform.section.key }
        kept.append(platform)
        var toolkit = Toolkit(world, platforms: kept)
        toolkit.settings = settings
        return toolkit
    }

    /// Reads the config file at `path`, with `overrides` such as `release.version=2.5.0` in place of what it says.
    ///
    /// Throws everything that is wrong with it at once.
    public func load(_ path: String, overrides: [String] = []) throws(InputFailure) -> Configuration {
        let bytes = try world.readFile(path, Limits.configBytesMax)
        return try Configuration.load(
            bytes: bytes,
            file: path,
            environment: world.environment,
            overrides: overrides,
            platforms: platforms.map(\.section)
        )
    }

    /// The names that approximations are accepted by, of every platform.
    public var approximations: Set<String> { platforms.reduce(into: []) { $0.formUnion($1.section.approximations) } }

    /// The bytes of the file at `path`, at most so many.
    public func read(_ path: String, bytesMax: Int) throws(InputFailure) -> [UInt8] {
        try world.readFile(path, bytesMax)
    }

    /// The journal that runs are kept in; opened, and made when it is missing, at the first call.
    public func journal() throws(JournalFailure) -> any RunCatalog { try world.journal.value() }

    /// The journal, or an empty one when no run was ever kept: for looking only, nothing is made.
    public func existingJournal() throws(JournalFailure) -> any RunCatalog {
        guard let path = world.journal.path, !DiskFiles.exists(path) else { return try journal() }
        return MemoryJournal()
    }

    /// The wall clock, or the virtual one of `target` in a rehearsal.
    public func time(of target: String) -> any TimeSource { world.time(target) }

    /// Connects to `target`; touches nothing.
    public func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration
    ) async throws(InputFailure) -> Session {
        guard let platform = platforms.first(where: { $0.section.key == target.platform }) else {
            throw InputFailure("\(target.name): no platform is called \(target.platform) here.")
        }
        let time = world.time(target.name)
        let surroundings = Surroundings(
            time: time,
            random: world.random,
            environment: world.environment,
            readFile: world.readFile,
            openFile: world.openFile
        )
        let connection = try await platform.connect(target, of: configuration, in: surroundings)
        return Session(target: target, application: configuration.application, connection: connection, time: time)
    }
}

/// A connected target.
public struct Session: Sendable {
    /// The target as the config has it.
    public var target: TargetConfiguration
    /// The application's name.
    public var application: String
    /// The connection.
    public var connection: Connection
    /// The target's clock.
    public var time: any TimeSource

    /// Makes a session.
    public init(target: TargetConfiguration, application: String, connection: Connection, time: any TimeSource) {
        (self.target, self.application) = (target, application)
        (self.connection, self.time) = (connection, time)
    }
}
