import SlipwayBase

/// How many requests a subscription may make of Azure Resource Manager: a bucket of tokens for reads, one for writes.
public struct ARMThrottling: Hashable, Sendable {
    /// How many reads may come at once.
    public var readsMax: Double
    /// How many reads a second are refilled.
    public var readsPerSecond: Double
    /// How many writes may come at once.
    public var writesMax: Double
    /// How many writes a second are refilled.
    public var writesPerSecond: Double

    /// The limits that Microsoft has published for a subscription and a principal since 2024, unless told otherwise.
    public init(
        readsMax: Double = 250,
        readsPerSecond: Double = 25,
        writesMax: Double = 200,
        writesPerSecond: Double = 10
    ) {
        (self.readsMax, self.readsPerSecond) = (readsMax, readsPerSecond)
        (self.writesMax, self.writesPerSecond) = (writesMax, writesPerSecond)
    }
}

/// One bucket as it is.
struct TokenBucket: Sendable {
    private var tokens: Double?
    private var time = Timestamp(milliseconds: 0)

    /// Takes a token and gives how many are left, or else how many seconds to wait for one.
    mutating func take(at now: Timestamp, most: Double, perSecond: Double) -> (left: Int, waitSeconds: Int?) {
        let refilled = tokens.map { $0 + Double((now - time).milliseconds) / 1000 * perSecond } ?? most
        var level = min(most, refilled)
        time = now
        guard level >= 1 else {
            tokens = level
            return (0, max(1, Int(((1 - level) / max(perSecond, 0.001)).rounded(.up))))
        }
        level -= 1
        tokens = level
        return (Int(level), nil)
    }
}
