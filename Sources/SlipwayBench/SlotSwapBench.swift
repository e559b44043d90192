import Slipway
import SlipwayAccess
import SlipwayAppService
import SlipwayAzure
import SlipwayBase
import SlipwayCurl
import SlipwayEngine
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwaySimulation
import SlipwayStrategies

/// The swap of a slot on the real clock, through a TLS server on the loopback: our engine, provider and libcurl against
/// `az webapp deployment slot swap`, each with a simulated subscription of its own, at the same time.
///
/// Without az its rhythm is computed over our swap.
enum SlotSwapBench {
    /// What Azure asks to wait between two looks at a swap.
    private static let retry = Duration.seconds(15)
    /// What a release does beside asking for the swap and following it, in calls. The swap is a toggle, so that nobody
    /// may ask for one without having looked: at what both slots run before the intent is written and again before it
    /// is sent, and in between whether the slot answers.
    private static let guardsBefore = 9
    /// What production runs in the end.
    private static let guardsAfter = 2
    private static let old = "registry.example.com/shop:2.4.0"
    private static let release = Release(
        version: "2.4.1",
        artifact: .image(reference: "registry.example.com/shop:2.4.1")
    )

    static func rows(_ server: BenchServer) async throws -> [Row] {
        async let peer = theirs(server)
        let ours = try await ours(server)
        let (theirs, reason) = await peer
        let computed = SwapTimes.rhythm(of: ours.duration, every: retry)
        let name = theirs == nil ? "the rhythm of az 2.91.0" : "az"
        let notice = (ours: ours.notice.seconds, theirs: (theirs?.notice ?? computed.notice).seconds)
        let guards = guardsBefore + guardsAfter
        let wall = "  wall time (of the swap itself: \(Row.text(ours.duration.seconds, 1)) s)"
        let rows = [
            Row(
                name: "slot swap: its end is noticed after",
                ours: Row.text(notice.ours, 1) + " s",
                peer: .init(
                    name: name,
                    figure: Row.text(notice.theirs, 1) + " s",
                    ratio: notice.ours / notice.theirs
                ),
                aim: "within a Retry-After, \(Row.text(retry.seconds, 0)) s",
                hasHeld: ours.notice <= retry
            ),
            .compared(
                "  calls",
                Double(ours.calls.count),
                with: "\(name), with \(guards) guards",
                Double((theirs?.following ?? computed.calls) + guards),
                unit: "",
                digits: 0,
                aim: "no more"
            ) { $0 <= 1 },
            count("    that make and follow the swap", ours.following),
            count("    guards before: what both slots run, twice, and one visit", ours.looks.before),
            count("    guards after: what production runs", ours.looks.after),
        ]
        guard let theirs else {
            return rows + [.alone(wall, ours.wall.seconds, unit: "s"), .skipped("  against az itself", reason)]
        }
        return rows + [.compared(wall, ours.wall.seconds, with: name, theirs.wall.seconds, unit: "s")]
    }

    private static func count(_ name: String, _ calls: Int) -> Row { .alone(name, Double(calls), unit: "", digits: 0) }

    /// A subscription whose swaps last 47 s, as long as the shortest that was recorded.
    private static func azure(_ slot: String) -> SwapGate {
        var site = AzureWorld.Seed.Site(SwapGate.site, content: .image(old))
        site.slots = [.init(SwapGate.slot, content: .image(slot))]
        var seed = AzureWorld.Seed(sites: [site])
        (seed.timings.start, seed.timings.swapFinish) = (.seconds(2), .seconds(17))
        let time = SystemTime()
        return SwapGate(SimulatedTransport(AzureWorld(at: time.now, seed: seed), time: time))
    }

    // MARK: az

    /// What az needs; nil with the reason when it cannot be told.
    private static func theirs(_ server: BenchServer) async -> (SwapTimes?, String) {
        do {
            let az = try AzureCLI(authority: server.authorityFile)
            defer { az.remove() }
            let gate = azure("registry.example.com/shop:2.4.1")
            let door = try SimulatedServer(gate, certificate: server.certificateFile, key: server.keyFile)
            defer { door.stop() }
            try await az.signIn(at: door.port)
            gate.note(true)
            let start = ContinuousClock.now
            try await az.swap()
            return (try SwapTimes(gate, wall: ContinuousClock.now - start), "")
        } catch { return (nil, "\(error)") }
    }

