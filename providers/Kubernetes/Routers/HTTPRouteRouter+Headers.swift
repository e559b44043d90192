import SlipwayBase
import SlipwayModel

/// Header routing: one rule of our own before the rule it is made from, marked by an annotation that names its headers.
extension HTTPRouteRouter {
    func next(matching headers: [HeaderMatch], _ seen: Seen) throws(ProviderFailure) -> Move {
        let route = try seen.object(0, words)
        let index = headerRuleIndex(route, seen)
        let wanted = headers.map { text(of: condition($0)) }
        guard (index == nil ? [] : marked(route)) != wanted else { return settling(route, isBack: headers.isEmpty) }
        var operations: [JSON] = []
        var rules = route[path: "spec", "rules"]?.array ?? []
        var first = try shares(of: route, seen)[0].index
        if let index {
            operations.append(["op": "remove", "path": .string("/spec/rules/\(index)")])
            rules.remove(at: index)
            if index < first { first -= 1 }
        }
        if !headers.isEmpty {
            let rule = headerRule(headers, like: rules[first], seen)
            operations.append(["op": "add", "path": .string("/spec/rules/\(first)"), "value": rule])
        }
        let mark = JSON.array(wanted.map { .string($0) }).text
        let marks = [(Marks.headers, JSON.string(wanted.isEmpty ? "" : mark))]
        return .write(
            seen.calls.patch(.httpRoutes, name, operations: seen.guarded(route, operations, annotations: marks))
        )
    }

    func headerTrouble(_ seen: Seen) -> Fidelity? {
        guard let route = seen.objects.first ?? nil, let shares = try? shares(of: route, seen), shares.count > 1 else {
            return nil
        }
        return .impossible(
            why: "\(shares.count) rules of \(words) lead to the two Services, and a header rule is made from one",
            instead: "`rule:` to name the one that is ours"
        )
    }

    /// Where the rule stands that we added; nil when there is none.
    func headerRuleIndex(_ route: JSON, _ seen: Seen) -> Int? {
        let marked = Set(marked(route))
        guard !marked.isEmpty else { return nil }
        return route[path: "spec", "rules"]?.array?.firstIndex { rule in
            let references = rule["backendRefs"]?.array ?? []
            let matches = rule["matches"]?.array ?? []
            return references.count == 1 && references[0]["name"]?.string == seen.roles.candidate.service
                && !matches.isEmpty
                && matches.allSatisfy { match in
                    (match["headers"]?.array?.last).map { marked.contains(text(of: $0)) } ?? false
                }
        }
    }

    private func marked(_ route: JSON) -> [String] {
        guard let mark = route[path: "metadata", "annotations"]?[Marks.headers]?.string, !mark.isEmpty else {
            return []
        }
        return ((try? JSON(parsing: mark))?.array ?? []).compactMap(\.string)
    }

    /// A condition as one text: the name in lower case, how it is compared, and with what.
    private func text(of condition: JSON) -> String {
        let isPattern = condition["type"]?.string == "RegularExpression"
        return (condition["name"]?.string ?? "").lowercased() + (isPattern ? "~" : "=")
            + (condition["value"]?.string ?? "")
    }

    private func condition(_ header: HeaderMatch) -> JSON {
        [
            "name": .string(header.name), "value": .string(pattern(header)),
            "type": header.comparison == .exact ? "Exact" : "RegularExpression",
        ]
    }

    private func headerRule(_ headers: [HeaderMatch], like model: JSON, _ seen: Seen) -> JSON {
        var rule = model
        let base = model["matches"]?.array ?? [[:]]
        rule["matches"] = .array(
            headers.flatMap { header in
                base.map { match in
                    var match = match
                    match["headers"] = .array((match["headers"]?.array ?? []) + [condition(header)])
                    return match
                }
            }
        )
        var reference = model["backendRefs"]?[0] ?? [:]
        reference["name"] = .string(seen.roles.candidate.service)
        reference["weight"] = 1
        rule["backendRefs"] = [reference]
        rule["name"] = nil
        return rule
    }

    /// Gateway API knows exact values and regular expressions; a prefix is written as the latter.
    private func pattern(_ header: HeaderMatch) -> String {
        guard header.comparison == .prefix else { return header.value }
        return header.value.reduce(into: "") { $0 += ".+*?()[]{}|^$\\".contains($1) ? "\\\($1)" : "\($1)" } + ".*"
    }
}
