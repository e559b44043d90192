public import SlipwayBase

/// Collects what is wrong with an input while it is read, so that every mistake is reported at once.
///
/// Used by one task at a time; everything that reads one file shares one.
public final class Findings {
    /// What was found so far, in the order found.
    public private(set) var diagnostics: [Diagnostic] = []
    /// Every key that was asked for, as paths without indices such as `targets[].name`: what a reader knows.
    public internal(set) var knownPaths: Set<String> = []

    /// Starts with nothing.
    public init() {}

    /// Adds a diagnostic.
    public func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    /// Adds an error about `node`.
    public func error(_ node: ConfigNode, _ message: String) {
        add(Diagnostic(.error, path: node.path, place: node.place, message))
    }

    /// Adds a warning about `node`.
    public func warning(_ node: ConfigNode, _ message: String) {
        add(Diagnostic(.warning, path: node.path, place: node.place, message))
    }

    /// Takes back what was said at `path`.
    func withdraw(_ message: String, at path: String) {
        diagnostics.removeAll { $0.path == path && $0.message == message }
    }

    /// Whether the input cannot be used.
    public var isRefused: Bool { diagnostics.contains { $0.severity == .error } }
    /// The warnings alone.
    public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }

    /// Throws everything that was found, in the order of the file, when there is an error among it.
    public func throwIfRefused() throws(InputFailure) {
        guard isRefused else { return }
        let ordered = diagnostics.enumerated().sorted { left, right in
            let (a, b) = (left.element.place, right.element.place)
            return (a?.line ?? 0, a?.column ?? 0, left.offset) < (b?.line ?? 0, b?.column ?? 0, right.offset)
        }
        let shown = ordered.prefix(Limits.diagnosticsMax).map(\.element)
        guard ordered.count > shown.count else { throw InputFailure(shown) }
        throw InputFailure(shown + [Diagnostic(.error, "there are \(ordered.count - shown.count) more mistakes")])
    }
}
