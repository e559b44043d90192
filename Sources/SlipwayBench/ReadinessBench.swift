import Foundation
import Slipway
import SlipwayBase
import SlipwayCurl
import SlipwayEngine
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies

/// From "all pods are ready" on a watch to our next write: the real engine and provider, a simulated cluster, the real
/// clock.
enum ReadinessBench {
    private static let rounds = 2
    private static let release = Release(
        version: "2.4.1",
        artifact: .image(reference: "registry.example.com/shop:2.4.1")
    )
    private static let layout = KubernetesLayout.canary(
        stable: KubernetesFleet(deployment: "shop-stable"),
        canary: KubernetesFleet(deployment: "shop-canary"),
        front: .httpRoute(name: "shop", rule: nil)
    )

    static func rows(_ server: BenchServer?) async throws -> [Row] {
        var latencies: [Duration] = []
        for _ in 0..<rounds {
            let probe = ReadinessProbe(try cluster())
            let origin = Origin(scheme: "https", host: "simulated.invalid")
            try await run(probe, origin, MemoryJournal())
            latencies += probe.latencies
        }
        var rows = [row("ready to next write, in process", latencies)]
        guard let server else {
            return rows + [.skipped("ready to next write, TLS", "no certificates: the test server did not start")]
        }
        rows.append(row("  TLS, libcurl, journal in memory", try await overTLS(server) { MemoryJournal() }))
        let path = Machine.scratch("readiness.sqlite")
        defer { Machine.removeJournal(path) }
        rows.append(
            row(
                "  TLS, libcurl, journal in SQLite",
                try await overTLS(server) { try SQLiteJournal(path: path) { "bench" } }
            )
        )
        return rows
    }

    private static func row(_ name: String, _ latencies: [Duration]) -> Row {
        let milliseconds = latencies.map { $0.seconds * 1000 }
        guard !milliseconds.isEmpty else { return .skipped(name, "no readiness was seen on a watch") }
        let over = milliseconds.count { $0 >= 10 }
        let label = "\(name) (\(over) of \(milliseconds.count) over, worst \(Row.text(milliseconds.max() ?? 0, 0)) ms)"
        return .alone(label, milliseconds.median, unit: "ms", aim: "median < 10 ms") { $0 < 10 }
    }

    private static func overTLS(_ server: BenchServer, journal: () throws -> any RunCatalog) async throws -> [Duration]
    {
        var latencies: [Duration] = []
        let journal = try journal()
        for _ in 0..<rounds {
            let probe = ReadinessProbe(try cluster())
            let gate = try SimulatedServer(probe, certificate: server.certificateFile, key: server.keyFile)
            defer { gate.stop() }
            let client = try CurlClient()
            defer { client.shutdown() }
            let origin = Origin(scheme: "https", host: "localhost", port: gate.port)
            try await run(client.transport(tls: try server.trust(), proxy: .none), origin, journal)
            latencies += probe.latencies
        }
        return latencies
    }

    /// Ten replicas whose pods are ready 150 ms after they were made; the rest of the cluster is as quick as real ones.
    private static func cluster() throws -> SimulatedCluster {
        var wanted = WorldFile.Cluster()
        (wanted.replicas, wanted.readyAfter) = (10, .milliseconds(150))
        let rehearsal = Rehearsal(
            of: layout,
            container: nil,
            namespace: "shop",
            application: "shop",
            release: release,
            on: wanted
        )
        let time = SystemTime()
        var world = try rehearsal.world(at: time.now)
        (world.settings.gatewayLag, world.settings.terminationDelay) = (.milliseconds(20), .milliseconds(50))
        return SimulatedTransport(world, time: time, watches: .sleeps(atMost: .milliseconds(1)))
    }

    private static func run(_ transport: any Transport, _ origin: Origin, _ journal: any RunCatalog) async throws {
        let time = SystemTime()
        let provider = KubernetesProvider(
            target: "bench",
            layout: layout,
            namespace: "shop",
            origin: origin,
            transport: transport,
            time: time
        )
        let strategy = CanaryStrategy(steps: stride(from: 10, through: 90, by: 10).map { .setWeight($0) })
        let plan = try strategy.plan(from: try await provider.observe(), to: release, accepting: [])
        let run = try await journal.open(NewRun(plan, application: "shop", platform: "kubernetes"), at: time.now)
        let engine = Engine(
            provider: provider,
            journal: journal,
            time: time,
            random: SeededRandom(seed: 1),
            lock: provider.lock(),
            holder: "bench",
            settings: Engine.Settings(assumesApproval: true)
        )
        let verdict = try await engine.start(plan, as: run)
        guard verdict == .deployed else { throw BenchFailure("the canary ended as \(verdict)") }
    }
}
