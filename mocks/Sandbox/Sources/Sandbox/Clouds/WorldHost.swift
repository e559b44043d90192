import SandboxServer
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// A simulated world that many connections ask at once, on the sandbox's clock.
final class WorldHost<World: SimulatedWorld>: Sendable {
    private struct State {
        var world: World
        var generation = 0
        var sleepers: [Int: @Sendable () -> Void] = [:]
        var tickets = 0
        var told = Timestamp(milliseconds: 0)
    }

    /// Streams look up at least so often, to see whether their time is over.
    private static var lookEvery: Duration { .seconds(1) }

    private let clock: SandboxClock
    private let state: Locked<State>
    private let nextChange: @Sendable (World) -> Timestamp?

    /// Serves `world`, which changes by itself next when `nextChange` says.
    init(_ world: World, clock: SandboxClock, nextChange: @escaping @Sendable (World) -> Timestamp?) {
        (self.clock, self.nextChange) = (clock, nextChange)
        state = Locked(State(world: world))
    }

    /// Answers `request`, piece by piece where the world has it so; `prepare` runs before with the world.
    func reply(
        to request: Request,
        streams: Bool,
        changes: Bool,
        prepare: (inout World) -> Void = { _ in }
    ) -> Reply {
        let now = clock.now
        let (reply, sleepers) = state.withLock { state -> (Reply, [@Sendable () -> Void]) in
            advance(&state, to: now)
            prepare(&state.world)
            if streams, let opened = state.world.openStream(for: request, at: now) {
                return (Reply(opened.head, source: HostedStream(opened.stream, self)), [])
            }
            let response = state.world.respond(to: request, at: now)
            guard changes else { return (Reply(response), []) }
            state.generation += 1
            return (Reply(response), Array(state.sleepers.values))
        }
        for wake in sleepers { wake() }
        return reply
    }

    /// Lets happen what is due, and wakes the streams when something did, and from time to time all the same.
    func tick() {
        let (now, real) = (clock.now, clock.machineTime)
        let sleepers = state.withLock { state -> [@Sendable () -> Void] in
            let before = state.generation
            advance(&state, to: now)
            guard before != state.generation || real - state.told >= Self.lookEvery else { return [] }
            state.told = real
            return Array(state.sleepers.values)
        }
        for wake in sleepers { wake() }
    }

    /// Looks at or changes the world as it is now.
    func withWorld<Result>(changes: Bool = false, _ body: (inout World) -> Result) -> Result {
        let now = clock.now
        let (result, sleepers) = state.withLock { state -> (Result, [@Sendable () -> Void]) in
            advance(&state, to: now)
            let result = body(&state.world)
            guard changes else { return (result, []) }
            state.generation += 1
            return (result, Array(state.sleepers.values))
        }
        for wake in sleepers { wake() }
        return result
    }

    /// Counts what may have changed the world; the same number means the same world.
    var generation: Int { state.withLock { $0.generation } }

    private func advance(_ state: inout State, to now: Timestamp) {
        if let change = nextChange(state.world), change <= now { state.generation += 1 }
        state.world.advance(to: now)
    }

    fileprivate func piece(of stream: inout any SimulatedStream<World>) -> StreamPiece {
        let now = clock.now
        return state.withLock { state in
            advance(&state, to: now)
            return stream.next(in: state.world, mode: .sleeps(atMost: .seconds(3600)))
        }
    }

    fileprivate func sleep(_ wake: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.tickets += 1
            state.sleepers[state.tickets] = wake
            return state.tickets
        }
    }

    fileprivate func forget(_ ticket: Int) { state.withLock { $0.sleepers[ticket] = nil } }
}

/// A stream of a hosted world on its way to a client.
private final class HostedStream<World: SimulatedWorld>: ReplySource {
    private let stream: Locked<any SimulatedStream<World>>
    private let host: WorldHost<World>
    private let ticket = Locked<Int?>(nil)

    init(_ stream: any SimulatedStream<World>, _ host: WorldHost<World>) {
        (self.stream, self.host) = (Locked(stream), host)
    }

    func next() -> ReplyPiece {
        switch stream.withLock({ host.piece(of: &$0) }) {
        case .bytes(let bytes): .bytes(bytes)
        case .pause: .nothing
        case .end: .end
        }
    }

    func whenThereIsMore(_ wake: @escaping @Sendable () -> Void) {
        let new = host.sleep(wake)
        ticket.withLock { $0 = new }
    }

    func close() {
        guard let old = ticket.withLock({ $0.take() }) else { return }
        host.forget(old)
    }
}
