public import SlipwayBase
public import SlipwayHTTP

/// A transport whose other end is a simulated platform, such as `KubernetesWorld`.
///
/// Hooks see each call before and after its effect, and may answer in its place: that is how faults are planted.
///
///     let transport = SimulatedTransport(world, time: clock)
///     transport.before { call, world in call.index == 7 ? .failure(HTTPFailure(.unsent, "no route")) : nil }
///     transport.after { call, response, world in call.index == 9 ? .failure(HTTPFailure(.unanswered, "reset")) : nil }
public final class SimulatedTransport<World: SimulatedWorld>: Transport {
    /// One call as hooks and the log see it.
    public typealias Call = SimulatedCall
    /// What a hook says in place of the world.
    public typealias Outcome = SimulatedOutcome
    /// How streams go on when everything that happened has been told.
    public typealias WatchMode = SlipwaySimulation.WatchMode

    /// A call and what came of it.
    public struct Exchange: Sendable {
        /// The call.
        public var call: Call
        /// The status the caller saw; nil when it saw a failure.
        public var status: Int?
        /// The failure the caller saw.
        public var failure: HTTPFailure?
        /// Whether the world saw the request.
        public var hadEffect: Bool
    }

    /// Runs before the world sees a call; an outcome means that it never does.
    public typealias Before = @Sendable (Call, inout World) -> Outcome?
    /// Runs after the effect with the true answer; an outcome takes its place.
    public typealias After = @Sendable (Call, Response, inout World) -> Outcome?

    private struct State {
        var world: World
        var before: [Before] = []
        var after: [After] = []
        var log: [Exchange] = []
        var calls = 0
    }

    private let state: Locked<State>
    private let bell = Bell()
    /// The clock that the world goes by.
    public let time: any TimeSource
    private let watchMode: WatchMode
    private let logEntriesMax: Int

    /// Serves `world`, which goes by `time`; the log keeps the latest `logEntriesMax` calls.
    public init(
        _ world: World,
        time: any TimeSource,
        watches: WatchMode = .ends,
        logEntriesMax: Int = 10_000
    ) {
        state = Locked(State(world: world))
        (self.time, watchMode, self.logEntriesMax) = (time, watches, max(logEntriesMax, 1))
    }

    /// Adds a hook that runs before the effect; the first outcome wins.
    public func before(_ hook: @escaping Before) { state.withLock { $0.before.append(hook) } }

    /// Adds a hook that runs after the effect; the first outcome wins.
    public func after(_ hook: @escaping After) { state.withLock { $0.after.append(hook) } }

    /// Forgets all hooks, and whatever they hold on to.
    public func removeHooks() {
        state.withLock { state in (state.before, state.after) = ([], []) }
    }

    /// The calls seen, oldest first.
    public var log: [Exchange] { state.withLock { $0.log } }

    /// A snapshot of the world as of its latest call.
    public var world: World { state.withLock { $0.world } }

    /// Looks at or changes the world, brought up to the present first.
    public func withWorld<Result>(_ body: (inout World) -> Result) -> Result {
        let now = time.now
        defer { bell.ring() }
        return state.withLock { state in
            state.world.advance(to: now)
            return body(&state.world)
        }
    }

    /// Asks the world at the clock's present time.
    public func send(_ request: Request) async throws(HTTPFailure) -> Response {
        if Task.isCancelled { throw HTTPFailure(.cancelled, "the request was cancelled before it was sent") }
        let request = try Self.inMemory(request)
        let now = time.now
        let outcome = state.withLock { exchange(request, at: now, &$0) }
        bell.ring()
        switch outcome {
        case .response(let response): return response
        case .failure(let failure): throw failure
        }
    }

    /// Worlds are pure values: what a request sends from a file is read for them.
    private static func inMemory(_ request: Request) throws(HTTPFailure) -> Request {
        guard case .slice(let slice) = request.body else { return request }
        var request = request
        do throws(InputFailure) { request.body = .bytes(try slice.bytes()) } catch {
            throw HTTPFailure(.unsent, "the file that is being sent became shorter or unreadable")
        }
        return request
    }

    private func exchange(_ request: Request, at now: Timestamp, _ state: inout State) -> Outcome {
        let call = Call(index: state.calls, request: request, time: now)
        state.calls += 1
        state.world.advance(to: now)
        for hook in state.before {
            guard let outcome = hook(call, &state.world) else { continue }
            record(call, outcome, hadEffect: false, &state)
            return outcome
        }
        let response = answer(request, at: now, &state.world)
        var outcome = Outcome.response(response)
        for hook in state.after {
            guard let changed = hook(call, response, &state.world) else { continue }
            outcome = changed
            break
        }
        record(call, outcome, hadEffect: true, &state)
        return outcome
    }

    private func answer(_ request: Request, at now: Timestamp, _ world: inout World) -> Response {
        guard request.streamsResponse else { return world.respond(to: request, at: now) }
        if let opened = world.openStream(for: request, at: now) {
            var response = opened.head
            response.stream = stream(opened.stream)
            return response
        }
        var response = world.respond(to: request, at: now)
        (response.stream, response.body) = (.once(response.body), [])
        return response
    }

    private func stream(_ stream: any SimulatedStream<World>) -> BodyStream {
        let stream = Locked(stream)
        return BodyStream { [self] () async throws(HTTPFailure) -> [UInt8]? in
            while true {
                let rung = bell.count
                let pause: Duration
                switch next(stream) {
                case .bytes(let bytes): return bytes
                case .pause(let wanted): pause = wanted
                case .end: return nil
                }
                switch watchMode {
                case .ends: return nil
                case .waits: try await wait(since: rung)
                case .sleeps: try await sleep(pause)
                }
            }
        }
    }

    private func next(_ stream: Locked<any SimulatedStream<World>>) -> StreamPiece {
        let now = time.now
        return state.withLock { state in
            state.world.advance(to: now)
            return stream.withLock { $0.next(in: state.world, mode: watchMode) }
        }
    }

    private func wait(since count: Int) async throws(HTTPFailure) {
        guard await bell.wait(since: count) else { throw HTTPFailure(.cancelled, "the watch was cancelled") }
    }

    private func sleep(_ duration: Duration) async throws(HTTPFailure) {
        do { try await time.sleep(for: duration) } catch { throw HTTPFailure(.cancelled, "the watch was cancelled") }
    }

    private func record(_ call: Call, _ outcome: Outcome, hadEffect: Bool, _ state: inout State) {
        if state.log.count >= logEntriesMax * 2 { state.log.removeFirst(state.log.count - logEntriesMax) }
        switch outcome {
        case .response(let response):
            state.log.append(Exchange(call: call, status: response.status, failure: nil, hadEffect: hadEffect))
        case .failure(let failure):
            state.log.append(Exchange(call: call, status: nil, failure: failure, hadEffect: hadEffect))
        }
    }
}

/// A transport whose other end is a simulated cluster.
public typealias SimulatedCluster = SimulatedTransport<KubernetesWorld>
