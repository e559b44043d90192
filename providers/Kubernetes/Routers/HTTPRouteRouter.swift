import SlipwayBase
import SlipwayModel

/// Weights of a Gateway API HTTPRoute: only the backendRefs of our two Services, in the rules that name one of them.
struct HTTPRouteRouter: Router {
    let name: String
    /// The index of the one rule that is ours; nil takes every rule that names one of the two Services.
    let rule: Int?

    var reads: [(resource: KubernetesCalls.Resource, name: String)] { [(.httpRoutes, name)] }
    var words: String { "HTTPRoute \(name)" }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        try shares(of: try seen.object(0, words), seen).agreed(words, key: "rule")
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move {
        let route = try seen.object(0, words)
        let shares = try shares(of: route, seen)
        if shares.allSatisfy({ $0.percent == percent }) { return settling(route, isBack: percent == 0) }
        let operations = shares.flatMap { change($0, to: percent, of: route, seen) }
        return .write(seen.calls.patch(.httpRoutes, name, operations: seen.guarded(route, operations)))
    }

    func shares(of route: JSON, _ seen: Seen) throws(ProviderFailure) -> [Share] {
        var shares: [Share] = []
        let added = headerRuleIndex(route, seen)
        for (index, entry) in (route[path: "spec", "rules"]?.array ?? []).enumerated() where index != added {
            let former = index - (added.map { $0 < index ? 1 : 0 } ?? 0)
            guard rule == nil || rule == former else { continue }
            let references = entry["backendRefs"]?.array ?? []
            var share = Share(index: index)
            var others: [String] = []
            for (position, reference) in references.enumerated() {
                let weight = reference["weight"]?.int ?? 1
                let isHere = (reference["namespace"]?.string ?? seen.calls.namespace) == seen.calls.namespace
                let isService = (reference["kind"]?.string ?? "Service") == "Service"
                let service = isHere && isService ? reference["name"]?.string : nil
                switch service {
                case seen.roles.stable.service: share.stable = (position, weight)
                case seen.roles.candidate.service: share.candidate = (position, weight)
                default: if weight > 0 { others.append(reference["name"]?.string ?? "?") }
                }
            }
            guard share.stable != nil || share.candidate != nil else { continue }
            guard others.isEmpty else {
                throw ProviderFailure(
                    .refused,
                    "rule \(index) of \(words) also sends traffic to "
                        + "\(others.joined(separator: ", ")); give our two Services a rule of their own."
                )
            }
            shares.append(share)
        }
        guard !shares.isEmpty else {
            throw ProviderFailure(
                .refused,
                "\(words) has no rule with a backendRef to Service \(seen.roles.stable.service) or "
                    + "\(seen.roles.candidate.service); add one."
            )
        }
        return shares
    }

    private func change(_ share: Share, to percent: Int, of route: JSON, _ seen: Seen) -> [JSON] {
        let base = "/spec/rules/\(share.index)/backendRefs"
        let references = route[path: "spec", "rules"]?[share.index]?["backendRefs"]
        var operations: [JSON] = []
        for (place, service, weight) in share.sides(seen.roles, percent) {
            if let place {
                operations.append([
                    "op": "test", "path": .string("\(base)/\(place.index)/name"), "value": .string(service),
                ])
                operations.append([
                    "op": "add", "path": .string("\(base)/\(place.index)/weight"), "value": JSON(weight),
                ])
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
    ///
    /// On the way back a backend that is not found does not matter: nothing is sent to the candidate any more, and what
    /// other rules name was their matter before.
    func settling(_ route: JSON, isBack: Bool) -> Move {
        let generation = route[path: "metadata", "generation"]?.int ?? 0
        let parents = route[path: "status", "parents"]?.array ?? []
        var isAccepted = false
        for parent in parents {
            var held = 0
            for type in ["Accepted", "ResolvedRefs"] {
                guard let condition = parent["conditions"]?.array?.first(where: { $0["type"]?.string == type }),
                    condition["observedGeneration"]?.int ?? 0 >= generation
                else { continue }
                if condition["status"]?.string == "True" || isBack && type == "ResolvedRefs" {
                    held += 1
                } else {
                    return .refuse(ProviderFailure(.refused, said(condition)))
                }
            }
            isAccepted = isAccepted || held == 2
        }
        return isAccepted ? .settled : .wait("waiting for the gateway to accept \(words)")
    }

    private func said(_ condition: JSON) -> String {
        let (type, reason) = (condition["type"]?.string ?? "", condition["reason"]?.string ?? "unknown")
        let message = condition["message"]?.string ?? ""
        return "the gateway says \(type) is not true for \(words): \(reason) \(message)".printable(max: 400)
    }

    func trouble(_ seen: Seen) -> String? {
        guard let route = seen.objects.first ?? nil else { return nil }
        let generation = route[path: "metadata", "generation"]?.int ?? 0
        for parent in route[path: "status", "parents"]?.array ?? [] {
            for condition in parent["conditions"]?.array ?? [] {
                guard ["Accepted", "ResolvedRefs"].contains(condition["type"]?.string),
                    condition["status"]?.string == "False", condition["observedGeneration"]?.int ?? 0 >= generation
                else { continue }
                return said(condition)
            }
        }
        return nil
    }
}
