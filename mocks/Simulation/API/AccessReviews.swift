import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// Answers a SelfSubjectAccessReview from the configured rights; nil when the path is another.
    func answerReview(_ target: APITarget, _ request: Request) throws(Refusal) -> Response? {
        guard target.group == "authorization.k8s.io", target.version == "v1",
            target.resource == "selfsubjectaccessreviews"
        else { return nil }
        guard request.method == .post, target.name == nil else { throw .methodNotAllowed }
        guard case .bytes(let bytes) = request.body, let body = try? JSON(parsing: bytes) else {
            throw .badRequest("the object provided is unrecognized (must be of type SelfSubjectAccessReview)")
        }
        let asked = body["spec"]?["resourceAttributes"] ?? [:]
        func text(_ name: String) -> String { asked[name]?.string ?? "" }
        let resource = text("subresource").isEmpty ? text("resource") : "\(text("resource"))/\(text("subresource"))"
        let isAllowed = rights.permits(text("verb"), resource, group: text("group"), namespace: text("namespace"))
        var attributes: JSON = [:]
        for name in ["namespace", "verb", "group", "version", "resource", "subresource", "name"] {
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
        return reply(
            201,
            [
                "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": [:],
                "spec": ["resourceAttributes": attributes], "status": status,
            ]
        )
    }
}
