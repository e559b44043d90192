import Foundation
import SlipwayHTTP

/// The tests' `server.py` as a child process: it starts nginx where that is installed, and ends with its input.
struct BenchServer {
    private struct Greeting: Decodable {
        var folder: String
        var ports: [String: Int]
        var missing: String?
    }

    private let process = Process()
    private let input = Pipe()
    private let greeting: Greeting

    /// Starts `script` and waits until it listens.
    init(script: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script]
        let output = Pipe()
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchFailure("\(script) ended before it said where it listens") }
            line += more
        }
        greeting = try JSONDecoder().decode(Greeting.self, from: line)
    }

    /// Where nginx speaks HTTP/2; throws the reason when it does not.
    func origin() throws -> Origin {
        guard let port = greeting.ports["h2"] else {
            throw BenchFailure(greeting.missing ?? "there is no HTTP/2 server")
        }
        return Origin(scheme: "https", host: "localhost", port: port)
    }

    /// The PEM file of the authority to trust.
    var authorityFile: String { greeting.folder + "/ca.pem" }

    /// The PEM certificate for `localhost`.
    var certificateFile: String { greeting.folder + "/server.pem" }

    /// Its PEM key.
    var keyFile: String { greeting.folder + "/server.key" }

    /// Trusts the server.
    func trust() throws -> TLSSettings {
        TLSSettings(authorities: [UInt8](try Data(contentsOf: URL(fileURLWithPath: authorityFile))))
    }

    /// Ends the server and nginx.
    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
