public import SlipwayBase

/// Reads one mapping by typed keys, collects every mistake, and reports the keys that nobody asked for.
///
/// Every method gives nil when the key is absent or wrong; what is wrong stands in `findings` with its place.
/// Ask for every key you know, then call `finish()`: the keys not asked for are reported with the nearest known one.
public final class ConfigReader {
    /// The mapping that is read.
    public let node: ConfigNode
    /// Where mistakes go.
    public let findings: Findings
    private var known: [String] = []
    private var choices: [[String]] = []

    /// Reads `node`; reports it when it is no mapping. Nothing at all counts as an empty mapping.
    public init(_ node: ConfigNode, into findings: Findings) {
        (self.node, self.findings) = (node, findings)
        if node.entries == nil, !node.isNull { findings.error(node, "must be a mapping, not \(node.kindInWords)") }
    }

    /// Reads a mapping with `body`, reports unknown keys, and throws everything found when there is an error.
    ///
    /// `body` may give nil only after a mistake was reported.
    public static func decode<Value>(
        _ node: ConfigNode,
        into findings: Findings = Findings(),
        _ body: (ConfigReader) -> Value?
    ) throws(InputFailure) -> Value {
        let reader = ConfigReader(node, into: findings)
        let value = body(reader)
        reader.finish()
        try findings.throwIfRefused()
        guard let value else { throw ConfigNode.failure(node.place, path: node.path, "cannot be read") }
        return value
    }

    /// The value of `key`, of any kind; nil when absent or null, which is reported when it is `required`.
    public func node(_ key: String, required: Bool = false) -> ConfigNode? {
        know(key)
        if let value = node[key], !value.isNull { return value }
        if required, node.entries != nil || node.isNull {
            let path = node.path(of: key)
            findings.add(Diagnostic(.error, path: path, place: node[key]?.place ?? node.place, Self.missing))
        }
        return nil
    }

    /// Whether `key` is written at all, even without a value.
    public func has(_ key: String) -> Bool {
        know(key)
        return node[key] != nil
    }

    /// A reader for the mapping under `key`.
    public func mapping(_ key: String, required: Bool = false) -> ConfigReader? {
        guard let value = node(key, required: required) else { return nil }
        guard value.entries != nil else {
            findings.error(value, "must be a mapping, not \(value.kindInWords)")
            return nil
        }
        return ConfigReader(value, into: findings)
    }

    /// The elements of the list under `key`, each of any kind.
    public func list(_ key: String, required: Bool = false, max: Int = Limits.yamlNodesMax) -> [ConfigNode]? {
        guard let value = node(key, required: required) else { return nil }
        guard let elements = value.elements else {
            findings.error(value, "must be a list, not \(value.kindInWords)")
            return nil
        }
        guard elements.count <= max else {
            findings.error(value, "has \(elements.count) elements; at most \(max) are allowed")
            return nil
        }
        return elements
    }

    /// The one of `keys` that is written, with its value (which may be nothing); more than one is reported.
    public func oneOf(_ keys: [String], required: Bool = false) -> (key: String, value: ConfigNode)? {
        for key in keys { know(key) }
        let written = keys.compactMap { key in node[key].map { (key: key, value: $0) } }
        if written.count > 1 {
            let names = written.map(\.key).joined(separator: " and ")
            findings.error(written[1].value, "only one of \(Self.inWords(keys)) may be given, not \(names)")
            return nil
        }
        if written.isEmpty, required { choices.append(keys) }
        return written.first
    }

    /// Reports, when reading is finished, that none of `keys` is written; a misspelt one is only called unknown.
    public func require(_ keys: [String]) { choices.append(keys) }

    /// Reports every key that was not asked for, with the nearest one that was, and every choice that was not made.
    ///
    /// A key that was only misspelt is not reported as missing as well.
    public func finish() {
        var meant: Set<String> = []
        for entry in node.entries ?? [] where !known.contains(entry.key) {
            let name = entry.key.printable(max: 80)
            let nearest = entry.key.utf8.count <= 100 ? entry.key.nearest(of: known) : nil
            if let nearest { meant.insert(nearest) }
            let hint =
                nearest.map { "did you mean \"\($0)\"?" }
                ?? (known.isEmpty
                    ? "no keys are known here" : "known here: \(known.prefix(20).joined(separator: ", "))")
            findings.add(
                Diagnostic(.error, path: entry.value.path, place: entry.place, "unknown key \"\(name)\"; \(hint)")
            )
        }
        for key in meant { findings.withdraw(Self.missing, at: node.path(of: key)) }
        guard node.entries != nil || node.isNull else { return }
        for keys in choices where meant.isDisjoint(with: keys) {
            findings.error(node, keys.count == 1 ? "must have \(keys[0])" : "must have one of \(Self.inWords(keys))")
        }
    }

    private static let missing = "is missing"

    /// Marks `key` as known without reading it.
    public func know(_ key: String) {
        guard !known.contains(key) else { return }
        known.append(key)
        findings.knownPaths.insert(ConfigNode.join(Self.withoutIndices(node.path), key))
    }

    static func withoutIndices(_ path: String) -> String {
        var result = ""
        var isInside = false
        for character in path {
            if character == "]" { isInside = false }
            if !isInside { result.append(character) }
            if character == "[" { isInside = true }
        }
        return result
    }

    /// `a`, `a or b`, `a, b or c`.
    static func inWords(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
