import Foundation

/// What the figures depend on.
enum Machine {
    /// Processors, load and build, in a line.
    static var facts: String {
        var load = [0.0, 0.0, 0.0]
        let isKnown = getloadavg(&load, 3) == 3
        let words = isKnown ? load.map { Row.text($0, 2) }.joined(separator: " ") : "unknown"
        return "\(ProcessInfo.processInfo.activeProcessorCount) processors, load at the start \(words), \(build) build"
    }

    #if DEBUG
    private static let build = "DEBUG"
    #else
    private static let build = "release"
    #endif

    /// The program `name` of this build, beside this one.
    static func sibling(_ name: String) -> String? {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let path = folder.appendingPathComponent(name).path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// A file of this run on the disk that the build is on.
    static func scratch(_ name: String) -> String {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return folder.appendingPathComponent("bench-\(ProcessInfo.processInfo.processIdentifier)-\(name)").path
    }

    /// Removes a journal and what SQLite keeps beside it.
    static func removeJournal(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    /// The program `name` on the PATH.
    static func program(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs `program` with `input` to its end and gives what it wrote.
    static func output(of program: String, _ arguments: [String], input: String = "") throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (stdin, stdout)
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let data = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchFailure("\(program) ended with status \(process.terminationStatus)")
        }
        return data
    }
}

/// Why something was not measured.
struct BenchFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
