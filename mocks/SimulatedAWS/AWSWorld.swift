public import SlipwayBase

/// The services of AWS that releases need, as a value.
public struct AWSWorld: Sendable {
    /// The time up to which everything that was due has happened.
    public internal(set) var now: Timestamp

    /// An empty account.
    public init(at now: Timestamp) { self.now = now }
}
