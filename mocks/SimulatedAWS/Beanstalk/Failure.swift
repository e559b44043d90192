/// Something that goes wrong by instruction.
public struct BeanstalkFailure: Hashable, Sendable {
    /// What goes wrong.
    public enum Kind: Hashable, Sendable {
        /// The deployment command fails on the instance of this number, counted from 1 in the order of deployment.
        case instance(Int)
        /// The deployment command fails on every instance.
        case everyInstance
        /// The deployment command never comes to an end on the instance of this number.
        case timeout(Int)
        /// What was deployed runs and never passes a health check; the first instance of an immutable update too.
        case unhealthy
        /// What was deployed is healthy and stops being so this long after its instance was deployed.
        case degrades(after: Duration)
        /// What was deployed answers, with more client errors than it should: health is `Warning`.
        case warns
        /// The bundle is refused when it is processed.
        case processing
        /// An environment that is launched comes up with errors.
        case launch
        /// A change of options fails and is reverted.
        case configuration
        /// A swap is accepted and comes to nothing.
        case swap
    }

    /// What goes wrong.
    public var kind: Kind
    /// The version it goes wrong with; nil is any.
    public var version: String?
    /// The environment it goes wrong in, by name; nil is any.
    public var environment: String?
    /// How many operations it still hits; nil is all of them.
    public var remaining: Int?

    /// A failure of this version, in this environment, so many times; what is nil matches everything.
    public init(_ kind: Kind, version: String? = nil, environment: String? = nil, times: Int? = nil) {
        (self.kind, self.version, self.environment, remaining) = (kind, version, environment, times)
    }
}
