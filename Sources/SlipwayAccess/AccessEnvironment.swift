public import SlipwayBase

/// Everything outside this program that access to a platform is made of: files, the environment, plugins and the time.
public struct AccessEnvironment: Sendable {
    /// The contents of a file that was read whole.
    public struct File: Hashable, Sendable {
        /// Its bytes.
        public var bytes: [UInt8]
        /// Whether its mode lets other users read it.
        public var isReadableByOthers: Bool

        /// Makes contents.
        public init(_ bytes: [UInt8], isReadableByOthers: Bool = false) {
            (self.bytes, self.isReadableByOthers) = (bytes, isReadableByOthers)
        }
    }

    /// Why a file was not read.
    public enum FileFailure: Error, Hashable, Sendable {
        /// It is not there.
        case missing
        /// It is longer than was asked for.
        case tooLarge
        /// Anything else, in a few words such as `permission denied`.
        case unreadable(String)
    }

    /// A plugin to start, without any shell.
    public struct Plugin: Hashable, Sendable {
        /// A path, or a name to be found in `PATH`.
        public var command: String
        /// Its arguments.
        public var arguments: [String]
        /// What is added to this program's environment.
        public var environment: [String: String]

        /// Makes a plugin.
        public init(command: String, arguments: [String] = [], environment: [String: String] = [:]) {
            (self.command, self.arguments, self.environment) = (command, arguments, environment)
        }
    }

    /// What a plugin did.
    public struct PluginResult: Hashable, Sendable {
        /// Its exit code; nil when a signal ended it.
        public var exitCode: Int?
        /// What it wrote to standard output.
        public var output: [UInt8]
        /// What it wrote to standard error.
        public var errorOutput: [UInt8]

        /// Makes a result.
        public init(exitCode: Int?, output: [UInt8], errorOutput: [UInt8] = []) {
            (self.exitCode, self.output, self.errorOutput) = (exitCode, output, errorOutput)
        }
    }

    /// Why a plugin gave no result.
    public enum PluginFailure: Error, Hashable, Sendable {
        /// The command does not exist or is not executable.
        case missing
        /// It took longer than it may and was ended with everything it had started.
        case timedOut
        /// It wrote more than it may.
        case tooMuchOutput
        /// This task was cancelled; the plugin was ended.
        case cancelled
        /// It could not be started, in a few words.
        case broken(String)
    }

    /// Reads at most so many bytes of a file.
    public var readFile: @Sendable (_ path: String, _ bytesMax: Int) throws(FileFailure) -> File
    /// The value of an environment variable.
    public var variable: @Sendable (_ name: String) -> String?
    /// Runs a plugin within the limits of `Limits`.
    public var run: @Sendable (_ plugin: Plugin) async throws(PluginFailure) -> PluginResult
    /// The time.
    public var time: any TimeSource

    /// Makes an environment.
    public init(
        readFile: @escaping @Sendable (String, Int) throws(FileFailure) -> File,
        variable: @escaping @Sendable (String) -> String?,
        run: @escaping @Sendable (Plugin) async throws(PluginFailure) -> PluginResult,
        time: any TimeSource
    ) {
        (self.readFile, self.variable, self.run, self.time) = (readFile, variable, run, time)
    }
}

extension AccessEnvironment {
    /// The value of a variable; an empty one counts as absent.
    public func filled(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }

    /// `path` with the home folder in the place of `~` at its beginning.
    public func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = filled("HOME") else { return path }
        return home + path.dropFirst()
    }
}

extension AccessEnvironment.FileFailure {
    /// What is wrong, to be put after the name of the file.
    public var words: String {
        switch self {
        case .missing: "is not there"
        case .tooLarge: "is larger than \(Limits.configBytesMax / 1024) KiB"
        case .unreadable(let reason): "cannot be read: \(reason.printable(max: 200))"
        }
    }
}
