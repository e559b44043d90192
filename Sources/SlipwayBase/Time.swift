/// A point on the wall clock, in whole milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Codable, Comparable, Hashable, Sendable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// Makes a timestamp from milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Decodes a bare number of milliseconds.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Encodes a bare number of milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    /// Earlier sorts first.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// The time `duration` later, rounded down to a millisecond.
    public static func + (lhs: Self, rhs: Duration) -> Self {
        Timestamp(milliseconds: lhs.milliseconds &+ rhs.milliseconds)
    }

    /// The time between two timestamps.
    public static func - (lhs: Self, rhs: Self) -> Duration {
        .milliseconds(lhs.milliseconds &- rhs.milliseconds)
    }
}

extension Duration {
    /// The whole milliseconds in this duration, rounded down; saturates at about 292 million years.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds < 0 ? .min : .max) : product &+ attoseconds / 1_000_000_000_000_000
    }
}

/// The only door to time: what the wall clock says, and how to wait.
public protocol TimeSource: Sendable {
    /// The present time.
    var now: Timestamp { get }

    /// Returns after `duration`, or throws as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws(CancellationError)
}

/// The only door to chance: jitter is drawn from here, so that a seed replays a run.
public protocol RandomSource: Sendable {
    /// The next 64 random bits.
    func next() -> UInt64
}
