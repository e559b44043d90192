/// Exponential back-off with full jitter: a random wait between zero and a bound that doubles up to a ceiling.
public struct Backoff: Hashable, Sendable {
    /// The bound of the first wait.
    public var base: Duration
    /// The bound that is never passed.
    public var ceiling: Duration

    /// Makes a back-off.
    public init(base: Duration = .milliseconds(500), ceiling: Duration = .seconds(20)) {
        (self.base, self.ceiling) = (base, ceiling)
    }

    /// The longest wait before attempt `attempt`, counted from 1 for the first repetition.
    public func bound(attempt: Int) -> Duration {
        let doublings = min(max(attempt - 1, 0), 40)
        let (scaled, overflow) = base.milliseconds.multipliedReportingOverflow(by: 1 << Int64(doublings))
        return overflow ? ceiling : min(.milliseconds(scaled), ceiling)
    }

    /// A wait drawn evenly from zero to `bound(attempt:)`.
    public func wait(attempt: Int, random: any RandomSource) -> Duration {
        let bound = bound(attempt: attempt).milliseconds
        guard bound > 0 else { return .zero }
        return .milliseconds(Int64(random.next() % UInt64(bound + 1)))
    }
}

/// SplitMix64: a small generator whose whole sequence follows from its seed.
public final class SeededRandom: RandomSource {
    private let state: Locked<UInt64>

    /// Starts the sequence of `seed`.
    public init(seed: UInt64) { state = Locked(seed) }

    /// The next 64 bits of the sequence.
    public func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }
}
