import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// The four ways to say a change.
enum PatchForm: String {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategic = "application/strategic-merge-patch+json"
    case apply = "application/apply-patch+yaml"
}

extension KubernetesWorld {
    mutating func patch(_ call: Call) throws(Refusal) -> Response {
        let form = try patchForm(call)
        if form == .apply { return try apply(call) }
        guard let present = store.object(call.kind, call.key) else { throw .notFound(call.kind, call.key.name) }
        var object = try patched(present, form, call)
        let unknown = try unknownField(object, call)
        if let unknown { object["spec"]?[unknown] = nil }
        try checkVersion(of: object, against: present, call.kind, isPatch: true)
        let kept = try commit(
            call.kind,
            call.key,
            from: present,
            to: object,
            Writer(manager: call.manager),
            isDryRun: call.isDryRun
        )
        return warning(reply(200, presented(kept, call)), of: unknown, call)
    }

    func patchForm(_ call: Call) throws(Refusal) -> PatchForm {
        let type = call.request.headers[.contentType] ?? ""
        let name = type.prefix { $0 != ";" }
        guard let form = PatchForm(rawValue: String(name)) else {
            throw Refusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", details: [:])
        }
        guard form != .strategic || !call.kind.facts.isCustom else {
            throw Refusal(
                415,
                "UnsupportedMediaType",
                """
                the body of the request was in an unknown format - accepted media types include: \
                application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml
                """
            )
        }
        return form
    }

    /// `present` after the patch in the body; server-side apply has its own way.
    func patched(_ present: JSON, _ form: PatchForm, _ call: Call) throws(Refusal) -> JSON {
        let body: JSON
        do throws(JSONFailure) { body = try JSON(parsing: call.bytes) } catch {
            throw .badRequest("error decoding patch: \(error.problem)")
        }
        let result: JSON
        switch form {
        case .json:
            guard let operations = body.array else {
                throw .badRequest("error decoding patch: not a list of operations")
            }
            do throws(JSONPatchFailure) { result = try present.applying(operations) } catch { throw .patchRejected }
        case .merge: result = present.merging(body)
        case .strategic: result = present.mergingStrategically(body, kind: call.kind)
        case .apply: result = present
        }
        guard result.name == present.name else {
            throw .badRequest(
                "the name of the object (\(result.name)) does not match the name on the URL (\(present.name))"
            )
        }
        if let problem = typeProblem(result, call.kind) { throw .undecodable(problem) }
        return result
    }

    /// The result of a built-in kind must decode: its replicas must be a number.
    private func typeProblem(_ object: JSON, _ kind: ResourceKind) -> FieldProblem? {
        guard [.deployment, .replicaSet].contains(kind), let replicas = object["spec"]?["replicas"],
            replicas.int == nil,
            !replicas.isNull
        else { return nil }
        let type = replicas.string != nil ? "string" : replicas.bool != nil ? "bool" : "object"
        return FieldProblem(
            field: "patch",
            message:
                """
                Invalid value: \(JSON.string(object.text).text): json: cannot unmarshal \(type) into Go struct field \
                \(kind.facts.kind)Spec.spec.replicas of type int32
                """
        )
    }
}
