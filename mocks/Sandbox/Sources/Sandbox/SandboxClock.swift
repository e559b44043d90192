public import SlipwayBase

/// The clock that the simulated clouds go by: the machine's, a faster one, or one that moves only when told.
///
/// Clients keep the machine's time; `lead` says how far the clouds are ahead of them.
public final class SandboxClock: TimeSource {
    /// How time passes.
    public enum Pace: Hashable, Sendable {
        /// As on the machine, so many times faster.
        case scaled(Double)
        /// Only in steps.
        case stepped
    }

    private struct State {
        var pace: Pace
        var real: Timestamp
        var simulated: Timestamp
    }

    private let machine: any TimeSource
    private let state: Locked<State>

    /// Begins at the machine's present time.
    public init(_ machine: any TimeSource, pace: Pace = .scaled(1)) {
        self.machine = machine
        state = Locked(State(pace: pace, real: machine.now, simulated: machine.now))
    }

    /// The clouds' present time.
    public var now: Timestamp { state.withLock { Self.simulated($0, at: machine.now) } }

    /// The machine's present time, which clients sign by.
    public var machineTime: Timestamp { machine.now }

    /// How far the clouds are ahead of the machine.
    public var lead: Duration {
        let real = machine.now
        return state.withLock { Self.simulated($0, at: real) - real }
    }

    /// How time passes.
    public var pace: Pace {
        get { state.withLock { $0.pace } }
        set {
            let real = machine.now
            state.withLock { $0 = State(pace: newValue, real: real, simulated: Self.simulated($0, at: real)) }
        }
    }

    /// Moves the clouds' time forward at once; negative durations are ignored.
    public func step(by duration: Duration) {
        state.withLock { $0.simulated = max($0.simulated, $0.simulated + duration) }
    }

    /// Returns when so much of the clouds' time has passed; never, while time only moves in steps.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        let end = now + duration
        while now < end {
            let pause: Duration = if case .scaled(let speed) = pace { (end - now) / speed } else { .milliseconds(50) }
            try await machine.sleep(for: max(min(pause, .milliseconds(50)), .milliseconds(1)))
        }
    }

    private static func simulated(_ state: State, at real: Timestamp) -> Timestamp {
        guard case .scaled(let speed) = state.pace else { return state.simulated }
        guard speed != 1 else { return state.simulated + (real - state.real) }
        let passed = Double((real - state.real).milliseconds) * speed
        return Timestamp(milliseconds: state.simulated.milliseconds &+ Int64(passed))
    }
}
