import SlipwayBase

/// How many requests an account may make: a bucket of tokens for reads and one for writes, in each region.
public struct AWSThrottling: Hashable, Sendable {
    /// How many reads may come at once.
    public var readsMax: Double
    /// How many reads a second are refilled.
    public var readsPerSecond: Double
    /// How many writes may come at once.
    public var writesMax: Double
    /// How many writes a second are refilled.
    public var writesPerSecond: Double

    /// Generous limits, unless told otherwise; AWS does not publish those of Elastic Beanstalk.
    public init(
        readsMax: Double = 100,
        readsPerSecond: Double = 10,
        writesMax: Double = 40,
        writesPerSecond: Double = 2
    ) {
        (self.readsMax, self.readsPerSecond) = (readsMax, readsPerSecond)
        (self.writesMax, self.writesPerSecond) = (writesMax, writesPerSecond)
    }
}

/// The buckets as they are.
struct TokenBuckets: Sendable {
    private struct Name: Hashable {
        var place: Place
        var service: String
        var isRead: Bool
    }

    private struct Level {
        var tokens: Double
        var time: Timestamp
    }

    private var levels: [Name: Level] = [:]

    /// Takes a token; false when there is none.
    mutating func take(
        _ action: String,
        of service: String,
        in place: Place,
        at now: Timestamp,
        _ limits: AWSThrottling
    ) -> Bool {
        let isRead = ["Describe", "List", "Check", "Validate", "Get"].contains { action.hasPrefix($0) }
        let (most, rate) =
            isRead ? (limits.readsMax, limits.readsPerSecond) : (limits.writesMax, limits.writesPerSecond)
        let name = Name(place: place, service: service, isRead: isRead)
        var level = levels[name] ?? Level(tokens: most, time: now)
        level.tokens = min(most, level.tokens + Double((now - level.time).milliseconds) / 1000 * rate)
        level.time = now
        let isAllowed = level.tokens >= 1
        if isAllowed { level.tokens -= 1 }
        levels[name] = level
        return isAllowed
    }
}
