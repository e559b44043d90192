public import SlipwayBase
public import SlipwayModel

/// A platform made fresh for one check: a provider, and what the suite must know of the world behind it.
public struct Fixture: Sendable {
    /// The provider under test.
    public var provider: any Provider
    /// The clock the platform lives by; waits of the suite pass on it.
    public var time: any TimeSource
    /// What is released; the platform runs another release when the fixture is made.
    public var release: Release
    /// How many writes the platform has taken so far.
    public var writes: @Sendable () async -> Int
    /// Texts that must not appear in anything the provider gives away: tokens, passwords, values of settings.
    public var secrets: [String]

    /// Makes a fixture.
    public init(
        provider: any Provider,
        time: any TimeSource,
        release: Release,
        secrets: [String] = [],
        writes: @escaping @Sendable () async -> Int
    ) {
        (self.provider, self.time, self.release) = (provider, time, release)
        (self.secrets, self.writes) = (secrets, writes)
    }
}

/// A rule of the provider protocol that was broken, and where.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// The rule, as a sentence about every provider.
    public var rule: String
    /// Where it was broken.
    public var detail: String

    /// `rule: detail`
    public var description: String { "\(rule): \(detail)" }
}
