/// What of a request need not be as it was recorded: for recordings that another program made.
///
/// Whatever is tolerated must not change what the server would have answered; a test that tolerates says why.
public struct ReplayTolerance: Hashable, Sendable {
    /// Names of query fields that are not compared, such as `api-version`.
    public var queries: Set<String>
    /// Whether `Accept` is not compared.
    public var accept: Bool

    /// Makes a tolerance.
    public init(queries: Set<String> = [], accept: Bool = false) { (self.queries, self.accept) = (queries, accept) }

    /// Everything is compared.
    public static let none = ReplayTolerance()

    /// For whole runs of a program that watches objects: from which version on depends on when it began to.
    public static let ofRuns = ReplayTolerance(queries: ["resourceVersion"])
}
