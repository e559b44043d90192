import Foundation

/// The `openssl` tool in a folder of its own.
struct OpenSSLTool {
    private let folder: URL

    /// Runs `body` with an empty folder, which is removed afterwards.
    static func inFolder<Result>(_ body: (OpenSSLTool) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(OpenSSLTool(folder: folder))
    }

    /// Runs one command; false, after saying so, when the tool is missing or fails.
    func run(_ command: [String], _ program: String = "openssl") throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + command
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: folder.appending(path: name)) }

    /// Runs `commands` and gives `files`; nil, after saying so, where the tool is missing.
    static func generated(_ commands: [[String]], _ files: [String]) throws -> [[UInt8]]? {
        try inFolder { tool in
            for command in commands {
                guard try tool.run(command) else {
                    print(
                        "skipped: the openssl tool is not there or cannot run `openssl \(command.joined(separator: " "))`"
                    )
                    return nil
                }
            }
            return try files.map(tool.read)
        }
    }

    /// A certificate of an RSA key, and the key.
    static func rsaCertificate(_ name: String = "client") throws -> (certificate: [UInt8], key: [UInt8])? {
        let command = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=\(name)", "-keyout",
            "key.pem",
            "-out", "cert.pem",
        ]
        return try generated([command], ["cert.pem", "key.pem"]).map { ($0[0], $0[1]) }
    }
}
