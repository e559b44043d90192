import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// The schemas that clients look for before they write: which kinds there are, and that the server itself refuses
    /// unknown fields and knows dry runs. The fields of a kind are not described.
    func openAPI(_ target: APITarget, _ request: Request) throws(Refusal) -> Response? {
        switch target.path {
        case "/openapi/v3": return reply(200, openAPIIndex)
        case "/openapi/v2":
            // Clients ask for protobuf, and go on without.
            let accept = request.headers[.accept] ?? "*/*"
            guard accept.contains("application/json") || accept.contains("*/*") else {
                throw Refusal(406, "NotAcceptable", "only application/json is served", details: [:])
            }
            let info: JSON = ["title": "Kubernetes", "version": .string(settings.version)]
            return reply(200, ["swagger": "2.0", "info": info, "paths": [:], "definitions": [:]])
        default: return openAPIDocument(target).map { reply(200, $0) }
        }
    }

    private var servedVersions: [(path: String, group: String, version: String)] {
        [("api/v1", "", "v1")]
            + groupVersions.flatMap { group, versions in
                versions.map { ("apis/\(group)/\($0)", group, $0) }
            }
    }

    private var openAPIIndex: JSON {
        let members = servedVersions.map { path, _, _ -> (String, JSON) in
            (path, ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=simulated")])
        }
        return ["paths": .object(JSONObject(members))]
    }

    private func openAPIDocument(_ target: APITarget) -> JSON? {
        let prefix = "/openapi/v3/"
        guard target.path.hasPrefix(prefix),
            let found = servedVersions.first(where: { $0.path == target.path.dropFirst(prefix.count) })
        else { return nil }
        var paths: [(String, JSON)] = []
        var schemas: [(String, JSON)] = []
        for facts in servedKinds.map(\.facts) where facts.group == found.group && facts.versions.contains(found.version)
        {
            let place = facts.isNamespaced ? "namespaces/{namespace}/" : ""
            let kind: JSON = [
                "group": .string(found.group), "kind": .string(facts.kind), "version": .string(found.version),
            ]
            paths.append(("/\(found.path)/\(place)\(facts.plural)", Self.operations(["get", "post"], kind)))
            let single = "/\(found.path)/\(place)\(facts.plural)/{name}"
            paths.append((single, Self.operations(["get", "put", "patch", "delete"], kind)))
            let schema: JSON = ["type": "object", "x-kubernetes-group-version-kind": [kind]]
            schemas.append(("\(found.group.isEmpty ? "core" : found.group).\(found.version).\(facts.kind)", schema))
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(settings.version)],
            "paths": .object(JSONObject(paths)), "components": ["schemas": .object(JSONObject(schemas))],
        ]
    }

    private static func operations(_ names: [String], _ kind: JSON) -> JSON {
        let parameters: JSON = .array(
            ["dryRun", "fieldManager", "fieldValidation"].map { name in
                ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
            }
        )
        let members = names.map { name -> (String, JSON) in
            let action = name == "patch" || name == "delete" || name == "post" || name == "put" ? name : "get"
            var operation: JSON = [
                "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": kind,
                "responses": ["200": ["description": "OK"]],
            ]
            if name != "get" { operation["parameters"] = parameters }
            return (name, operation)
        }
        return .object(JSONObject(members))
    }
}
