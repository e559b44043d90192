/// What a request must look like for a rule; kept as it was sent, and understood where it names hosts or paths.
struct RuleCondition: Hashable, Sendable {
    var field: String
    /// The patterns of hosts or paths; empty for other conditions.
    var values: [String] = []
    /// Everything but the field, and the values where they are understood.
    var other = QueryParameters()

    private static let configs = ["host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"]
    private static let known = [
        "host-header", "http-header", "http-request-method", "path-pattern", "query-string", "source-ip",
    ]

    /// Requests for this host, which may have `*` and `?` in it.
    static func host(_ pattern: String) -> RuleCondition { RuleCondition(field: "host-header", values: [pattern]) }

    init(field: String, values: [String]) { (self.field, self.values) = (field, values) }

    /// Reads one member of `Conditions`.
    init(_ fields: QueryParameters) throws(ServiceFault) {
        field = fields["Field"] ?? ""
        guard Self.known.contains(field) else {
            throw ServiceFault(
                "ValidationError",
                "Condition field '\(field)' must be one of '[\(Self.known.joined(separator: ", "))]'"
            )
        }
        guard let config = Self.configs[field] else {
            other = QueryParameters(fields.pairs.filter { $0.name != "Field" })
            return
        }
        let configured = fields.structure(config).list("Values")
        values = configured.isEmpty ? fields.list("Values") : configured
        guard !values.isEmpty else { throw ServiceFault("ValidationError", "A condition value must be specified") }
    }

    /// Writes what `DescribeRules` gives: hosts and paths both in the old place and the new one.
    func write(_ xml: inout XMLWriter) {
        xml.text("Field", field)
        guard let config = Self.configs[field] else { return other.write(&xml) }
        xml.list("Values", values)
        xml.named(config) { $0.list("Values", values) }
    }

    /// Whether a request for this host and path meets the condition; nothing else about requests is known here.
    func isMet(host: String, path: String) -> Bool {
        switch field {
        case "host-header": values.contains { matches(Array(host.lowercased().utf8)[...], $0.lowercased()) }
        case "path-pattern": values.contains { matches(Array(path.utf8)[...], $0) }
        default: false
        }
    }

    private func matches(_ text: ArraySlice<UInt8>, _ pattern: String) -> Bool {
        // Where the latest star stood, and how much of the text it has eaten: no more than one need be remembered.
        let pattern = Array(pattern.utf8)
        let text = Array(text)
        var (at, wanted) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while at < text.count {
            if wanted < pattern.count, pattern[wanted] == UInt8(ascii: "*") {
                star = (wanted, at)
                wanted += 1
            } else if wanted < pattern.count, pattern[wanted] == UInt8(ascii: "?") || pattern[wanted] == text[at] {
                (at, wanted) = (at + 1, wanted + 1)
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (at, wanted) = (last.text + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension QueryParameters {
    /// Writes fields as the elements they stand for: `A.B` is nested, `A.member.1` a list.
    func write(_ xml: inout XMLWriter) {
        var names: [String] = []
        for pair in pairs {
            let name = String(pair.name.prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        for name in names {
            if let value = self[name] {
                xml.named(name) { $0.escape(value) }
                continue
            }
            let members = members(name)
            xml.named(name) { xml in
                guard !members.isEmpty else { return structure(name).write(&xml) }
                for member in members {
                    xml.element("member") { xml in
                        if let scalar = member[""] { xml.escape(scalar) } else { member.write(&xml) }
                    }
                }
            }
        }
    }
}
