/// A value that never shows itself: its description, reflection and interpolation are all redacted.
///
/// It is not Codable on purpose: what is secret is never written to a journal, plan or log.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: Value

    /// Wraps `value`.
    public init(_ value: Value) { self.value = value }

    /// The value itself: for signing and sending only.
    public func reveal() -> Value { value }

    /// Always the same words.
    public var description: String { "[redacted]" }
    /// Always the same words.
    public var debugDescription: String { "[redacted]" }
    /// No children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}
