import Foundation
import SlipwayHTTP

/// The tests' moto, an imitation of AWS in Python, as a child process; it ends with its input.
struct MotoProcess {
    /// Where it listens.
    let origin: Origin
    private let process = Process()
    private let input = Pipe()

    /// Starts `script` and waits until it listens; throws the reason when moto is not installed.
    init(script: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["SLIPWAY_MOTO_PYTHON"] ?? "python3", script]
        let output = Pipe()
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            line += more
        }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.first == "port", words.count == 2, let port = Int(words[1]) else {
            process.waitUntilExit()
            throw BenchFailure("moto is not installed")
        }
        origin = Origin(scheme: "http", host: "127.0.0.1", port: port)
    }

    /// Ends the server and waits for that.
    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
