import SlipwayBase

/// A label selector as lists and watches take it: `app=web,tier!=db,env in (a,b),!legacy`.
struct LabelSelector: Sendable {
    private enum Rule: Sendable {
        case isIn(String, [String])
        case notIn(String, [String])
        case exists(String)
        case absent(String)
    }

    private var rules: [Rule] = []

    /// Selects everything.
    init() {}

    /// Nil when `text` is not a selector.
    init?(_ text: String) {
        var rest = Substring(text)
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            guard !rest.isEmpty else { break }
            guard let rule = Self.rule(&rest) else { return nil }
            rules.append(rule)
        }
    }

    /// The selector of a workload: `matchLabels` and `matchExpressions`.
    init(workload selector: JSON?) {
        for (key, value) in selector?["matchLabels"]?.object?.members ?? [] {
            rules.append(.isIn(key, [value.string ?? ""]))
        }
        for expression in selector?["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values = (expression["values"]?.array ?? []).compactMap(\.string)
            switch expression["operator"]?.string {
            case "In": rules.append(.isIn(key, values))
            case "NotIn": rules.append(.notIn(key, values))
            case "Exists": rules.append(.exists(key))
            default: rules.append(.absent(key))
            }
        }
    }

    /// Whether labels satisfy every rule.
    func matches(_ labels: JSONObject) -> Bool {
        rules.allSatisfy { rule in
            switch rule {
            case .isIn(let key, let values): labels[key]?.string.map(values.contains) ?? false
            case .notIn(let key, let values): !(labels[key]?.string.map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }

    private static func rule(_ rest: inout Substring) -> Rule? {
        let isNegated = rest.first == "!" && rest.dropFirst().first != "="
        if isNegated { rest = rest.dropFirst() }
        let key = word(&rest)
        guard !key.isEmpty else { return nil }
        rest = rest.drop { $0 == " " }
        if rest.isEmpty || rest.first == "," { return isNegated ? .absent(key) : .exists(key) }
        guard !isNegated else { return nil }
        for (sign, isEqual) in [("==", true), ("!=", false), ("=", true)] where rest.hasPrefix(sign) {
            rest = rest.dropFirst(sign.count).drop { $0 == " " }
            let value = word(&rest)
            return isEqual ? .isIn(key, [value]) : .notIn(key, [value])
        }
        let operation = word(&rest)
        rest = rest.drop { $0 == " " }
        guard ["in", "notin"].contains(operation), rest.first == "(", let close = rest.firstIndex(of: ")") else {
            return nil
        }
        let values = rest[rest.index(after: rest.startIndex)..<close].split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        rest = rest[rest.index(after: close)...]
        return operation == "in" ? .isIn(key, values) : .notIn(key, values)
    }

    private static func word(_ rest: inout Substring) -> String {
        let end = rest.firstIndex { "=!,() ".contains($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }
}

/// A field selector: `metadata.name=web,involvedObject.kind=Deployment`; any dotted path of texts is compared.
struct FieldSelector: Sendable {
    private var rules: [(path: [String], value: String, isEqual: Bool)] = []

    /// Selects everything.
    init() {}

    /// Nil when `text` is not a selector.
    init?(_ text: String) {
        for part in text.split(separator: ",") {
            let isEqual = !part.contains("!=")
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { return nil }
            var name = sides[0]
            if name.hasSuffix("!") { name = name.dropLast() }
            let value = sides[1].hasPrefix("=") ? sides[1].dropFirst() : sides[1]
            rules.append((name.split(separator: ".").map(String.init), String(value), isEqual))
        }
    }

    /// Whether the object satisfies every rule; an absent field counts as empty text.
    func matches(_ object: JSON) -> Bool {
        rules.allSatisfy { rule in
            let value = rule.path.reduce(object as JSON?) { $0?[$1] }
            return ((value?.string ?? "") == rule.value) == rule.isEqual
        }
    }
}
