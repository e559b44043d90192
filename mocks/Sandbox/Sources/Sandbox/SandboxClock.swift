public import SlipwayBase

/// The clock that the simulated clouds go by: the machine's, a faster one, or one that moves only when told.
///
/// Clients keep the machine's time; `lead` says how far the clouds are ahead of them.
public final class SandboxClock: Sendable {
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

    /// What somebody waits for.
    private struct Expectation {
        var moment: Timestamp?
        var ring: (@Sendable () -> Void)?
    }

    /// So seldom are watches told of what happens by itself, however fast the clouds go.
    private static let pauseMin = Duration.milliseconds(5)

    private let machine: any TimeSource
    private let state: Locked<State>
    private let expectation = Locked(Expectation())

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
            expectation.withLock { $0.ring }?()
        }
    }

    /// Somebody waits for `moment` of the clouds' time.
    func expect(_ moment: Timestamp) {
        let ring = expectation.withLock { expectation -> (@Sendable () -> Void)? in
            if let known = expectation.moment, known <= moment { return nil }
            expectation.moment = moment
            return expectation.ring
        }
        ring?()
    }

    /// Nobody waits any more, or says so again.
    func forgetExpected() { expectation.withLock { $0.moment = nil } }

    /// How long it is on the machine until the first moment that somebody waits for; nil when nobody does, or when time
    /// stands still.
    public var pause: Duration? {
        guard let moment = expectation.withLock({ $0.moment }), case .scaled(let speed) = pace else { return nil }
        return max((moment - now) / speed, Self.pauseMin)
    }

    /// Calls `ring` whenever `pause` has become another one.
    public func whenPauseChanges(_ ring: @escaping @Sendable () -> Void) { expectation.withLock { $0.ring = ring } }

    /// Moves the clouds' time forward at once; negative durations are ignored.
    public func step(by duration: Duration) {
        state.withLock { $0.simulated = max($0.simulated, $0.simulated + duration) }
    }

    private static func simulated(_ state: State, at real: Timestamp) -> Timestamp {
        guard case .scaled(let speed) = state.pace else { return state.simulated }
        guard speed != 1 else { return state.simulated + (real - state.real) }
        let passed = Double((real - state.real).milliseconds) * speed
        return Timestamp(milliseconds: state.simulated.milliseconds &+ Int64(passed))
    }
}
