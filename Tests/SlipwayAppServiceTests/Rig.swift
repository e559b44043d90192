import HTTPTypes
import SlipwayAppService
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySigning
import SlipwaySimulatedAzure

/// The simulated Azure as a transport: every call in a log, and hooks that may answer in its place.
final class CloudTransport: Transport {
    /// Nil lets the world answer.
    typealias Hook = @Sendable (_ call: String, inout AzureWorld) -> Result<Response, HTTPFailure>?

    private struct State {
        var world: AzureWorld
        var log: [(call: String, body: String, time: Timestamp)] = []
        var accepted: [String] = []
        var before: Hook?
        var after: Hook?
    }

    private let state: Locked<State>
    private let time: any TimeSource

    init(_ world: AzureWorld, _ time: any TimeSource) {
        state = Locked(State(world: world))
        self.time = time
    }

    /// Runs before the effect; an answer or failure means that there is none.
    func before(_ hook: @escaping Hook) { state.withLock { $0.before = hook } }
    /// Runs after the effect; an answer or failure takes the place of the real answer.
    func after(_ hook: @escaping Hook) { state.withLock { $0.after = hook } }

    func withWorld<Result>(_ body: (inout AzureWorld) -> Result) -> Result {
        let now = time.now
        return state.withLock { state in
            state.world.advance(to: now)
            return body(&state.world)
        }
    }

    func send(_ sent: Request) async throws(HTTPFailure) -> Response {
        var request = sent
        if case .slice(let slice) = sent.body, let bytes = try? slice.bytes() { request.body = .bytes(bytes) }
        let now = time.now
        let outcome: Result<Response, HTTPFailure> = state.withLock { state in
            state.world.advance(to: now)
            let (call, body) = request.inWords
            state.log.append((call, body, now))
            if let instead = state.before?(call, &state.world) { return instead }
            let response = state.world.respond(to: request, at: now)
            if response.isSuccess { state.accepted.append(call) }
            if let instead = state.after?(call, &state.world) { return instead }
            return .success(response)
        }
        return try outcome.get()
    }

    var log: [(call: String, body: String, time: Timestamp)] { state.withLock { $0.log } }

    /// Swaps that the service has taken on, whatever became of their answers.
    var swaps: [String] { state.withLock { $0.accepted }.filter { $0.hasSuffix("/slotsswap") } }

    /// Calls that change something, in order, with what they send.
    var writes: [String] {
        log.filter { !$0.call.isLook }.map { $0.body.isEmpty ? $0.call : "\($0.call) \($0.body)" }
    }
}

extension String {
    /// Whether a call in words only looks.
    var isLook: Bool {
        hasPrefix("GET ") || hasSuffix("/list") || hasSuffix("/slotsdiffs")
    }
}

extension Request {
    /// The call without what every one has, and its body where it is text.
    var inWords: (String, String) {
        var path = String(target.prefix { $0 != "?" })
        let isManager = origin.host == "management.azure.com"
        if isManager, let range = path.firstRange(of: "/Microsoft.Web/") { path = String(path[range.upperBound...]) }
        if !isManager { path = (origin.host.contains(".scm.") ? "scm" : origin.host) + path }
        guard case .bytes(let bytes) = body, bytes.first != UInt8(ascii: "P") else {
            return ("\(method.rawValue) \(path)", "")
        }
        return ("\(method.rawValue) \(path)", String(decoding: bytes, as: UTF8.self))
    }
}

/// Adds a token of the simulated directory, as the session with Azure does.
struct TokenTransport: Transport {
    let next: CloudTransport

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let token = next.withWorld { $0.issueToken() }
        return try await next.send(BearerSigner().sign(request, with: token, at: Timestamp(milliseconds: 0)))
    }
}

/// A simulated subscription with a provider on it, asked action by action.
struct Rig {
    static let image = "registry.example.com/shop:2"
    static let formerImage = "registry.example.com/shop:1"
    static let new = Release(version: "2", artifact: .image(reference: image))
    static let zip = Release(version: "v2", artifact: .bundle(path: "shop.zip", sha256: Package.sha256))
    static let secret = "correct-horse-battery"

    let time = VirtualTime()
    let transport: CloudTransport
    let provider: AppServiceProvider
    let settings: AppServiceSettings

