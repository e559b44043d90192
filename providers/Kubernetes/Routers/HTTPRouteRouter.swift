import SlipwayBase
import SlipwayModel

/// Weights of a Gateway API HTTPRoute: only the backendRefs of our two Services, in the rules that name one of them.
struct HTTPRouteRouter: Router {
    let name: String
    /// The index of the one rule that is ours; nil takes every rule that names one of the two Services.
    let rule: Int?

    var reads: [(resource: KubernetesCalls.Resource, name: String)] { [(.httpRoutes, name)] }
    var words: String { "HTTPRoute \(name)" }

    private struct Share {
        var rule: Int
        var stable: (index: Int, weight: Int)?
        var candidate: (index: Int, weight: Int)?

        var percent: Int {
            let candidate = candidate?.weight ?? 0
            let total = candidate + (stable?.weight ?? 0)
            return total == 0 ? 0 : candidate * 100 / total
        }
    }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        let shares = try shares(of: try seen.object(0, words), seen)
        let percents = Set(shares.map(\.percent))
        guard percents.count == 1, let percent = percents.first else {
            throw ProviderFailure(
                .refused, "the rules of \(words) share traffic in different ways; name the one that is ours with `rule:`.")
        }
        return percent
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move {
        let route = try seen.object(0, words)
        let shares = try shares(of: route, seen)
        if shares.allSatisfy({ $0.percent == percent }) { return settling(route) }
        let operations = shares.flatMap { change($0, to: percent, of: route, seen) }
        return .write(seen.calls.patch(.httpRoutes, name, operations: seen.guarded(route, operations)))
    }

    private func shares(of route: JSON, _ seen: Seen) throws(ProviderFailure) -> [Share] {
        var shares: [Share] = []
        for (index, entry) in (route[path: "spec", "rules"]?.array ?? []).enumerated() {
            guard rule == nil || rule == index + (hasOurRule(route, seen) ? -1 : 0) else { continue }
            guard !(index == 0 && hasOurRule(route, seen)) else { continue }
            let references = entry["backendRefs"]?.array ?? []
            var share = Share(rule: index)
            var others: [String] = []
            for (position, reference) in references.enumerated() {
                let weight = reference["weight"]?.int ?? 1
                switch reference["name"]?.string {
                case seen.roles.stable.service: share.stable = (position, weight)
                case seen.roles.candidate.service: share.candidate = (position, weight)
                case let other: if weight > 0 { others.append(other ?? "?") }
                }
            }
            guard share.stable != nil || share.candidate != nil else { continue }
            guard others.isEmpty else {
                throw ProviderFailure(
                    .refused,
                    "rule \(index) of \(words) also sends traffic to \(others.joined(separator: ", ")); give our two Services a rule of their own.")
            }
            shares.append(share)
        }
        guard !shares.isEmpty else {
            throw ProviderFailure(
                .refused,
                "\(words) has no rule with a backendRef to Service \(seen.roles.stable.service) or \(seen.roles.candidate.service); add one.")
        }
        return shares
    }

    private func change(_ share: Share, to percent: Int, of route: JSON, _ seen: Seen) -> [JSON] {
        let base = "/spec/rules/\(share.rule)/backendRefs"
        let references = route[path: "spec", "rules"]?[share.rule]?["backendRefs"]
        let sides = [
            (share.stable, seen.roles.stable.service, 100 - percent), (share.candidate, seen.roles.candidate.service, percent),
        ]
        var operations: [JSON] = []
        for (place, service, weight) in sides {
            if let place {
                operations.append(["op": "test", "path": .string("\(base)/\(place.index)/name"), "value": .string(service)])
                operations.append(["op": "add", "path": .string("\(base)/\(place.index)/weight"), "value": JSON(weight)])
            } else if weight > 0 {
                var reference = references?[(share.stable ?? share.candidate)?.index ?? 0] ?? [:]
                reference["name"] = .string(service)
                reference["weight"] = JSON(weight)
                operations.append(["op": "add", "path": .string("\(base)/-"), "value": reference])
            }
        }
        return operations
    }

    /// A weight counts only when a parent has accepted it and found its backends, at the present generation.
    private func settling(_ route: JSON) -> Move {
        let generation = route[path: "metadata", "generation"]?.int ?? 0
        let parents = route[path: "status", "parents"]?.array ?? []
        var isAccepted = false
        for parent in parents {
            var held = 0
            for type in ["Accepted", "ResolvedRefs"] {
                guard let condition = parent["conditions"]?.array?.first(where: { $0["type"]?.string == type }),
                    condition["observedGeneration"]?.int ?? 0 >= generation
                else { continue }
                if condition["status"]?.string == "True" {
                    held += 1
                } else {
                    let reason = condition["reason"]?.string ?? "unknown"
                    let message = (condition["message"]?.string ?? "").printable(max: 300)
                    return .refuse(
                        ProviderFailure(.refused, "the gateway says \(type) is not true for \(words): \(reason) \(message)"))
                }
            }
            isAccepted = isAccepted || held == 2
        }
        return isAccepted ? .settled : .wait("waiting for the gateway to accept \(words)")
    }
}

