import Foundation
import SlipwayBase

/// What a script came to.
struct Outcome: Sendable, CustomStringConvertible {
    var status: Int32
    var output: String
    var errors: String

    var isSuccess: Bool { status == 0 }
    var description: String { "status \(status)\n\(output)\n\(errors)" }

    /// The output as JSON.
    var json: JSON { (try? JSON(parsing: Array(output.utf8))) ?? .null }
    /// The output without white space around it.
    var text: String { output.trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// Runs scripts of the shell.
enum Shell {
    /// Where `.ci/deps clients` puts the clients.
    private static let home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
    static let clients = home + "/.cache/slipway/clients/bin"
    private static let azureClient = home + "/.cache/slipway/az/bin"

    /// Runs `script` with bash, at most so long, with `preamble` before it.
    static func run(_ script: String, after preamble: String = "", secondsMax: Int = 120) async -> Outcome {
        let folder = NSTemporaryDirectory() + "slipway-shell-\(UInt64.random(in: 0 ... .max))"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = "export PATH=\"\(clients):\(azureClient):$PATH\"\ncd \(folder)\n\(preamble)\n\(script)\n"
        try? text.write(toFile: folder + "/script.sh", atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--kill-after=5", "\(secondsMax)", "bash", folder + "/script.sh"]
        let files = ["output", "errors"].map { folder + "/" + $0 }
        for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        let status = await withCheckedContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch {
                process.terminationHandler = nil
                continuation.resume(returning: 127)
            }
        }
        let texts = files.map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }
        return Outcome(status: status, output: texts[0], errors: texts[1])
    }

    /// Whether the clients' Python has a package.
    static func hasPython(_ package: String) -> Bool {
        let library = URL(fileURLWithPath: clients).deletingLastPathComponent().appendingPathComponent("lib").path
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
        return versions.contains { version in
            FileManager.default.fileExists(atPath: "\(library)/\(version)/site-packages/\(package)/__init__.py")
        }
    }

    /// Whether a program is there; `false` is said aloud by the test that is skipped.
    static func has(_ program: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = [clients, azureClient] + path.split(separator: ":").map(String.init)
        return folders.contains { FileManager.default.isExecutableFile(atPath: $0 + "/" + program) }
    }
}
