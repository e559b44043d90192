public import SlipwayBase

/// A bucket of tokens, one for each repetition, that fills up with time: a broken server is not hammered.
///
/// Share one among everything that talks to one server.
public final class RetryBudget: Sendable {
    private struct State {
        var tokens: Double
        var filledAt: Timestamp
    }

    private let tokensMax: Double
    private let interval: Duration
    private let time: any TimeSource
    private let state: Locked<State>

    /// Starts full with `tokensMax` tokens and gains one every `interval`.
    public init(tokensMax: Int = 30, interval: Duration = .seconds(1), time: any TimeSource) {
        (self.tokensMax, self.interval, self.time) = (Double(tokensMax), interval, time)
        state = Locked(State(tokens: Double(tokensMax), filledAt: time.now))
    }

    /// Takes a token; false when there is none, and then nothing must be repeated.
    public func withdraw() -> Bool {
        let now = time.now
        return state.withLock { state in
            let passed = Double(max((now - state.filledAt).milliseconds, 0))
            state.tokens = min(tokensMax, state.tokens + passed / Double(max(interval.milliseconds, 1)))
            state.filledAt = max(state.filledAt, now)
            guard state.tokens >= 1 else { return false }
            state.tokens -= 1
            return true
        }
    }
}
