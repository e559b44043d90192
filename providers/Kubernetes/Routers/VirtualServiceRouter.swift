import SlipwayBase
import SlipwayModel

/// Weights of an Istio VirtualService: only the destinations of our two Services, in the HTTP routes that name one of
/// them.
struct VirtualServiceRouter: Router {
    /// The name of the HTTP route we add for headers.
    static let headerRoute = "slipway-headers"

    let name: String
    /// The name of the one HTTP route that is ours; nil takes every route that names one of the two Services.
    let route: String?

    var reads: [(resource: KubernetesCalls.Resource, name: String)] { [(.virtualServices, name)] }
    var words: String { "VirtualService \(name)" }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        try shares(of: try seen.object(0, words), seen).agreed(words, key: "route")
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move {
        let object = try seen.object(0, words)
        let shares = try shares(of: object, seen)
        guard shares.contains(where: { $0.percent != percent }) else { return .settled }
        let operations = shares.flatMap { change($0, to: percent, of: object, seen) }
        return .write(seen.calls.patch(.virtualServices, name, operations: seen.guarded(object, operations)))
    }

    func shares(of object: JSON, _ seen: Seen) throws(ProviderFailure) -> [Share] {
        var shares: [Share] = []
        for (index, entry) in (object[path: "spec", "http"]?.array ?? []).enumerated() {
            let entryName = entry["name"]?.string
            guard entryName != Self.headerRoute, route == nil || route == entryName else { continue }
            var share = Share(index: index)
            var others: [String] = []
            let destinations = entry["route"]?.array ?? []
            for (position, destination) in destinations.enumerated() {
                let host = destination[path: "destination", "host"]?.string ?? "?"
                let weight = destination["weight"]?.int ?? (destinations.count == 1 ? 100 : 0)
                if isHost(host, of: seen.roles.stable.service, seen) {
                    share.stable = (position, weight)
                } else if isHost(host, of: seen.roles.candidate.service, seen) {
                    share.candidate = (position, weight)
                } else if weight > 0 {
                    others.append(host)
                }
            }
            guard share.stable != nil || share.candidate != nil else { continue }
            guard others.isEmpty else {
                throw ProviderFailure(
                    .refused,
                    "\(words) also sends traffic to \(others.joined(separator: ", ")) in the same route; separate them."
                )
            }
            shares.append(share)
        }
        guard !shares.isEmpty else {
            throw ProviderFailure(
                .refused,
                "\(words) has no HTTP route to \(seen.roles.stable.service) or "
                    + "\(seen.roles.candidate.service); add one."
            )
        }
        return shares
    }

    /// Whether `host` is `service` of this namespace, by its short or any longer name.
    private func isHost(_ host: String, of service: String, _ seen: Seen) -> Bool {
        let longer = "\(service).\(seen.calls.namespace)"
        return host == service || host == longer || host.hasPrefix(longer + ".")
    }

    private func change(_ share: Share, to percent: Int, of object: JSON, _ seen: Seen) -> [JSON] {
        let base = "/spec/http/\(share.index)/route"
        let entries = object[path: "spec", "http"]?[share.index]?["route"]
        var operations: [JSON] = []
        for (place, service, weight) in share.sides(seen.roles, percent) {
            if let place {
                let host = entries?[place.index]?[path: "destination", "host"] ?? ""
                operations.append([
                    "op": "test", "path": .string("\(base)/\(place.index)/destination/host"), "value": host,
                ])
                operations.append([
                    "op": "add", "path": .string("\(base)/\(place.index)/weight"), "value": JSON(weight),
                ])
            } else if weight > 0 {
                let model = entries?[(share.stable ?? share.candidate)?.index ?? 0] ?? [:]
                operations.append(
                    [
                        "op": "add", "path": .string("\(base)/-"),
                        "value": entry(like: model, service: service, weight: weight),
                    ])
            }
        }
        return operations
    }

    func entry(like model: JSON, service: String, weight: Int?) -> JSON {
        var entry = model
        let host = model[path: "destination", "host"]?.string ?? service
        let domain = host.firstIndex(of: ".").map { String(host[$0...]) } ?? ""
        entry[path: "destination", "host"] = .string(service + domain)
        entry["weight"] = weight.map { JSON($0) }
        return entry
    }

    func remember(_ seen: Seen) -> JSON {
        guard let object = seen.objects.first ?? nil, let shares = try? shares(of: object, seen) else { return [:] }
        return .object(
            JSONObject(
                shares.map { share in
                    let entry = share.stable.flatMap { object[path: "spec", "http"]?[share.index]?["route"]?[$0.index] }
                    let weights: JSON = [
                        "stable": entry?["weight"] ?? .null, "hasCandidate": .bool(share.candidate != nil),
                    ]
                    return ("\(share.index)", weights)
                }
            )
        )
    }

    func next(clearing seen: Seen) throws(ProviderFailure) -> Move {
        let object = try seen.object(0, words)
        if headerRouteIndex(object) != nil { return try next(matching: [], seen) }
        let operations = try shares(of: object, seen).flatMap { restoring($0, of: object, seen) }
        guard !operations.isEmpty else { return .settled }
        return .write(seen.calls.patch(.virtualServices, name, operations: seen.guarded(object, operations)))
    }

    /// The stable weight as it was, and no destination for the candidate where there was none.
    private func restoring(_ share: Share, of object: JSON, _ seen: Seen) -> [JSON] {
        guard let former = seen.snapshot.front["\(share.index)"], let stable = share.stable else { return [] }
        let base = "/spec/http/\(share.index)/route"
        let present = object[path: "spec", "http"]?[share.index]?["route"]?[stable.index]?["weight"] ?? .null
        var operations: [JSON] = []
        if let weight = former["stable"], weight != present {
            let place = JSON.string("\(base)/\(stable.index)/weight")
            operations.append(
                weight.isNull ? ["op": "remove", "path": place] : ["op": "add", "path": place, "value": weight]
            )
        }
        if former["hasCandidate"]?.bool == false, let candidate = share.candidate {
            operations.append(["op": "remove", "path": .string("\(base)/\(candidate.index)")])
        }
        return operations
    }
}
