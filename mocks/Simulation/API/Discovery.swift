import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// Paths outside the resource API: the version, health, which groups and resources there are, and their schemas.
    func answerPath(_ target: APITarget, _ request: Request, user: String) throws(Refusal) -> Response {
        guard request.method == .get || request.method == .head else { throw .methodNotAllowed }
        switch target.path {
        case "/version", "/version/": return reply(200, versionObject)
        case "/healthz", "/livez", "/readyz": return Response(status: 200, headers: .plainText, body: Array("ok".utf8))
        case "/api": return reply(200, ["kind": "APIVersions", "versions": ["v1"]])
        case "/apis": return reply(200, groupList)
        default: break
        }
        if let group = groupObject(target) { return reply(200, group) }
        if let resources = resourceList(target) { return reply(200, resources) }
        if let schema = try openAPI(target, request) { return schema }
        guard rights.allowed == nil else {
            throw Refusal(
                403,
                "Forbidden",
                "forbidden: User \"\(user)\" cannot get path \"\(target.path)\"",
                details: [:]
            )
        }
        throw .unknownPath
    }

    private var versionObject: JSON {
        let parts = settings.version.drop { $0 == "v" }.split(separator: ".")
        return [
            "major": .string(String(parts.first ?? "1")),
            "minor": .string(parts.count > 1 ? String(parts[1]) : "0"),
            "gitVersion": .string(settings.version),
            "gitCommit": "0000000000000000000000000000000000000000",
            "gitTreeState": "clean",
            "buildDate": "2026-01-01T00:00:00Z",
            "goVersion": "none: simulated",
            "compiler": "gc",
            "platform": "linux/amd64",
        ]
    }

    /// The kinds that this cluster has.
    var servedKinds: [ResourceKind] { ResourceKind.allCases.filter { !missingKinds.contains($0) } }

    /// The groups and their versions in the order of the server, without the one that has no name.
    var groupVersions: [(group: String, versions: [String])] {
        var groups: [(group: String, versions: [String])] = []
        for facts in servedKinds.map(\.facts) where !facts.group.isEmpty {
            if groups.contains(where: { $0.group == facts.group }) { continue }
            groups.append((facts.group, facts.versions))
        }
        return groups + [("events.k8s.io", ["v1"]), ("authorization.k8s.io", ["v1"])]
    }

    private var groupList: JSON {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groupVersions.map(Self.described))]
    }

    /// `/apis/GROUP`; nil when that is not what is asked for, or the cluster does not have it.
    private func groupObject(_ target: APITarget) -> JSON? {
        let parts = target.path.split(separator: "/")
        guard parts.count == 2, parts[0] == "apis", let found = groupVersions.first(where: { $0.group == parts[1] })
        else { return nil }
        var object: JSON = ["kind": "APIGroup", "apiVersion": "v1"]
        for (key, value) in Self.described(found).object?.members ?? [] { object[key] = value }
        return object
    }

    private static func described(_ group: (group: String, versions: [String])) -> JSON {
        let versions = group.versions.map { version -> JSON in
            ["groupVersion": .string("\(group.group)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(group.group), "versions": .array(versions), "preferredVersion": versions[0]]
    }

    /// The resources of a group and version; nil when the cluster does not have it.
    private func resourceList(_ target: APITarget) -> JSON? {
        guard !target.version.isEmpty else { return nil }
        var resources: [JSON] = []
        for kind in servedKinds {
            let facts = kind.facts
            guard facts.group == target.group, facts.versions.contains(target.version) else { continue }
            resources += kind.resources
        }
        if target.version == "v1", target.group == "events.k8s.io" { resources += ResourceKind.event.resources }
        if target.version == "v1", target.group == "authorization.k8s.io" {
            resources.append([
                "name": "selfsubjectaccessreviews", "singularName": "selfsubjectaccessreview", "namespaced": false,
                "kind": "SelfSubjectAccessReview", "verbs": ["create"],
            ])
        }
        guard !resources.isEmpty else { return nil }
        let version = target.group.isEmpty ? target.version : "\(target.group)/\(target.version)"
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(version),
            "resources": .array(resources),
        ]
    }
}

extension ResourceKind {
    /// What discovery says of the kind and of its subresources.
    fileprivate var resources: [JSON] {
        let facts = facts
        var whole: JSON = [
            "name": .string(facts.plural), "singularName": .string(facts.kind.lowercased()),
            "namespaced": .bool(facts.isNamespaced), "kind": .string(facts.kind),
            "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"],
        ]
        if !shortNames.isEmpty { whole["shortNames"] = .array(shortNames.map { .string($0) }) }
        if isInAll { whole["categories"] = ["all"] }
        var parts = [whole]
        if [.deployment, .replicaSet].contains(self) {
            var scale = part("scale", of: facts, kind: "Scale")
            (scale["group"], scale["version"]) = ("autoscaling", "v1")
            parts.append(scale)
        }
        if facts.hasStatus { parts.append(part("status", of: facts, kind: facts.kind)) }
        if self == .pod {
            var log = part("log", of: facts, kind: facts.kind)
            log["verbs"] = ["get"]
            parts.append(log)
        }
        return parts
    }

    private func part(_ name: String, of facts: ResourceFacts, kind: String) -> JSON {
        [
            "name": .string("\(facts.plural)/\(name)"), "singularName": "", "namespaced": .bool(facts.isNamespaced),
            "kind": .string(kind), "verbs": ["get", "patch", "update"],
        ]
    }

    private var isInAll: Bool { [.deployment, .replicaSet, .pod, .service, .autoscaler].contains(self) }

    private var shortNames: [String] {
        switch self {
        case .deployment: ["deploy"]
        case .replicaSet: ["rs"]
        case .pod: ["po"]
        case .service: ["svc"]
        case .ingress: ["ing"]
        case .gateway: ["gtw"]
        case .virtualService: ["vs"]
        case .autoscaler: ["hpa"]
        case .event: ["ev"]
        case .namespace: ["ns"]
        case .endpointSlice, .httpRoute, .lease: []
        }
    }
}