    init(
        _ site: AzureWorld.Seed.Site = .init("shop", image: formerImage, slots: ["staging"]),
        layout: AppServiceLayout = .slot(site: "shop", name: "staging"),
        plan: AzureWorld.Seed.Plan = .init(),
        failures: [AppServiceFailure] = [],
        change: (inout AzureWorld, inout AppServiceSettings) -> Void = { _, _ in }
    ) {
        var seed = AzureWorld.Seed(sites: [site])
        (seed.plans, seed.failures) = ([plan], failures)
        seed.isTerse = true
        // Far slower than real time: what a rate would allow is looked at elsewhere.
        seed.throttling = nil
        var world = AzureWorld(at: time.now, seed: seed)
        world.timings.addressLife = .seconds(3600)
        world.nameContent(Package.bytes, "v2")
        var settings = AppServiceSettings(
            AzureScope(subscription: AzureWorld.Seed.subscription, resourceGroup: "shop-rg"),
            layout: layout
        )
        change(&world, &settings)
        self.settings = settings
        transport = CloudTransport(world, time)
        provider = Self.provider(settings, transport, time)
    }

    static func provider(_ settings: AppServiceSettings, _ transport: CloudTransport, _ time: VirtualTime)
        -> AppServiceProvider
    {
        let authenticated = TokenTransport(next: transport)
        return AppServiceProvider(
            target: "shop",
            settings: settings,
            clients: AppServiceClients(
                arm: ARMClient(.global, transport: authenticated, time: time),
                scm: { Pipeline([OriginGuard([$0])], to: authenticated) },
                plain: transport
            ),
            open: { _ in Package() },
            time: time
        )
    }

    /// Production and its slot run zips.
    static func zips(isLinux: Bool = true) -> (AzureWorld.Seed.Site, AzureWorld.Seed.Plan) {
        let slot = AzureWorld.Seed.Slot("staging", content: .bundle("v0"))
        return (.init("shop", content: .bundle("v1"), slots: [slot]), .init(isLinux: isLinux))
    }
}

extension Rig {
    func context(_ new: Release = Rig.new) async throws -> PlanContext {
        let observation = try await provider.observe()
        return PlanContext(target: "shop", old: observation.live, new: new, snapshot: observation.snapshot)
    }

    func ask(
        _ action: Action,
        _ context: PlanContext,
        key: String = "test",
        token: Token? = nil,
        fence: Int64 = 1
    ) async throws(ProviderFailure) -> Progress {
        try await provider.advance(Call(action: action, key: key, token: token, context: context, fence: fence))
    }

    /// Asks until the end state holds; transient failures are asked again, as the engine does.
    @discardableResult
    func bring(
        _ action: Action,
        _ context: PlanContext,
        within calls: Int = 2_000,
        fence: Int64 = 1,
        each: (Token?) -> Void = { _ in }
    ) async throws(ProviderFailure) -> (status: Status, notes: [String], weights: [Int]) {
        var (notes, weights): ([String], [Int]) = ([], [])
        var token: Token?
        for _ in 0..<calls {
            do throws(ProviderFailure) {
                switch try await ask(action, context, key: "\(action)", token: token, fence: fence) {
                case .done(let status): return (status, notes, weights)
                case .running(let next, let wait, let status):
                    token = next
                    each(token)
                    if let note = status.note, notes.last != note { notes.append(note) }
                    if let weight = status.weight, weights.last != weight { weights.append(weight) }
                    time.advance(by: wait)
                }
            } catch {
                guard error.kind == .transient else { throw error }
                notes.append(error.summary)
                time.advance(by: error.retryAfter ?? .seconds(1))
            }
        }
        throw ProviderFailure(.transient, "not done after \(calls) calls: \(notes.suffix(3))")
    }

    /// What production and the slot run, past every API.
    var runs: [String?] {
        transport.withWorld { world in [world.slot(of: "shop")?.release, world.slot("staging", of: "shop")?.release] }
    }
}

/// A zip of one small file.
struct Package: FileReader {
    static let bytes: [UInt8] = {
        let digits = Array(
            ("504b03041400000000000000215cac2a93d80200000002000000060000006170702e70796869504b01021403140000000000"
                + "0000215cac2a93d802000000020000000600000000000000000000008001000000006170702e7079504b0506000000000100"
                + "010034000000260000000000").utf8
        )
        return stride(from: 0, to: digits.count, by: 2).map { index in
            UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16) ?? 0
        }
    }()
    static let sha256 = SHA256.hexDigest(of: bytes)

    var byteCount: Int { Self.bytes.count }
    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
        Array(Self.bytes[offset..<(offset + count)])
    }
}
