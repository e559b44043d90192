import Foundation
import Testing

@testable import SlipwayCLI

/// The program as its own process: signals, and what is left behind.
@Suite struct ProcessTests {
    /// The program that was built beside these tests.
    private static var program: URL? {
        let folders = [Bundle.main.executableURL, CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }]
        for folder in folders.compactMap({ $0?.deletingLastPathComponent() }) {
            let program = folder.appending(path: "slipway")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        return nil
    }

    /// Starts a slow rehearsal, waits for its first lines, and sends it `signals`, a little apart.
    private func interrupted(by signals: [Int32]) async throws -> (status: Int32, out: String, err: String)? {
        guard let program = Self.program else {
            print("skipped: the slipway program is not beside the tests")
            return nil
        }
        let shell = Shell()
        let process = Process()
        process.executableURL = program
        process.arguments = [
            "deploy", "--offline", "--pace", "5", "--target", "seoul", "-f",
            shell.file("slipway.yaml", Configs.kubernetes),
        ]
        let (out, err) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (out, err)
        try process.run()
        var text = ""
        while !text.contains("Wait 5m"), process.isRunning {
            let piece = out.fileHandleForReading.availableData
            guard !piece.isEmpty else { break }
            text += String(decoding: piece, as: UTF8.self)
        }
        for signal in signals {
            kill(process.processIdentifier, signal)
            try await Task.sleep(for: .milliseconds(20))
        }
        text += String(decoding: try out.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let errors = String(decoding: try err.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, errors)
    }

    @Test(
        "given a release under way, when one signal comes, then it stops in order, exits with 130 and says how to go on",
        .timeLimit(.minutes(1)),
        arguments: [SIGINT, SIGTERM, SIGHUP]
    )
    func once(_ signal: Int32) async throws {
        guard let result = try await interrupted(by: [signal]) else { return }
        #expect(result.status == 130)
        #expect(result.err.contains("stopping after the call under way; once more ends at once"))
        #expect(result.out.contains("seoul   seoul-1  interrupted  "))
    }

    @Test("given a release under way, when it is told to quit, then it exits with 130 at once", .timeLimit(.minutes(1)))
    func quit() async throws {
        guard let result = try await interrupted(by: [SIGQUIT]) else { return }
        #expect(result.status == 130)
        #expect(!result.out.contains("VERDICT"))
    }
}
