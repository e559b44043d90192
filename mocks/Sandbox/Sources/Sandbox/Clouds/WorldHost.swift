import SandboxServer
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// A simulated world that many connections ask at once, on the sandbox's clock.
final class WorldHost<World: SimulatedWorld>: Sendable {
    /// A stream that has told everything.
    private struct Sleeper {
        var wake: @Sendable () -> Void
        /// When it may have more by itself; nil while it is being told.
        var until: Timestamp?
    }

    private struct State {
        var world: World
        var sleepers: [Int: Sleeper] = [:]
        var tickets = 0

        /// Whom to tell when anything may have changed.
        mutating func wakeAll() -> [@Sendable () -> Void] {
            guard !sleepers.isEmpty else { return [] }
            for ticket in sleepers.keys { sleepers[ticket]?.until = nil }
            return sleepers.values.map { $0.wake }
        }
    }

    private let clock: SandboxClock
    private let state: Locked<State>

    /// Serves `world`.
    init(_ world: World, clock: SandboxClock) {
        self.clock = clock
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
            state.world.advance(to: now)
            prepare(&state.world)
            if streams, let opened = state.world.openStream(for: request, at: now) {
                return (Reply(opened.head, source: HostedStream(opened.stream, self)), [])
            }
            let response = state.world.respond(to: request, at: now)
            return (Reply(response), changes ? state.wakeAll() : [])
        }
        for wake in sleepers { wake() }
        return reply
    }

    /// Wakes the streams that may have more by now. A world without streams needs no waking: it catches up when it is
    /// asked.
    func tick() {
        let now = clock.now
        let (sleepers, next) = state.withLock { state in
            let due = state.sleepers.filter { $0.value.until.map { $0 <= now } ?? false }
            if !due.isEmpty { state.world.advance(to: now) }
            for ticket in due.keys { state.sleepers[ticket]?.until = nil }
            return (due.values.map(\.wake), state.sleepers.values.compactMap(\.until).min())
        }
        if let next { clock.expect(next) }
        for wake in sleepers { wake() }
    }

    /// Looks at or changes the world as it is now.
    func withWorld<Result>(changes: Bool = false, _ body: (inout World) -> Result) -> Result {
        let now = clock.now
        let (result, sleepers) = state.withLock { state -> (Result, [@Sendable () -> Void]) in
            state.world.advance(to: now)
            return (body(&state.world), changes ? state.wakeAll() : [])
        }
        for wake in sleepers { wake() }
        return result
    }

    fileprivate func piece(of stream: inout any SimulatedStream<World>, ticket: Int?) -> StreamPiece {
        let now = clock.now
        let piece = state.withLock { state in
            state.world.advance(to: now)
            let piece = stream.next(in: state.world, mode: .sleeps(atMost: .seconds(3600)))
            if case .pause(let duration) = piece, let ticket { state.sleepers[ticket]?.until = now + duration }
            return piece
        }
        if case .pause(let duration) = piece { clock.expect(now + duration) }
        return piece
    }

    fileprivate func sleep(_ wake: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.tickets += 1
            state.sleepers[state.tickets] = Sleeper(wake: wake)
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
        let ticket = ticket.withLock { $0 }
        return switch stream.withLock({ host.piece(of: &$0, ticket: ticket) }) {
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
