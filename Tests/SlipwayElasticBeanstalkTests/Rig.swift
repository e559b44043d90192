import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayHTTP
import SlipwayModel
import SlipwaySigning
import SlipwaySimulatedAWS

/// The simulated AWS as a transport: every call in a log, and hooks that may answer in its place.
final class CloudTransport: Transport {
    typealias Hook = @Sendable (_ action: String, _ form: String, inout AWSWorld) -> HTTPFailure?

    private struct State {
        var world: AWSWorld
        var log: [(action: String, form: String, time: Timestamp)] = []
        var taken: [String] = []
        var before: Hook?
        var after: Hook?
    }

    private let state: Locked<State>
    private let time: any TimeSource

    init(_ world: AWSWorld, _ time: any TimeSource) {
        state = Locked(State(world: world))
        self.time = time
    }

    /// Runs before the effect; a failure means that there is none.
    func before(_ hook: @escaping Hook) { state.withLock { $0.before = hook } }
    /// Runs after the effect; a failure means that the answer is lost.
    func after(_ hook: @escaping Hook) { state.withLock { $0.after = hook } }

    func withWorld<Result>(_ body: (inout AWSWorld) -> Result) -> Result {
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
            let (action, form) = request.inWords
            state.log.append((action, form, now))
            if let failure = state.before?(action, form, &state.world) { return .failure(failure) }
            let response = state.world.respond(to: request, at: now)
            if response.isSuccess { state.taken.append(form.isEmpty ? action : "\(action) \(form)") }
            if let failure = state.after?(action, form, &state.world) { return .failure(failure) }
            return .success(response)
        }
        return try outcome.get()
    }

    var log: [(action: String, form: String, time: Timestamp)] { state.withLock { $0.log } }

    /// Calls that the services have answered with success, in order.
    var taken: [String] { state.withLock { $0.taken } }

    /// Calls that change something, in order, without what every call has.
    var writes: [String] {
        log.filter { call in
            !["Describe", "Validate", "List", "Get", "CreateStorage"].contains { call.action.hasPrefix($0) }
        }.map { call in
            let fields = call.form.split(separator: "&").filter {
                !["Action=", "Version="].contains(where: $0.hasPrefix)
            }
            let values = fields.compactMap { $0.split(separator: "=", maxSplits: 1).last.map(String.init) }
            return ([call.action] + values).joined(separator: " ")
        }
    }
}

extension Request {
    /// The operation and the form, decoded as far as tests read it.
    var inWords: (String, String) {
        guard case .bytes(let bytes) = body else { return ("Get", target) }
        let form = String(decoding: bytes, as: UTF8.self)
        guard form.hasPrefix("Action=") else { return ("\(method.rawValue) \(target)", form) }
        let action = form.dropFirst("Action=".count).prefix { $0 != "&" }
        return (String(action), form)
    }
}

/// A simulated account with a provider on it, asked action by action.
struct Rig {
    static let region = "us-east-1"
    static let new = Release(version: "v2", artifact: .bundle(path: "shop.zip", sha256: Bundle.sha256))
    static let old = Release(version: "v1", artifact: .label(name: "v1"))

    let time = VirtualTime()
    let transport: CloudTransport
    let provider: ElasticBeanstalkProvider
    let settings: ElasticBeanstalkSettings

    init(
        _ layout: ElasticBeanstalkLayout,
        _ environments: [AWSWorld.Seed.Environment],
        failures: [BeanstalkFailure] = [],
        _ change: (inout AWSWorld, inout ElasticBeanstalkSettings) -> Void = { _, _ in }
    ) throws {
        var seed = AWSWorld.Seed(environments: environments)
        seed.failures = failures
        var world = AWSWorld(at: time.now, seed: seed)
        var settings = ElasticBeanstalkSettings(application: "shop", layout: layout)
        change(&world, &settings)
        self.settings = settings
        transport = CloudTransport(world, time)
        provider = ElasticBeanstalkProvider(
            target: "shop",
            settings: settings,
            clients: try Self.clients(transport, time),
            bundles: try Self.bundles(transport, time),
            time: time
        )
    }

    /// Every call is signed and verified as on AWS.
    private static func pipeline(_ api: AWSAPI, _ transport: any Transport, _ time: any TimeSource) throws
        -> (AWSEndpoint, any Transport)
    {
        let endpoint = try AWSEndpoint.regional(api, region: region)
        return (endpoint, SigningTransport(signer: AWSSigner(endpoint), time: time, next: transport))
    }

    static func bundles(_ transport: any Transport, _ time: any TimeSource) throws -> S3Bundles {
        let s3 = try pipeline(.s3, transport, time)
        return S3Bundles(s3.0, transport: s3.1) { _ in Bundle() }
    }

    static func clients(_ transport: any Transport, _ time: any TimeSource) throws -> ElasticBeanstalkClients {
        let beanstalk = try pipeline(.elasticBeanstalk, transport, time)
        let balancing = try pipeline(.elasticLoadBalancing, transport, time)
        let scaling = try pipeline(.autoScaling, transport, time)
        let names = try pipeline(.route53, transport, time)
        return ElasticBeanstalkClients(
            elasticBeanstalk: QueryClient(
                beanstalk.0,
                version: ElasticBeanstalkClients.elasticBeanstalkVersion,
                transport: beanstalk.1
            ),
            elasticLoadBalancing: QueryClient(
                balancing.0,
                version: LoadBalancingCalls.version,
                transport: balancing.1
            ),
            autoScaling: QueryClient(scaling.0, version: AutoScalingCalls.version, transport: scaling.1),
            route53: RestClient(names.0, namespace: Route53Calls.namespace, transport: names.1)
        )
    }
}

private struct SigningTransport: Transport {
    let signer: AWSSigner
    let time: any TimeSource
    let next: any Transport

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let key = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        )
        return try await next.send(signer.sign(request, with: key, at: time.now))
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
        token: Token? = nil,
        fence: Int64 = 1
    ) async throws(ProviderFailure) -> Progress {
        try await provider.advance(Call(action: action, key: "test", token: token, context: context, fence: fence))
    }

    /// Asks until the end state holds; transient failures are asked again, as the engine does.
    @discardableResult
    func bring(
        _ action: Action,
        _ context: PlanContext,
        within calls: Int = 2_000,
        fence: Int64 = 1
    ) async throws(ProviderFailure) -> (status: Status, notes: [String], weights: [Int]) {
        var (notes, weights): ([String], [Int]) = ([], [])
        var token: Token?
        for _ in 0..<calls {
            do throws(ProviderFailure) {
                switch try await ask(action, context, token: token, fence: fence) {
                case .done(let status): return (status, notes, weights)
                case .running(let next, let wait, let status):
                    token = next
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
}

/// A zip of one small file.
struct Bundle: FileReader {
    private static let hexadecimal =
        "504b03041400000000000000215cac2a93d80200000002000000060000006170702e70796869504b01021403140000000000"
        + "0000215cac2a93d802000000020000000600000000000000000000008001000000006170702e7079504b0506000000000100"
        + "010034000000260000000000"

    static let bytes: [UInt8] = {
        let digits = Array(hexadecimal.utf8)
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
