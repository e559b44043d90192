import SlipwayBase
import SlipwayModel

/// Weights through ingress-nginx: a second Ingress of our own with canary annotations.
struct IngressCanaryRouter: Router {
    private static let prefix = "nginx.ingress.kubernetes.io/"

    let name: String

    private var canaryName: String { "\(name)-canary" }
    var reads: [(resource: KubernetesCalls.Resource, name: String)] { [(.ingresses, name), (.ingresses, canaryName)] }
    var words: String { "Ingress \(name)" }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        _ = try seen.object(0, words)
        guard let canary = seen.objects[1] else { return 0 }
        return weight(of: canary)
    }

    private func weight(of canary: JSON) -> Int {
        let annotations = canary[path: "metadata", "annotations"]
        guard annotations?[Self.prefix + "canary"]?.string == "true" else { return 0 }
        let weight = Int(annotations?[Self.prefix + "canary-weight"]?.string ?? "") ?? 0
        return min(max(weight, 0), total(of: canary)) * 100 / total(of: canary)
    }

    /// What all weights add up to: ingress-nginx takes 100 unless an annotation says otherwise.
    private func total(of canary: JSON) -> Int {
        let total =
            Int(canary[path: "metadata", "annotations"]?[Self.prefix + "canary-weight-total"]?.string ?? "") ?? 100
        return (1...1_000_000).contains(total) ? total : 100
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move {
        let stable = try seen.object(0, words)
        guard let canary = seen.objects[1] else {
            return percent == 0
                ? .settled : .write(seen.calls.create(.ingresses, try made(from: stable, percent, [:], seen)))
        }
        guard weight(of: canary) != percent else { return .settled }
        let weight = (total(of: canary) * percent + 99) / 100
        return annotate(canary, ["canary": "true", "canary-weight": .string("\(weight)")], seen)
    }

    func next(matching headers: [HeaderMatch], _ seen: Seen) throws(ProviderFailure) -> Move {
        guard headers.count <= 1, headers.first?.comparison != .prefix else {
            throw ProviderFailure(
                .refused,
                "ingress-nginx routes by one header with an exact value or a regular expression; use "
                    + "an HTTPRoute for more."
            )
        }
        let stable = try seen.object(0, words)
        var wanted: JSON = [
            "canary-by-header": .null, "canary-by-header-value": .null, "canary-by-header-pattern": .null,
        ]
        if let header = headers.first {
            wanted["canary-by-header"] = .string(header.name)
            wanted[header.comparison == .exact ? "canary-by-header-value" : "canary-by-header-pattern"] = .string(
                header.value
            )
        }
        guard let canary = seen.objects[1] else {
            return headers.isEmpty
                ? .settled : .write(seen.calls.create(.ingresses, try made(from: stable, 0, wanted, seen)))
        }
        let present = canary[path: "metadata", "annotations"]
        let isSame = wanted.object?.members.allSatisfy { present?[Self.prefix + $0.key] ?? .null == $0.value } ?? true
        return isSame ? .settled : annotate(canary, wanted, seen)
    }

    func next(clearing seen: Seen) throws(ProviderFailure) -> Move {
        guard let canary = seen.objects[1], canary[path: "metadata", "annotations"]?[Marks.created] != nil else {
            return .settled
        }
        return .write(seen.calls.delete(.ingresses, canaryName, uid: canary[path: "metadata", "uid"]?.string ?? ""))
    }

    private func annotate(_ canary: JSON, _ values: JSON, _ seen: Seen) -> Move {
        var annotations = seen.marks()
        for (key, value) in values.object?.members ?? [] { annotations[Self.prefix + key] = value }
        let patch: JSON = [
            "metadata": ["resourceVersion": .string(canary.resourceVersion), "annotations": annotations]
        ]
        return .write(seen.calls.patch(.ingresses, canaryName, merge: patch))
    }

    private func made(from stable: JSON, _ percent: Int, _ more: JSON, _ seen: Seen) throws(ProviderFailure) -> JSON {
        let spec = stable["spec"] ?? [:]
        let renamed = IngressBackends.replacing(seen.roles.stable.service, by: seen.roles.candidate.service, in: spec)
        guard renamed != spec else {
            throw ProviderFailure(
                .refused,
                "\(words) has no backend Service \(seen.roles.stable.service); correct `stableService`."
            )
        }
        var annotations = seen.marks([(Marks.created, "true")])
        annotations[Self.prefix + "canary"] = "true"
        annotations[Self.prefix + "canary-weight"] = .string("\(percent)")
        annotations["kubernetes.io/ingress.class"] =
            stable[path: "metadata", "annotations"]?["kubernetes.io/ingress.class"]
        for (key, value) in more.object?.members ?? [] where value != .null { annotations[Self.prefix + key] = value }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": .string(canaryName), "annotations": annotations], "spec": renamed,
        ]
    }
}

/// One switch of everything: the backends of an Ingress that name one fleet's Service are made to name the other's.
struct IngressSwitch: Router {
    let name: String

    var reads: [(resource: KubernetesCalls.Resource, name: String)] { [(.ingresses, name)] }
    var words: String { "Ingress \(name)" }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        let ingress = try seen.object(0, words)
        let services = Set(IngressBackends.paths(of: ingress).map(\.service))
        switch (services.contains(seen.roles.stable.service), services.contains(seen.roles.candidate.service)) {
        case (true, false): return 0
        case (false, true): return 100
        case (true, true):
            throw ProviderFailure(
                .refused,
                "\(words) sends some paths to each of the two fleets; make it name one of them."
            )
        case (false, false):
            throw ProviderFailure(
                .refused,
                "\(words) names neither Service \(seen.roles.stable.service) nor "
                    + "\(seen.roles.candidate.service); correct `blueService` and `greenService`."
            )
        }
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move {
        let ingress = try seen.object(0, words)
        guard try weight(seen) != percent else { return .settled }
        let (from, to) =
            percent > 0
            ? (seen.roles.stable.service, seen.roles.candidate.service)
            : (seen.roles.candidate.service, seen.roles.stable.service)
        let operations = IngressBackends.paths(of: ingress).filter { $0.service == from }.flatMap { place -> [JSON] in
            [
                ["op": "test", "path": .string(place.pointer), "value": .string(from)],
                ["op": "replace", "path": .string(place.pointer), "value": .string(to)],
            ]
        }
        return .write(seen.calls.patch(.ingresses, name, operations: seen.guarded(ingress, operations)))
    }
}

/// Where an Ingress names its backend Services.
enum IngressBackends {
    static func paths(of ingress: JSON) -> [(pointer: String, service: String)] {
        var places: [(String, String)] = []
        if let service = ingress[path: "spec", "defaultBackend", "service", "name"]?.string {
            places.append(("/spec/defaultBackend/service/name", service))
        }
        for (rule, entry) in (ingress[path: "spec", "rules"]?.array ?? []).enumerated() {
            for (path, value) in (entry[path: "http", "paths"]?.array ?? []).enumerated() {
                guard let service = value[path: "backend", "service", "name"]?.string else { continue }
                places.append(("/spec/rules/\(rule)/http/paths/\(path)/backend/service/name", service))
            }
        }
        return places
    }

    static func replacing(_ from: String, by to: String, in value: JSON) -> JSON {
        switch value {
        case .array(let elements): return .array(elements.map { replacing(from, by: to, in: $0) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { key, member in
                        guard key == "service", member["name"]?.string == from else {
                            return (key, replacing(from, by: to, in: member))
                        }
                        var member = member
                        member["name"] = .string(to)
                        return (key, member)
                    }
                )
            )
        default: return value
        }
    }
}
