import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// Paths outside the resource API: the version, health, and which resources a group has.
    func answerPath(_ target: APITarget, _ request: Request, user: String) throws(Refusal) -> Response {
        guard request.method == .get || request.method == .head else { throw .methodNotAllowed }
        switch target.path {
        case "/version", "/version/": return reply(200, versionObject)
        case "/healthz", "/livez", "/readyz": return Response(status: 200, headers: .plainText, body: Array("ok".utf8))
        case "/api": return reply(200, ["kind": "APIVersions", "versions": ["v1"]])
        default: break
        }
        if let resources = resourceList(target) { return reply(200, resources) }
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

    /// The resources of a group and version; nil when the cluster does not have it.
    private func resourceList(_ target: APITarget) -> JSON? {
        guard !target.version.isEmpty else { return nil }
        let kinds = ResourceKind.allCases.filter {
            $0.facts.group == target.group && $0.facts.versions.contains(target.version) && !missingKinds.contains($0)
        }
        guard !kinds.isEmpty else { return nil }
        let resources = kinds.map(\.facts).map { facts -> JSON in
            [
                "name": .string(facts.plural), "singularName": .string(facts.kind.lowercased()),
                "namespaced": .bool(facts.isNamespaced), "kind": .string(facts.kind),
                "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"],
            ]
        }
        let version = target.group.isEmpty ? target.version : "\(target.group)/\(target.version)"
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(version),
            "resources": .array(resources),
        ]
    }
}
