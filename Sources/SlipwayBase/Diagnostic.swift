/// One sentence about one mistake in the input: what, where, what to do.
public struct Diagnostic: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Whether the input can be used at all.
    public enum Severity: String, Codable, Hashable, Sendable {
        /// The input is refused.
        case error
        /// The input is used, and the reader should know something.
        case warning
    }

    /// Where in a file, both counted from 1.
    public struct Place: Codable, Hashable, Sendable {
        /// The name of the file as the user gave it.
        public var file: String
        /// The line, from 1; 0 when unknown.
        public var line: Int
        /// The column, from 1; 0 when unknown.
        public var column: Int

        /// Makes a place.
        public init(file: String, line: Int = 0, column: Int = 0) {
            (self.file, self.line, self.column) = (file, line, column)
        }
    }

    /// Error or warning.
    public var severity: Severity
    /// The key path inside the document, such as `targets[1].kubernetes.namespace`; empty for the document.
    public var path: String
    /// Where in the file, when known.
    public var place: Place?
    /// What is wrong and what to do, in one sentence.
    public var message: String

    /// Makes a diagnostic.
    public init(_ severity: Severity, path: String = "", place: Place? = nil, _ message: String) {
        (self.severity, self.path, self.place, self.message) = (severity, path, place, message)
    }

    /// `slipway.yaml:3:5: error: strategy.canary: …`, the form that editors can jump to.
    public var description: String {
        var text = ""
        if let place {
            text += place.file + ":"
            if place.line > 0 { text += "\(place.line):\(place.column):" }
            text += " "
        }
        text += severity.rawValue + ": "
        if !path.isEmpty { text += path + ": " }
        return text + message
    }
}

/// Input that was refused, with everything that is wrong with it.
public struct InputFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one of them is an error.
    public var diagnostics: [Diagnostic]

    /// Wraps diagnostics.
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// Wraps one sentence.
    public init(_ message: String) { diagnostics = [Diagnostic(.error, message)] }

    /// One line a diagnostic.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
