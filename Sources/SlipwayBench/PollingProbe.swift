import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import SlipwaySimulation

/// Stands before a simulated account: counts what is sent, and notes when environments begin and end to work.
final class PollingProbe: Transport {
    /// Something an environment was busy with.
    struct Operation {
        /// When it was asked for.
        var begin: Timestamp
        /// When the environment was Ready again, or gone.
        var end: Timestamp
        /// When a look of ours first found that.
        var noticed: Timestamp
    }

    private struct State {
        var calls = 0
        var waitingCalls = 0
        var operations: [Operation] = []
        /// What is under way since when, by environment; from its end on with that.
        var open: [String: (begin: Timestamp, end: Timestamp?)] = [:]
        /// The account as the latest call left it.
        var last: AWSWorld
    }

    let world: SimulatedTransport<AWSWorld>
    private let state: Locked<State>

    init(_ world: SimulatedTransport<AWSWorld>) {
        self.world = world
        state = Locked(State(last: world.world))
    }

    /// Every call.
    var calls: Int { state.withLock { $0.calls } }
    /// Calls that only look while an environment is at work, and the one that finds that it is not any more.
    var waitingCalls: Int { state.withLock { $0.waitingCalls } }
    /// Everything that has ended and was noticed.
    var operations: [Operation] { state.withLock { $0.operations } }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let action = Self.action(request)
        let now = world.time.now
        state.withLock { state in
            state.calls += 1
            Self.advance(&state, to: now)
            if action.hasPrefix("Describe"), !state.open.isEmpty { state.waitingCalls += 1 }
        }
        let response = try await world.send(request)
        state.withLock { state in
            if action == "DescribeEnvironments" { Self.notice(&state, at: now) }
            state.last = world.world
            Self.look(&state, at: now)
        }
        return response
    }

    /// Requests as the tool sends them: signed, and the signatures verified.
    func signing(for endpoint: AWSEndpoint) -> any Transport { Signing(signer: AWSSigner(endpoint), probe: self) }

    /// Replays what happened by itself since the latest call, change by change, so that ends have their true times.
    private static func advance(_ state: inout State, to now: Timestamp) {
        while let next = state.last.nextChange, next <= now {
            state.last.advance(to: next)
            look(&state, at: next)
        }
    }

    private static func look(_ state: inout State, at time: Timestamp) {
        for environment in state.last.environments {
            let isBusy = !["Ready", "Terminated"].contains(environment.status)
            if isBusy, state.open[environment.id] == nil { state.open[environment.id] = (time, nil) }
            if !isBusy, let open = state.open[environment.id], open.end == nil {
                state.open[environment.id] = (open.begin, time)
            }
        }
    }

    private static func notice(_ state: inout State, at now: Timestamp) {
        for (id, open) in state.open {
            guard let end = open.end else { continue }
            state.operations.append(Operation(begin: open.begin, end: end, noticed: now))
            state.open[id] = nil
        }
    }

    private static func action(_ request: Request) -> String {
        guard case .bytes(let bytes) = request.body else { return "" }
        let form = String(decoding: bytes.prefix(100), as: UTF8.self)
        guard form.hasPrefix("Action=") else { return "" }
        return String(form.dropFirst("Action=".count).prefix { $0 != "&" })
    }

    private struct Signing: Transport {
        let signer: AWSSigner
        let probe: PollingProbe

        func send(_ request: Request) async throws(HTTPFailure) -> Response {
            let key = AWSWorld.AccessKey()
            let credentials = AWSCredentials(accessKeyID: key.id, secretAccessKey: key.secret)
            return try await probe.send(signer.sign(request, with: credentials, at: probe.world.time.now))
        }
    }
}