/// Header routing: one rule of our own, kept first, marked by an annotation that names its headers.
extension HTTPRouteRouter {
    func next(matching headers: [HeaderMatch], _ seen: Seen) throws(ProviderFailure) -> Move {
        let route = try seen.object(0, words)
        let rules = route[path: "spec", "rules"]?.array ?? []
        let present = hasOurRule(route, seen) ? headerNamesAndValues(rules[0]) : []
        let wanted = headers.map { [$0.name.lowercased(), pattern($0)] }
        guard present != wanted else { return settling(route) }
        var operations: [JSON] = []
        if !present.isEmpty { operations.append(["op": "remove", "path": "/spec/rules/0"]) }
        if !headers.isEmpty {
            let model = rules[try shares(of: route, seen)[0].rule]
            operations.append(["op": "add", "path": "/spec/rules/0", "value": headerRule(headers, like: model, seen)])
        }
        let names = headers.map { $0.name.lowercased() }.joined(separator: ",")
        let mark = [(Marks.headers, JSON.string(names))]
        return .write(seen.calls.patch(.httpRoutes, name, operations: seen.guarded(route, operations, annotations: mark)))
    }

    func remember(_ seen: Seen) -> JSON {
        guard let route = seen.objects.first ?? nil, let shares = try? shares(of: route, seen) else { return [:] }
        return .object(
            JSONObject(
                shares.map { share in
                    let weights: JSON = ["stable": share.stable.map { JSON($0.weight) } ?? .null, "hasCandidate": .bool(share.candidate != nil)]
                    return ("\(share.rule)", weights)
                }))
    }

    func next(clearing seen: Seen) throws(ProviderFailure) -> Move {
        let route = try seen.object(0, words)
        if hasOurRule(route, seen) { return try next(matching: [], seen) }
        let operations = try shares(of: route, seen).flatMap { restoring($0, seen) }
        guard !operations.isEmpty else { return settling(route) }
        return .write(seen.calls.patch(.httpRoutes, name, operations: seen.guarded(route, operations)))
    }

    /// The stable weight as it was, and no reference to the candidate where there was none.
    private func restoring(_ share: Share, _ seen: Seen) -> [JSON] {
        guard let former = seen.snapshot.front["\(share.rule)"], let stable = share.stable else { return [] }
        let base = "/spec/rules/\(share.rule)/backendRefs"
        var operations: [JSON] = []
        if let weight = former["stable"]?.int, weight != stable.weight {
            operations.append(["op": "test", "path": .string("\(base)/\(stable.index)/name"), "value": .string(seen.roles.stable.service)])
            operations.append(["op": "add", "path": .string("\(base)/\(stable.index)/weight"), "value": JSON(weight)])
        }
        if former["hasCandidate"]?.bool == false, let candidate = share.candidate {
            let place = "\(base)/\(candidate.index)"
            operations.append(["op": "test", "path": .string("\(place)/name"), "value": .string(seen.roles.candidate.service)])
            operations.append(["op": "remove", "path": .string(place)])
        }
        return operations
    }

    private func hasOurRule(_ route: JSON, _ seen: Seen) -> Bool {
        guard let mark = route[path: "metadata", "annotations"]?[Marks.headers]?.string, !mark.isEmpty,
            let first = route[path: "spec", "rules"]?[0], let references = first["backendRefs"]?.array, references.count == 1
        else { return false }
        let names = headerNamesAndValues(first).map { $0[0] }.joined(separator: ",")
        return names == mark && references[0]["name"]?.string == seen.roles.candidate.service
    }

    /// The headers of a rule, each once, in order.
    private func headerNamesAndValues(_ rule: JSON) -> [[String]] {
        var result: [[String]] = []
        for match in rule["matches"]?.array ?? [] {
            for header in match["headers"]?.array ?? [] {
                let pair = [header["name"]?.string?.lowercased() ?? "", header["value"]?.string ?? ""]
                if !result.contains(pair) { result.append(pair) }
            }
        }
        return result
    }

    private func headerRule(_ headers: [HeaderMatch], like model: JSON, _ seen: Seen) -> JSON {
        var rule = model
        let base = model["matches"]?.array ?? [[:]]
        rule["matches"] = .array(
            headers.flatMap { header in
                base.map { match in
                    var match = match
                    let condition: JSON = [
                        "name": .string(header.name), "value": .string(pattern(header)),
                        "type": header.comparison == .exact ? "Exact" : "RegularExpression",
                    ]
                    match["headers"] = .array((match["headers"]?.array ?? []) + [condition])
                    return match
                }
            })
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
