public import SlipwayBase

/// One value of a config file with its place and key path; a tree of finite size, whatever aliases the file has.
public struct ConfigNode: Hashable, Sendable {
    /// What a node holds.
    public enum Content: Hashable, Sendable {
        /// A text, number, truth value or nothing.
        case scalar(ConfigScalar)
        /// A list.
        case sequence([ConfigNode])
        /// Keys and values in the order written; no key occurs twice.
        case mapping([Entry])
    }

    /// One key of a mapping with its value.
    public struct Entry: Hashable, Sendable {
        /// The key.
        public var key: String
        /// Where the key stands.
        public var place: Diagnostic.Place
        /// The value.
        public var value: ConfigNode

        /// Makes an entry.
        public init(key: String, place: Diagnostic.Place, value: ConfigNode) {
            (self.key, self.place, self.value) = (key, place, value)
        }
    }

    /// What it holds.
    public var content: Content
    /// The key path from the document, such as `targets[1].kubernetes`; empty for the document.
    public var path: String
    /// Where it begins.
    public var place: Diagnostic.Place

    /// Makes a node.
    public init(_ content: Content, path: String = "", place: Diagnostic.Place) {
        (self.content, self.path, self.place) = (content, path, place)
    }

    /// The scalar, when it is one.
    public var scalar: ConfigScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
    /// The elements, when it is a list.
    public var elements: [ConfigNode]? { if case .sequence(let nodes) = content { nodes } else { nil } }
    /// The keys and values, when it is a mapping.
    public var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }
    /// Whether nothing is written there, or `null`.
    public var isNull: Bool { scalar?.kind == .null }

    /// The value of `key`; nil when absent or when this is no mapping.
    public subscript(_ key: String) -> ConfigNode? { entries?.first { $0.key == key }?.value }

    /// What it is, in words for a sentence: `a list`, `the number 3`.
    public var kindInWords: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): scalar.inWords
        }
    }

    /// The path of `key` below this node.
    func path(of key: String) -> String { Self.join(path, key) }

    /// A key path one key longer; keys that are no plain words are put in brackets.
    static func join(_ path: String, _ key: String) -> String {
        let isWord =
            !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        guard isWord, key.count <= 100 else { return path + "[\"\(key.printable(max: 100))\"]" }
        return path.isEmpty ? key : path + "." + key
    }
}

/// A scalar as written, and what YAML 1.2 makes of it.
public struct ConfigScalar: Hashable, Sendable {
    /// What the text stands for.
    public enum Kind: Hashable, Sendable {
        /// Nothing, `~` or `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A whole number that fits 64 bits.
        case int(Int64)
        /// Any other number.
        case double(Double)
        /// Everything else, and everything in quotes.
        case text
    }

    /// Where the text came from.
    public enum Style: Hashable, Sendable {
        /// Written without quotes.
        case plain
        /// Written with quotes or as a block: always a text.
        case quoted
        /// Filled in from the environment: a text that may be read as a number too, and is never shown.
        case interpolated(template: String)
        /// Given on the command line: a text that may be read as a number too, taken literally.
        case given
    }

    /// The characters, with escapes resolved.
    public var source: String
    /// What they stand for.
    public var kind: Kind
    /// Where they came from.
    public var style: Style

    /// Makes a scalar; its kind follows from the text and the style.
    public init(_ source: String, style: Style = .plain) {
        (self.source, self.style) = (source, style)
        switch style {
        case .plain: kind = Self.resolve(source)
        case .quoted: kind = .text
        case .interpolated, .given:
            // An empty or `null` value from outside is a text: it was given, so it must not pass for absent.
            let resolved = Self.resolve(source)
            kind = resolved == .null ? .text : resolved
        }
    }

    /// The characters, when they may stand for a text: numbers keep the digits as written (`1.10` stays `1.10`).
    public var text: String? {
        switch (kind, style) {
        case (.text, _), (.int, _), (.double, _), (_, .interpolated), (_, .given): source
        default: nil
        }
    }

    /// What it is, in words for a sentence; values from the environment are not shown.
    public var inWords: String {
        if case .interpolated(let template) = style { return "the value of \(template.printable(max: 80))" }
        switch kind {
        case .null: return "nothing"
        case .bool: return source
        case .int, .double: return "the number \(source.printable(max: 40))"
        case .text: return "the text \"\(source.printable(max: 80))\""
        }
    }
}
