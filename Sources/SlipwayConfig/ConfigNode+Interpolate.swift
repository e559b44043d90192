public import SlipwayBase

extension ConfigNode {
    /// The same tree with `${NAME}` and `${NAME:-default}` filled in from `environment`; `$$` is a dollar.
    ///
    /// Only values are filled in, after parsing, so that a variable never changes the structure; a `$` before anything
    /// else stays as it is. Throws every variable that is not set, at its place.
    public func interpolated(environment: (String) -> String?) throws(InputFailure) -> ConfigNode {
        let findings = Findings()
        let node = interpolated(environment, findings)
        try findings.throwIfRefused()
        return node
    }

    private func interpolated(_ environment: (String) -> String?, _ findings: Findings) -> ConfigNode {
        var node = self
        switch content {
        case .scalar(let scalar):
            if scalar.style != .given, scalar.source.utf8.contains(UInt8(ascii: "$")) {
                node.content = .scalar(filled(scalar, environment, findings))
            }
        case .sequence(let elements):
            node.content = .sequence(elements.map { $0.interpolated(environment, findings) })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map { Entry(key: $0.key, place: $0.place, value: $0.value.interpolated(environment, findings)) }
            )
        }
        return node
    }

    private func filled(
        _ scalar: ConfigScalar,
        _ environment: (String) -> String?,
        _ findings: Findings
    ) -> ConfigScalar {
        var result = ""
        var wasFilled = false
        var rest = scalar.source[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.hasPrefix("$") {
                rest = rest.dropFirst()
                result += "$"
            } else if rest.hasPrefix("{") {
                guard let (value, end) = variable(rest.dropFirst(), environment, findings) else { return scalar }
                result += value
                rest = rest[end...]
                wasFilled = true
            } else {
                result += "$"
            }
        }
        result += rest
        guard wasFilled else { return ConfigScalar(result, style: scalar.style) }
        if scalar.style == .quoted { return ConfigScalar(quotedAndFilled: result, template: scalar.source) }
        return ConfigScalar(result, style: .interpolated(template: scalar.source))
    }

    // The value of what follows `${`, and where the text goes on; nil after reporting why not.
    private func variable(
        _ text: Substring,
        _ environment: (String) -> String?,
        _ findings: Findings
    ) -> (String, Substring.Index)? {
        guard let close = text.firstIndex(of: "}") else {
            findings.error(self, "\"${\" is not closed with \"}\"; write $$ for a dollar")
            return nil
        }
        let inside = text[..<close]
        let end = text.index(after: close)
        let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let rest = inside[name.endIndex...]
        guard let first = name.first, !first.isNumber, rest.isEmpty || rest.hasPrefix(":-") else {
            findings.error(
                self,
                "\"${\(String(inside).printable(max: 60))}\" is no variable; "
                    + "write ${NAME} or ${NAME:-default}, and $$ for a dollar"
            )
            return nil
        }
        if let value = environment(String(name)), !value.isEmpty || rest.isEmpty { return (value, end) }
        if !rest.isEmpty { return (String(rest.dropFirst(2)), end) }
        findings.error(
            self,
            "the variable \(String(name).printable(max: 60)) is not set; set it, or write ${\(name):-default}"
        )
        return nil
    }
}

extension ConfigScalar {
    /// A text in quotes stays a text whatever is filled in.
    init(quotedAndFilled source: String, template: String) {
        self.init(source, style: .interpolated(template: template))
        kind = .text
    }
}
