public import SlipwayBase

/// A long-running operation: where it tells how it stands.
///
/// A value that is replaced at every poll, since the address changes. It holds an address signed for this operation and is
/// kept in memory only, never in a journal: whoever loses it looks at the resource instead.
public struct ARMOperation: Hashable, Sendable {
    /// How it tells, in the order in which one goes before the other.
    public enum Way: Hashable, Sendable {
        /// `Azure-AsyncOperation`: a body with a `status`; `final` is read afterwards, where there is anything to read.
        case asyncOperation(url: String, final: String?)
        /// `Location`: 202 until it is over.
        case location(url: String)
        /// `properties.provisioningState` of the resource itself.
        case provisioningState(url: String)
    }

    /// The call that began it, such as `POST slots/staging/slotsswap`.
    public var call: String
    /// How it tells.
    public var way: Way
    /// How long to wait before the next look, as Azure asked.
    public var wait: Duration

    /// Makes an operation.
    public init(call: String, way: Way, wait: Duration) { (self.call, self.way, self.wait) = (call, way, wait) }
}

/// How an operation stands.
public enum ARMProgress: Hashable, Sendable {
    /// Not over: look again with this one.
    case running(ARMOperation)
    /// Over, with what the resource is now; null where nothing is told.
    case succeeded(JSON)
}
