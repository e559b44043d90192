import Slipway
import SlipwayAWS
import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayEngine
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwaySimulation
import SlipwayStrategies

/// Calls that a release to Elastic Beanstalk costs while it waits, and how soon its end is noticed: our engine and
/// provider in a simulated account on a virtual clock, against the rhythm of the eb CLI over the same operations.
///
/// The eb CLI's figures are computed from `wait_for_success_events` of awsebcli 3.27.5: after the write one
/// `DescribeEvents` at once and then one every 5 s until the last event is there. It makes no second call, so that
/// the aim, which speaks of a pair, is judged against both.
enum PollingBench {
    private static let rhythm = 5.0
    private static let release = Release(version: "v2", artifact: .object(bucket: "releases", key: "shop.zip"))

    private struct Case {
        var name: String
        var layout = ElasticBeanstalkLayout.environment(name: "shop-prod")
        var live = AWSWorld.Seed.Environment("shop-prod", instances: 4)
        var strategy: any Strategy
    }

    static func rows() async throws -> [Row] {
        var rows: [Row] = []
        for each in cases {
            let probe = PollingProbe(try world(each))
            try await run(each, probe)
            rows += try Self.rows(each.name, probe)
        }
        return rows
    }

    private static func rows(_ name: String, _ probe: PollingProbe) throws -> [Row] {
        let operations = probe.operations
        guard !operations.isEmpty else { throw BenchFailure("\(name): no operation of the environment was seen") }
        let delays = operations.map { ($0.noticed - $0.end).seconds }
        let theirs = operations.map { operation in
            let steps = ((operation.end - operation.begin).seconds / rhythm).rounded(.up)
            return (calls: 1 + steps, delay: steps * rhythm - (operation.end - operation.begin).seconds)
        }
        let (calls, single) = (Double(probe.waitingCalls), theirs.map(\.calls).reduce(0, +))
        let label = "\(name): polling calls (of \(probe.calls) in all)"
        let aim = "ratio <= 0.5"
        return [
            .compared(label, calls, with: "a pair each 5 s", 2 * single, unit: "", digits: 0, aim: aim) { $0 <= 0.5 },
            .compared("  the same", calls, with: "eb CLI 3.27.5, one each 5 s", single, unit: "", digits: 0),
            .compared(
                "  latest notice of an end",
                delays.max() ?? 0,
                with: "eb CLI 3.27.5 at the latest",
                rhythm,
                unit: "s",
                aim: "no later"
            ) { $0 <= 1 },
        ]
    }

    private static var cases: [Case] {
        var immutable = Case(name: "EB immutable", strategy: RollingStrategy())
        immutable.live.policy = .immutable
        var rolling = Case(name: "EB rolling", strategy: RollingStrategy())
        (rolling.live.policy, rolling.live.options[.batchType]) = (.rolling, "Fixed")
        rolling.live.options[.batchSize] = "1"
        let trial = CanaryStrategy(steps: [.setWeight(15), .pause(.seconds(300))])
        var pair = Case(
            name: "EB blue-green",
            layout: .blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop-live"),
            strategy: BlueGreenStrategy(disposal: .remove)
        )
        pair.live.name = "shop-blue"
        pair.live.cnamePrefix = "shop-live"
        return [rolling, immutable, Case(name: "EB traffic splitting", strategy: trial), pair]
    }

    private static func world(_ each: Case) throws -> SimulatedTransport<AWSWorld> {
        let time = VirtualTime()
        var world = AWSWorld(at: time.now, seed: AWSWorld.Seed(environments: [each.live]))
        world.storage.addBucket("releases", region: world.home.region, owner: world.home.account, at: time.now)
        world.storage.put([UInt8](repeating: 1, count: 1024), key: "shop.zip", in: "releases", at: time.now)
        return SimulatedTransport(world, time: time)
    }

    private static func run(_ each: Case, _ probe: PollingProbe) async throws {
        let time = probe.world.time
        func client(_ api: AWSAPI, _ version: String) throws -> QueryClient {
            let endpoint = try AWSEndpoint.regional(api, region: "us-east-1")
            return QueryClient(endpoint, version: version, transport: probe.signing(for: endpoint))
        }
        let names = try AWSEndpoint.regional(.route53, region: "us-east-1")
        let storage = try AWSEndpoint.regional(.s3, region: "us-east-1")
        let provider = ElasticBeanstalkProvider(
            target: "bench",
            settings: ElasticBeanstalkSettings(application: "shop", layout: each.layout),
            clients: ElasticBeanstalkClients(
                elasticBeanstalk: try client(.elasticBeanstalk, ElasticBeanstalkClients.elasticBeanstalkVersion),
                elasticLoadBalancing: try client(.elasticLoadBalancing, LoadBalancingCalls.version),
                autoScaling: try client(.autoScaling, AutoScalingCalls.version),
                route53: RestClient(names, namespace: Route53Calls.namespace, transport: probe.signing(for: names))
            ),
            bundles: S3Bundles(storage, transport: probe.signing(for: storage)) { path throws(InputFailure) in
                throw InputFailure("\(path) is not read here.")
            },
            time: time
        )
        let plan = try each.strategy.plan(from: try await provider.observe(), to: release, accepting: [])
        let journal = MemoryJournal()
        let run = try await journal.open(NewRun(plan, application: "shop", platform: "bench"), at: time.now)
        let engine = Engine(
            provider: provider,
            journal: journal,
            time: time,
            random: SeededRandom(seed: 1),
            holder: "bench",
            settings: Engine.Settings(assumesApproval: true)
        )
        let verdict = try await engine.start(plan, as: run)
        guard verdict == .deployed else { throw BenchFailure("\(each.name) ended as \(verdict)") }
    }
}