    // MARK: slipway

    private static func ours(_ server: BenchServer) async throws -> SwapTimes {
        let gate = azure(old)
        let door = try SimulatedServer(gate, certificate: server.certificateFile, key: server.keyFile)
        defer { door.stop() }
        let client = try CurlClient()
        defer { client.shutdown() }
        let transport = client.transport(tls: try server.trust(), proxy: .none)
        let step = SwapStep(try await provider(over: transport, at: door.port), gate)
        let plan = try BlueGreenStrategy().plan(from: try await step.observe(), to: release, accepting: [])
        let journal = MemoryJournal()
        let time = SystemTime()
        let run = try await journal.open(NewRun(plan, application: "shop", platform: "appService"), at: time.now)
        let engine = Engine(
            provider: step,
            journal: journal,
            time: time,
            random: SeededRandom(seed: 1),
            holder: "bench",
            settings: Engine.Settings(assumesApproval: true)
        )
        let verdict = try await engine.start(plan, as: run)
        guard verdict == .deployed else { throw BenchFailure("the release ended as \(verdict)") }
        return try SwapTimes(gate, wall: step.duration)
    }

    /// A provider that reaches everything at `port`.
    private static func provider(over transport: any Transport, at port: Int) async throws -> AppServiceProvider {
        let time = SystemTime()
        let client = AzureClient()
        let variables = [
            "AZURE_TENANT_ID": AzureWorld.Seed.tenant, "AZURE_CLIENT_ID": client.id,
            "AZURE_CLIENT_SECRET": client.secret?.reveal() ?? "",
        ]
        let environment = AccessEnvironment(
            readFile: { (_, _) throws(AccessEnvironment.FileFailure) in throw .missing },
            variable: { variables[$0] },
            run: { (_) async throws(AccessEnvironment.PluginFailure) in throw .missing },
            time: time
        )
        let address = "https://127.0.0.1:\(port)"
        let request = AzureAccess.Request(endpoints: .init(login: address, resourceManager: address))
        let access = try AzureAccess.resolve(request, in: environment, transport: transport)
        let token = access.tokens.token(for: .resourceManager(of: access.cloud))
        let session = AzureSession(
            access.cloud,
            authenticate: EntraAuthenticate(token, to: [access.cloud.resourceManager], time: time),
            traffic: AzureTraffic(time: time),
            time: time,
            random: SystemRandom()
        )
        let scope = AzureScope(subscription: AzureWorld.Seed.subscription, resourceGroup: "shop-rg")
        return AppServiceProvider(
            target: "bench",
            settings: AppServiceSettings(scope, layout: .slot(site: SwapGate.site, name: SwapGate.slot)),
            clients: AppServiceClients(
                arm: session.client(over: transport),
                scm: { session.transport(to: $0, over: transport) },
                plain: transport
            ),
            open: { (path) throws(InputFailure) in throw InputFailure("\(path) is not read here.") },
            time: time
        )
    }
}

/// A provider that says when it is about the swap, and for how long.
private struct SwapStep: Provider {
    private let provider: any Provider
    private let gate: SwapGate
    private let span = Locked<(start: ContinuousClock.Instant, end: ContinuousClock.Instant)?>(nil)

    init(_ provider: any Provider, _ gate: SwapGate) { (self.provider, self.gate) = (provider, gate) }

    /// From the first look to the last.
    var duration: Duration { span.withLock { $0.map { $0.end - $0.start } ?? .zero } }

    func observe() async throws(ProviderFailure) -> Observation { try await provider.observe() }

    func advance(_ call: SlipwayModel.Call) async throws(ProviderFailure) -> Progress {
        guard case .live = call.action else { return try await provider.advance(call) }
        let start = ContinuousClock.now
        gate.note(true)
        defer {
            gate.note(false)
            let end = ContinuousClock.now
            span.withLock { $0 = ($0?.start ?? start, end) }
        }
        return try await provider.advance(call)
    }

    func outline(_ action: Action, in context: PlanContext) -> [String] { provider.outline(action, in: context) }
}
