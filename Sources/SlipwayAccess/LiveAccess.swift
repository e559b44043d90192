public import SlipwayBase
import Subprocess

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension AccessEnvironment {
    /// This machine: its files, its environment and its programs.
    public static func live(time: any TimeSource) -> AccessEnvironment {
        AccessEnvironment(
            readFile: { (path, max) throws(FileFailure) in try LiveAccess.contents(path, max) },
            variable: { name in getenv(name).map { String(cString: $0) } },
            run: { (plugin) async throws(PluginFailure) in try await LiveAccess.run(plugin, time) },
            time: time
        )
    }
}

private enum LiveAccess {
    static func contents(_ path: String, _ max: Int) throws(AccessEnvironment.FileFailure) -> AccessEnvironment.File {
        // Not blocking, so that a pipe that nobody writes to does not hang the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENOENT ? .missing : failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("it is not a regular file") }
        var bytes: [UInt8] = []
        while bytes.count <= max {
            var failed = false
            let wanted = min(max + 1 - bytes.count, 64 << 10)
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                var result = read(descriptor, buffer.baseAddress, wanted)
                while result < 0, errno == EINTR { result = read(descriptor, buffer.baseAddress, wanted) }
                (count, failed) = (Swift.max(result, 0), result < 0)
            }
            if failed { throw failure() }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        guard bytes.count <= max else { throw .tooLarge }
        return AccessEnvironment.File(bytes, isReadableByOthers: status.st_mode & (S_IRGRP | S_IROTH) != 0)
    }

    private static func failure() -> AccessEnvironment.FileFailure {
        .unreadable(String(cString: strerror(errno)).lowercased())
    }

    private enum Outcome: Sendable {
        case finished(AccessEnvironment.PluginResult)
        case failed(AccessEnvironment.PluginFailure)
        case timedOut
    }

    static func run(
        _ plugin: AccessEnvironment.Plugin,
        _ time: any TimeSource
    ) async throws(AccessEnvironment.PluginFailure) -> AccessEnvironment.PluginResult {
        // A path is checked first, because the spawn failure does not say in words what was missing.
        if plugin.command.contains("/"), access(plugin.command, X_OK) != 0 { throw .missing }
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await start(plugin) }
            group.addTask {
                try? await time.sleep(for: .seconds(Limits.pluginSecondsMax))
                return .timedOut
            }
            let first = await group.next() ?? .timedOut
            // Cancelling the plugin's task ends the whole process group.
            group.cancelAll()
            return first
        }
        guard !Task.isCancelled else { throw .cancelled }
        switch outcome {
        case .finished(let result): return result
        case .failed(let failure): throw failure
        case .timedOut: throw .timedOut
        }
    }

    private static func start(_ plugin: AccessEnvironment.Plugin) async -> Outcome {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        var additions: [Environment.Key: String?] = [:]
        for (name, value) in plugin.environment { additions[literal(name)] = value }
        let isPath = plugin.command.contains("/")
        do {
            let result = try await Subprocess.run(
                isPath ? .path(literal(plugin.command)) : .name(plugin.command),
                arguments: Arguments(plugin.arguments),
                environment: .inherit.updating(additions),
                platformOptions: options,
                output: .bytes(limit: Limits.pluginOutputBytesMax),
                error: .bytes(limit: Limits.pluginOutputBytesMax)
            )
            var code: Int?
            if case .exited(let value) = result.terminationStatus { code = Int(value) }
            return .finished(
                AccessEnvironment.PluginResult(
                    exitCode: code,
                    output: result.standardOutput,
                    errorOutput: result.standardError
                )
            )
        } catch let error as SubprocessError {
            switch error.code {
            case .executableNotFound: return .failed(.missing)
            case .outputLimitExceeded: return .failed(.tooMuchOutput)
            default: return .failed(.broken(error.description))
            }
        } catch {
            return .failed(.broken("it could not be started"))
        }
    }

    // The library's path and key types live in a module that is not ours to import; a literal makes them all the same.
    private static func literal<Value: ExpressibleByStringLiteral>(_ text: String) -> Value
    where Value.StringLiteralType == String { Value(stringLiteral: text) }
}
