public import SlipwayBase

/// A long-running operation: where it tells how it stands.
///
/// A value that is replaced at every poll, since the address changes. It holds an address signed for this operation
/// and is kept in memory only, never in a journal: whoever loses it looks at the resource instead. Its description
/// shows no address.
public struct ARMOperation: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// How it tells, in the order in which one goes before the other.
    public enum Way: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// `Azure-AsyncOperation`: a body with a `status`; `final` is read afterwards, where there is anything to read.
        case asyncOperation(url: String, final: String?)
        /// `Location`: 202 until it is over.
        case location(url: String)
        /// `properties.provisioningState` of the resource itself.
        case provisioningState(url: String)

        /// Its name, without the address.
        public var description: String {
            switch self {
            case .asyncOperation: "asyncOperation"
            case .location: "location"
            case .provisioningState: "provisioningState"
            }
        }
        /// Its name, without the address.
        public var debugDescription: String { description }
        /// No children.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// The call that began it, such as `POST slots/staging/slotsswap`.
    public var call: String
    /// How it tells.
    public var way: Way
    /// How long to wait before the next look, as Azure asked.
    public var wait: Duration

    /// Makes an operation.
    public init(call: String, way: Way, wait: Duration) { (self.call, self.way, self.wait) = (call, way, wait) }

    /// The call, how it tells and how long to wait.
    public var description: String { "\(call) (\(way), again in \(wait))" }
    /// The same.
    public var debugDescription: String { description }
    /// No children.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The wait that `asked` for, between one second and a minute; `standard` when nothing was asked.
    static func wait(_ asked: Duration?, else standard: Duration) -> Duration {
        min(max(asked ?? standard, .seconds(1)), .seconds(60))
    }
}

/// How an operation stands.
public enum ARMProgress: Hashable, Sendable {
    /// Not over: look again with this one.
    case running(ARMOperation)
    /// Over, with what the resource is now; null where nothing is told.
    case succeeded(JSON)
}
