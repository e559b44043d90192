import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// Answers what a caller asks about its own rights, from those that are configured; nil when the path is another.
    func answerReview(_ target: APITarget, _ request: Request) throws(Refusal) -> Response? {
        guard target.group == "authorization.k8s.io", target.version == "v1" else { return nil }
        switch target.resource {
        case "selfsubjectaccessreviews":
            return reply(201, accessReview(of: try spec(of: request, target, "SelfSubjectAccessReview")))
        case "selfsubjectrulesreviews":
            return reply(201, rulesReview(of: try spec(of: request, target, "SelfSubjectRulesReview")))
        default: return nil
        }
    }

    /// What a review asks; kubectl sends its reviews in protobuf.
    private func spec(of request: Request, _ target: APITarget, _ kind: String) throws(Refusal) -> JSON {
        guard request.method == .post, target.name == nil else { throw .methodNotAllowed }
        guard case .bytes(let bytes) = request.body else { throw unrecognized(kind) }
        if request.headers[.contentType]?.hasPrefix("application/vnd.kubernetes.protobuf") == true {
            guard let spec = ProtobufMessage(kubernetes: bytes)?.message(2) else { throw unrecognized(kind) }
            return kind == "SelfSubjectRulesReview" ? ["namespace": .string(spec.text(1))] : Self.asked(spec)
        }
        guard let body = try? JSON(parsing: bytes) else { throw unrecognized(kind) }
        return body["spec"] ?? [:]
    }

    private func unrecognized(_ kind: String) -> Refusal {
        .badRequest("the object provided is unrecognized (must be of type \(kind))")
    }

    private static let attributes = ["namespace", "verb", "group", "version", "resource", "subresource", "name"]

    private static func asked(_ spec: ProtobufMessage) -> JSON {
        if let path = spec.message(2) {
            return ["nonResourceAttributes": ["path": .string(path.text(1)), "verb": .string(path.text(2))]]
        }
        guard let resource = spec.message(1) else { return [:] }
        let members = attributes.enumerated().map { ($0.element, JSON.string(resource.text(UInt64($0.offset + 1)))) }
        return ["resourceAttributes": .object(JSONObject(members))]
    }

    private func accessReview(of spec: JSON) -> JSON {
        let asked = spec["resourceAttributes"] ?? [:]
        func text(_ name: String) -> String { asked[name]?.string ?? "" }
        let resource = text("subresource").isEmpty ? text("resource") : "\(text("resource"))/\(text("subresource"))"
        let isAllowed =
            spec["nonResourceAttributes"] == nil
            ? rights.permits(text("verb"), resource, group: text("group"), namespace: text("namespace"))
            : rights.allowed == nil
        var attributes: JSON = [:]
        for name in Self.attributes {
            let value = text(name)
            if !value.isEmpty { attributes[name] = .string(value) }
        }
        var status: JSON = ["allowed": .bool(isAllowed)]
        if isAllowed {
            status["reason"] = .string(
                """
                RBAC: allowed by RoleBinding \"deployer/\(text("namespace"))\" of Role \"deployer\" to User \
                \"\(rights.user)\"
                """
            )
        }
        return [
            "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": [:],
            "spec": ["resourceAttributes": attributes], "status": status,
        ]
    }

    private func rulesReview(of spec: JSON) -> JSON {
        let namespace = spec["namespace"]?.string ?? ""
        let rules = rights.allowed ?? [Rights.Rule()]
        let resources = rules.filter { $0.namespace == nil || $0.namespace == namespace }.map { rule -> JSON in
            func list(_ value: String?) -> JSON { [.string(value ?? "*")] }
            return ["verbs": list(rule.verb), "apiGroups": list(rule.group), "resources": list(rule.resource)]
        }
        let paths: JSON = rights.allowed == nil ? [["verbs": ["*"], "nonResourceURLs": ["*"]]] : []
        return [
            "kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "metadata": [:],
            "spec": ["namespace": .string(namespace)],
            "status": [
                "resourceRules": .array(resources), "nonResourceRules": paths,
                "incomplete": .bool(!rights.denied.isEmpty),
            ],
        ]
    }
}
