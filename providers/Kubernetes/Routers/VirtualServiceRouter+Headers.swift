import SlipwayBase
import SlipwayModel

/// Header routing: one HTTP route of our own, right before the route it is made from.
extension VirtualServiceRouter {
    func next(matching headers: [HeaderMatch], _ seen: Seen) throws(ProviderFailure) -> Move {
        let object = try seen.object(0, words)
        let index = headerRouteIndex(object)
        var routes = object[path: "spec", "http"]?.array ?? []
        let present = index.map { routes[$0]["match"] ?? [] } ?? []
        var first = try shares(of: object, seen)[0].index
        let wanted = matches(headers, like: routes[first])
        guard present != wanted else { return .settled }
        var operations: [JSON] = []
        if let index {
            let place = JSON.string("/spec/http/\(index)/name")
            operations.append(["op": "test", "path": place, "value": .string(Self.headerRoute)])
            operations.append(["op": "remove", "path": .string("/spec/http/\(index)")])
            routes.remove(at: index)
            if index < first { first -= 1 }
        }
        if !headers.isEmpty {
            // Routes are tried in order, so that routes of others that stand before ours keep their requests.
            var added = routes[first]
            added["name"] = .string(Self.headerRoute)
            added["match"] = wanted
            added["route"] = [
                entry(like: added["route"]?[0] ?? [:], service: seen.roles.candidate.service, weight: nil)
            ]
            operations.append(["op": "add", "path": .string("/spec/http/\(first)"), "value": added])
        }
        return .write(seen.calls.patch(.virtualServices, name, operations: seen.guarded(object, operations)))
    }

    func headerTrouble(_ seen: Seen) -> Fidelity? {
        guard let object = seen.objects.first ?? nil, let shares = try? shares(of: object, seen), shares.count > 1
        else {
            return nil
        }
        return .impossible(
            why: "\(shares.count) routes of \(words) lead to the two Services, and a header route is made from one",
            instead: "`route:` to name the one that is ours"
        )
    }

    func headerRouteIndex(_ object: JSON) -> Int? {
        object[path: "spec", "http"]?.array?.firstIndex { $0["name"]?.string == Self.headerRoute }
    }

    /// The conditions of `model`, each with each header; Istio wants header names in lower case.
    private func matches(_ headers: [HeaderMatch], like model: JSON) -> JSON {
        let base = model["match"]?.array ?? []
        return .array(
            headers.flatMap { header in
                (base.isEmpty ? [[:]] : base).map { match in
                    var match = match
                    match[path: "headers", header.name.lowercased()] = [
                        header.comparison.rawValue: .string(header.value)
                    ]
                    return match
                }
            }
        )
    }
}
