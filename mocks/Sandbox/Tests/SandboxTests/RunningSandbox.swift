import Foundation
import SlipwayBase
import Testing

/// A sandbox of its own for one test: a process, a folder, ports that were free.
final class RunningSandbox: Sendable {
    let folder: String
    private let process: Locked<Process?>

    /// Starts the program with this seed; nil takes the example that `init` writes.
    init(seed: String? = nil, _ arguments: String...) async throws {
        folder = NSTemporaryDirectory() + "slipway-sandbox-\(UInt64.random(in: 0 ... .max))"
        process = Locked(nil)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if let seed { try seed.write(toFile: folder + "/seed.yaml", atomically: true, encoding: .utf8) }
        let made = await Shell.run("\(Self.program) init --dir \(folder)")
        try #require(made.isSuccess, "\(made)")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments =
            [
                "serve", "--dir", folder, "--port", "0", "--plain-port", "0", "--azure-port", "0",
                "--tunnel-port", "0", "--applications-port", "0",
            ] + arguments
        process.standardInput = FileHandle.nullDevice
        _ = FileManager.default.createFile(atPath: folder + "/output", contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: folder + "/output")
        process.standardError = FileHandle(forWritingAtPath: folder + "/output")
        try process.run()
        self.process.withLock { $0 = process }
        let ready = await Shell.run(
            "for i in $(seq 200); do grep -q '^ready' \(folder)/output && exit 0; sleep 0.05; done; cat \(folder)/output; exit 1"
        )
        try #require(ready.isSuccess, "\(ready)")
    }

    deinit {
        process.withLock { $0?.terminate() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The program, beside the bundle of these tests.
    static let program: String = {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.contains(".xctest") } ?? arguments[0]
        var folder = URL(fileURLWithPath: bundle)
        while folder.path.count > 1 {
            let candidate = folder.appendingPathComponent("slipway-sandbox").path
            if FileManager.default.isExecutableFile(atPath: candidate), !candidate.hasSuffix("/state/slipway-sandbox") {
                return candidate
            }
            folder.deleteLastPathComponent()
        }
        return "slipway-sandbox"
    }()

    var processID: Int32 { process.withLock { $0?.processIdentifier ?? 0 } }

    /// Runs a script in a shell that is pointed at this sandbox, with short names for its APIs.
    func shell(_ script: String, secondsMax: Int = 120) async -> Outcome {
        let preamble = """
            . \(folder)/env
            api() { curl -sS --max-time 60 --cacert "$SLIPWAY_SANDBOX_CA" "$@"; }
            admin() { api -H "Authorization: Bearer $SLIPWAY_SANDBOX_TOKEN" -X "$1" "$SLIPWAY_SANDBOX_URL/_sandbox$2" "${@:3}"; }
            cluster() { api -H "Authorization: Bearer $(cat \(folder)/kubernetes-token)" "$SLIPWAY_SANDBOX_URL/_k8s/main$1" "${@:2}"; }
            app() { curl -sS --max-time 60 -H "Host: $1" "$SLIPWAY_SANDBOX_APPLICATIONS/"; }
            SANDBOX=\(folder)
            """
        return await Shell.run(script, after: preamble, secondsMax: secondsMax)
    }

    /// Plants a fault.
    func plant(_ fault: String) async throws {
        let planted = await shell("admin POST /faults -f -d '\(fault)'")
        try #require(planted.isSuccess, "\(planted)")
    }
}
