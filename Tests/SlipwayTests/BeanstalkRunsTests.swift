import Slipway
import SlipwayHTTP
import SlipwaySimulatedAWS
import SlipwaySimulation
import Testing

@testable import Slipway

/// Blue-green releases on one simulated account that outlives the processes that drive them.
@Suite(.serialized) struct BeanstalkRunsTests {
    /// One account, one clock and one journal; every `toolkit` is a process of its own.
    private struct Stage {
        let platform = SimulatedBeanstalkPlatform(file: nil, logger: nil)
        let journal = MortalJournal()
        let clock = VirtualTime()

        func toolkit(process: UInt64) -> Toolkit {
            let (journal, clock) = (journal, clock)
            var world = World(
                time: { _ in clock },
                random: SeededRandom(seed: process),
                environment: { _ in nil },
                readFile: { (path, _) throws(InputFailure) in throw InputFailure("\(path) is not there.") },
                openFile: { (path) throws(InputFailure) in throw InputFailure("\(path) is not there.") },
                journal: LazyJournal(path: nil) { journal },
                processID: Int32(process)
            )
            world.isRehearsal = true
            return Toolkit(world, platforms: [platform])
        }

        func config() throws -> Configuration {
            let text = """
                apiVersion: slipway/v1
                application: shop
                release: { version: "2.4.1", s3: { bucket: shop-releases, key: shop/2.4.1.zip } }
                strategy: { blueGreen: { old: keep } }
                targets:
                  - name: tokyo
                    elasticBeanstalk:
                      { region: eu-west-1, application: shop, blue: shop-blue, green: shop-green, cname: shop-live }
                """
            return try Configuration.load(
                bytes: Array(text.utf8),
                file: "slipway.yaml",
                environment: { _ in nil },
                platforms: [platform.section]
            )
        }

        /// Which environment has the live name, and how often the names were swapped.
        var names: String {
            guard let account = platform.accounts.withLock({ $0["shop/tokyo"] }) else { return "no account" }
            let live = account.world.environments.first { $0.cname?.hasPrefix("shop-live.") == true }
            let swaps = account.log.count { exchange in
                guard case .bytes(let bytes) = exchange.call.request.body else { return false }
                return exchange.hadEffect && String(decoding: bytes, as: UTF8.self).contains("=SwapEnvironmentCNAMEs&")
            }
            return "\(live?.name ?? "none") after \(swaps)"
        }
    }

    @Test("given a deployed blue-green release, when it is rolled back, then the name is on the old environment again")
    func rollback() async throws {
        let stage = Stage()
        let config = try stage.config()
        let toolkit = stage.toolkit(process: 1)
        let proposal = try await toolkit.plan(config.targets[0], of: config)
        #expect(try await toolkit.deploy(proposal) == .deployed)
        #expect(stage.names == "shop-green after 1")

        let other = stage.toolkit(process: 2)
        let session = try await other.connect(config.targets[0], of: config)
        let run = RunID("tokyo-1")
        let request = Event.rollbackRequested(reason: "a person asked for it")
        #expect(try await other.carryOn(run, on: session, request: request) == .rolledBack)
        #expect(stage.names == "shop-blue after 2")
        #expect(try await session.connection.provider.observe().live?.version == "2.4.0")
    }

    @Test(
        "given a process that dies at any event of a release, when another resumes it, then the names are swapped once"
    )
    func resumed() async throws {
        var deaths = 0
        while true {
            let stage = Stage()
            let config = try stage.config()
            let toolkit = stage.toolkit(process: 1)
            let proposal = try await toolkit.plan(config.targets[0], of: config)
            stage.journal.dies(after: deaths + 1)
            do {
                #expect(try await toolkit.deploy(proposal) == .deployed)
                break
            } catch { deaths += 1 }
            stage.journal.lives()
            // What the dead process holds is free again after a while.
            try await stage.clock.sleep(for: .seconds(120))
            let other = stage.toolkit(process: 2)
            let session = try await other.connect(config.targets[0], of: config)
            let verdict = try await other.carryOn(RunID("tokyo-1"), on: session)
            #expect(verdict == .deployed, "after event \(deaths)")
            #expect(stage.names == "shop-green after 1", "after event \(deaths)")
        }
        // Planned, locked, three steps with their intents, and what was seen of each.
        #expect(deaths > 10)
    }
}

/// A journal whose process dies as soon as it has kept so many events.
private final class MortalJournal: RunCatalog {
    private let kept = MemoryJournal()
    private let left = Locked<Int?>(nil)

    func dies(after events: Int) { left.withLock { $0 = events } }
    func lives() { left.withLock { $0 = nil } }

    var identity: String { kept.identity }

    func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record {
        let record = try await kept.append(event, at: at, to: run)
        let isLast = left.withLock { left in
            left = left.map { $0 - 1 }
            return left.map { $0 <= 0 } ?? false
        }
        if isLast { throw JournalFailure("the process died.") }
        return record
    }

    func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record] {
        try await kept.records(of: run, after: sequence)
    }

    func open(_ run: NewRun, at: Timestamp) async throws(OpenFailure) -> RunID { try await kept.open(run, at: at) }
    func runs(_ query: RunQuery) async throws(JournalFailure) -> [RunHeader] { try await kept.runs(query) }
}
