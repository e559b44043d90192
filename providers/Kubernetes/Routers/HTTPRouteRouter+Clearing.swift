import SlipwayBase
import SlipwayModel

/// What was there before the plan, and putting it back.
extension HTTPRouteRouter {
    func remember(_ seen: Seen) -> JSON {
        guard let route = seen.objects.first ?? nil, let shares = try? shares(of: route, seen) else { return [:] }
        return .object(
            JSONObject(
                shares.map { share in
                    let stable = share.stable.map { JSON($0.weight) } ?? .null
                    return ("\(share.index)", ["stable": stable, "hasCandidate": .bool(share.candidate != nil)])
                }
            )
        )
    }

    func next(clearing seen: Seen) throws(ProviderFailure) -> Move {
        let route = try seen.object(0, words)
        if headerRuleIndex(route, seen) != nil { return try next(matching: [], seen) }
        let operations = try shares(of: route, seen).flatMap { restoring($0, seen) }
        guard !operations.isEmpty else { return settling(route, isBack: true) }
        return .write(seen.calls.patch(.httpRoutes, name, operations: seen.guarded(route, operations)))
    }

    /// The stable weight as it was, and no reference to the candidate where there was none.
    private func restoring(_ share: Share, _ seen: Seen) -> [JSON] {
        guard let former = seen.snapshot.front["\(share.index)"], let stable = share.stable else { return [] }
        let base = "/spec/rules/\(share.index)/backendRefs"
        var operations: [JSON] = []
        if let weight = former["stable"]?.int, weight != stable.weight {
            let service = JSON.string(seen.roles.stable.service)
            operations.append(["op": "test", "path": .string("\(base)/\(stable.index)/name"), "value": service])
            operations.append(["op": "add", "path": .string("\(base)/\(stable.index)/weight"), "value": JSON(weight)])
        }
        if former["hasCandidate"]?.bool == false, let candidate = share.candidate {
            let place = "\(base)/\(candidate.index)"
            let service = JSON.string(seen.roles.candidate.service)
            operations.append(["op": "test", "path": .string("\(place)/name"), "value": service])
            operations.append(["op": "remove", "path": .string(place)])
        }
        return operations
    }
}
