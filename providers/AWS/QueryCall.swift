/// One operation of a service that speaks the Query protocol, before it becomes a request.
public struct QueryCall: Hashable, Sendable {
    /// One form field.
    public struct Parameter: Hashable, Sendable {
        /// The name, such as `OptionSettings.member.1.Value`.
        public var name: String
        /// The value, not encoded yet.
        public var value: String

        /// Makes a field.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// The operation, such as `DescribeEnvironments`.
    public var action: String
    /// The fields in the order they are sent, after `Action` and `Version`.
    public var parameters: [Parameter]
    /// Whether sending it twice is as good as sending it once: reads, and writes of an end state.
    public var isIdempotent: Bool

    /// Makes a call.
    public init(_ action: String, _ parameters: [Parameter] = [], isIdempotent: Bool) {
        (self.action, self.parameters, self.isIdempotent) = (action, parameters, isIdempotent)
    }
}
