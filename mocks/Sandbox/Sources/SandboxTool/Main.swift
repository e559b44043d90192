import ArgumentParser
import Foundation
import Sandbox
import SandboxServer
import SlipwayBase

/// The program.
@main struct SandboxTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slipway-sandbox",
        abstract: "Simulated clouds that official clients can drive: Kubernetes, AWS and Azure on this machine.",
        subcommands: [Initialise.self, Serve.self]
    )

    /// Runs; whatever is wrong with what was asked for ends it with status 2, as in `slipway`.
    static func main() async {
        do {
            var command = try parseAsRoot()
            guard var patient = command as? any AsyncParsableCommand else { return try command.run() }
            try await patient.run()
        } catch {
            guard !exitCode(for: error).isSuccess else { exit(withError: error) }
            let words = (error as? InputFailure)?.description ?? fullMessage(for: error)
            FileHandle.standardError.write(Data((words + "\n").utf8))
            exit(withError: ExitCode(2))
        }
    }
}

/// Where the sandbox keeps its things, and where it is reached.
struct PlaceOptions: ParsableArguments {
    @Option(help: "The sandbox's folder (default: ~/.local/state/slipway-sandbox).")
    var dir: String?

    @Option(help: "The port of the APIs over TLS; 0 takes any that is free.")
    var port = 4510

    @Option(help: "The port of the APIs in plain HTTP, for clients that know only public authorities, such as eb.")
    var plainPort = 4511

    @Flag(help: "Do not offer the APIs in plain HTTP.")
    var noPlain = false

    @Option(help: "The port of Azure over TLS.")
    var azurePort = 4512

    @Option(
        help:
            "The port of the tunnel, a proxy for HTTPS that leads to the platforms' own hosts as the sandbox has them."
    )
    var tunnelPort = 4513

    @Option(help: "The port of the applications.")
    var applicationsPort = 4580

    @Option(help: "A YAML file with what the clouds hold (default: seed.yaml of the folder).")
    var seed: String?

    var folder: SandboxFolder {
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"] ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state"
        let path = dir ?? state + "/slipway-sandbox"
        return SandboxFolder(path: URL(fileURLWithPath: path).standardizedFileURL.path)
    }

    var ports: ShellFiles.Ports {
        ShellFiles.Ports(
            api: port,
            plain: noPlain ? nil : plainPort,
            azure: azurePort,
            tunnel: tunnelPort,
            applications: applicationsPort
        )
    }

    /// The seed: the file that was named, the folder's own, or an empty one.
    func loadSeed() throws -> SandboxSeed {
        if let seed {
            guard let data = FileManager.default.contents(atPath: seed) else {
                throw InputFailure("the seed \(seed) cannot be read")
            }
            return try SandboxSeed.load(bytes: Array(data), file: seed)
        }
        guard let text = folder.read("seed.yaml") else { return SandboxSeed() }
        return try SandboxSeed.load(bytes: Array(text.utf8), file: folder.place("seed.yaml"))
    }
}

/// `slipway-sandbox init`
struct Initialise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write everything that a shell needs: an authority, a kubeconfig, an AWS profile, variables, a seed."
    )

    @OptionGroup var place: PlaceOptions

    func run() async throws {
        let folder = place.folder
        let (_, secrets) = try folder.identity(random: MachineRandom())
        if place.seed == nil, !folder.has("seed.yaml") { try folder.write(SandboxSeed.example, to: "seed.yaml") }
        let files = ShellFiles(folder, ports: place.ports, secrets: secrets, seed: try place.loadSeed())
        for name in try files.write() { print("wrote \(folder.place(name))") }
        print("Now run `slipway-sandbox serve`, and in another shell `. \(folder.place("env"))`.")
    }
}
