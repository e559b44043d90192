public import SlipwayBase
public import SlipwayHTTP

/// A transport whose other end is a simulated cluster.
///
/// Hooks see each call before and after its effect, and may answer in its place: that is how faults are planted.
///
///     let transport = SimulatedTransport(world, time: clock)
///     transport.before { call, world in call.index == 7 ? .failure(HTTPFailure(.unsent, "no route")) : nil }
///     transport.after { call, response, world in call.index == 9 ? .failure(HTTPFailure(.unanswered, "reset")) : nil }
public final class SimulatedTransport: Transport {
    /// One call as hooks and the log see it.
    public struct Call: Sendable {
        /// Its number, from 0, in the order of arrival.
        public var index: Int
        /// What was sent.
        public var request: Request
        /// When it arrived.
        public var time: Timestamp
    }

    /// A call and what came of it.
    public struct Exchange: Sendable {
        /// The call.
        public var call: Call
        /// The status the caller saw; nil when it saw a failure.
        public var status: Int?
        /// The failure the caller saw.
        public var failure: HTTPFailure?
        /// Whether the cluster saw the request.
        public var hadEffect: Bool
    }

    /// What a hook says in place of the cluster.
    public enum Outcome: Sendable {
        /// This response.
        case response(Response)
        /// No response.
        case failure(HTTPFailure)
    }

    /// Runs before the cluster sees a call; an outcome means that it never does.
    public typealias Before = @Sendable (Call, inout KubernetesWorld) -> Outcome?
    /// Runs after the effect with the true answer; an outcome takes its place.
    public typealias After = @Sendable (Call, Response, inout KubernetesWorld) -> Outcome?

    /// How streamed watches go on when everything that happened has been told.
    public enum WatchMode: Hashable, Sendable {
        /// They end, as if the server had closed them: for virtual clocks, which nobody moves while a watch waits.
        case ends
        /// They wait for the next call on this transport, or for cancellation; `timeoutSeconds` of the clock ends them.
        case waits
        /// They sleep on the clock until the next change of the cluster, at most this long at a time, and end at
        /// `timeoutSeconds`: for real clocks.
        case sleeps(atMost: Duration)
    }

    private struct State {
        var world: KubernetesWorld
        var before: [Before] = []
        var after: [After] = []
        var log: [Exchange] = []
        var calls = 0
    }

    private let state: Locked<State>
    private let bell = Bell()
    /// The clock that the cluster goes by.
    public let time: any TimeSource
    private let watchMode: WatchMode
    private let logEntriesMax: Int

    /// Serves `world`, which goes by `time`; the log keeps the latest `logEntriesMax` calls.
    public init(
        _ world: KubernetesWorld,
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

    /// The calls seen, oldest first.
    public var log: [Exchange] { state.withLock { $0.log } }

    /// A snapshot of the cluster as of its latest call.
    public var world: KubernetesWorld { state.withLock { $0.world } }

    /// Looks at or changes the cluster, brought up to the present first.
    public func withWorld<Result>(_ body: (inout KubernetesWorld) -> Result) -> Result {
        let now = time.now
        defer { bell.ring() }
        return state.withLock { state in
            state.world.advance(to: now)
            return body(&state.world)
        }
    }

    /// Asks the cluster at the clock's present time.
    public func send(_ request: Request) async throws(HTTPFailure) -> Response {
        if Task.isCancelled { throw HTTPFailure(.cancelled, "the request was cancelled before it was sent") }
        let now = time.now
        let outcome = state.withLock { exchange(request, at: now, &$0) }
        bell.ring()
        switch outcome {
        case .response(let response): return response
        case .failure(let failure): throw failure
        }
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

    private func answer(_ request: Request, at now: Timestamp, _ world: inout KubernetesWorld) -> Response {
        guard request.streamsResponse, APITarget(request.target).isSet("watch") else {
            var response = world.respond(to: request, at: now)
            if request.streamsResponse { (response.stream, response.body) = (.once(response.body), []) }
            return response
        }
        switch world.openWatch(request, at: now) {
        case .failure(let refusal):
            var response = refusal.response
            (response.stream, response.body) = (.once(response.body), [])
            return response
        case .success(let (cursor, lines)):
            let watch = Watching(cursor: cursor, first: lines, began: now)
            return Response(status: 200, headers: .json, stream: stream(watch))
        }
    }

    private func stream(_ watching: Watching) -> BodyStream {
        let watch = Locked(watching)
        return BodyStream { [self] () async throws(HTTPFailure) -> [UInt8]? in
            while true {
                let rung = bell.count
                let (lines, pause) = next(watch)
                if let lines { return lines }
                guard let pause else { return nil }
                switch watchMode {
                case .ends: return nil
                case .waits: try await wait(since: rung)
                case .sleeps: try await sleep(pause)
                }
            }
        }
    }

    /// The next piece of a watch, or how long to wait for it; neither at its end.
    private func next(_ watch: Locked<Watching>) -> (lines: [UInt8]?, pause: Duration?) {
        let now = time.now
        return state.withLock { state in
            state.world.advance(to: now)
            return watch.withLock { $0.next(state.world, mode: watchMode) }
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
