import ArgumentParser
import Foundation
import Sandbox
import SandboxServer
import SlipwayBase

/// `slipway-sandbox serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the simulated clouds on 127.0.0.1 until interrupted."
    )

    @OptionGroup var place: PlaceOptions

    @Option(help: "How many times faster than real time the clouds go.")
    var speed = 1.0

    @Flag(help: "Let the clouds' time stand still but for `POST /_sandbox/time`.")
    var stepped = false

    @Option(help: "Where chance begins: the same number gives the same draws.")
    var random: UInt64?

    @Flag(help: "Do not write requests.log in the sandbox's folder.")
    var noLog = false

    @Option(help: "The largest request body that is read, in MiB.")
    var bodyMax = 64

    @Option(help: "How many seconds a connection may stay without finishing a request.")
    var idle: Int64 = 60

    func validate() throws {
        guard speed > 0, speed <= 10_000 else { throw ValidationError("--speed must be from just over 0 to 10000") }
        guard (1...1024).contains(bodyMax), idle > 0 else {
            throw ValidationError("--body-max must be from 1 to 1024, and --idle above 0")
        }
    }

    func run() async throws {
        raiseFileLimit()
        let folder = place.folder
        let (identity, secrets) = try folder.identity(random: MachineRandom())
        let seed = try place.loadSeed()
        let clock = SandboxClock(MachineTime(), pace: stepped ? .stepped : .scaled(speed))
        let sandbox = try Sandbox(
            seed,
            secrets: secrets,
            clock: clock,
            random: SeededRandom(seed: random ?? MachineRandom().next()),
            keepsLog: !noLog
        )
        var bounds = ServerBounds()
        (bounds.bodyBytesMax, bounds.idleSecondsMax) = (bodyMax << 20, idle)
        let server = Server(bounds: bounds)
        let ports = try await listen(server, sandbox, identity)
        let files = ShellFiles(folder, ports: ports, secrets: secrets, seed: seed)
        _ = try files.write()
        clock.whenPauseChanges(server.alarm(after: { clock.pause }) { sandbox.tick() })
        announce(files, ports, folder)
        await untilInterrupted(sandbox, folder)
        await server.stop()
    }

    private func listen(_ server: Server, _ sandbox: Sandbox, _ identity: Server.Identity) async throws
        -> ShellFiles.Ports
    {
        let api = try await server.listen("the APIs", port: place.port, .secure(identity), sandbox.api)
        var plain: Int?
        if let port = place.ports.plain {
            plain = try await server.listen("the APIs in plain HTTP", port: port, .plain, sandbox.api)
        }
        let azure = try await server.listen(
            Sandbox.azureListener,
            port: place.azurePort,
            .secure(identity),
            sandbox.api
        )
        let hosts = TunnelHosts(contains: sandbox.contains, identity: place.folder.identity)
        let tunnel = try await server.listen(
            Sandbox.tunnel,
            port: place.tunnelPort,
            .tunnel(hosts),
            sandbox.tunnelled
        )
        let applications = try await server.listen(
            "the applications",
            port: place.applicationsPort,
            .plain,
            sandbox.applications
        )
        return ShellFiles.Ports(api: api, plain: plain, azure: azure, tunnel: tunnel, applications: applications)
    }

    private func announce(_ files: ShellFiles, _ ports: ShellFiles.Ports, _ folder: SandboxFolder) {
        print("APIs:         \(files.endpoint)")
        if let plain = ports.plain { print("              http://localhost:\(plain)") }
        print("Azure:        https://localhost:\(ports.azure)")
        print("tunnel:       http://localhost:\(ports.tunnel), as a proxy for HTTPS")
        print("applications: http://localhost:\(ports.applications)")
        print("for a shell:  . \(folder.place("env"))")
        print("ready")
        fflush(nil)
    }

    private func untilInterrupted(_ sandbox: Sandbox, _ folder: SandboxFolder) async {
        let (occasions, occasion) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let interrupts = Interrupts { occasion.finish() }
        sandbox.whenLogged { occasion.yield() }
        func write() {
            let lines = sandbox.takeLogLines()
            if !lines.isEmpty { try? folder.append(lines, to: "requests.log") }
        }
        for await _ in occasions {
            write()
            // Under load, lines are written by the hundred.
            try? await MachineTime().sleep(for: .milliseconds(200))
        }
        write()
        interrupts.stop()
    }

    /// Every idle watch holds a connection: as many as the machine lets.
    private func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
