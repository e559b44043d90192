import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// The body as an object of the kind that the path names.
    func decodedBody(_ call: Call) throws(Refusal) -> JSON {
        let facts = call.kind.facts
        let body = try decoded(call)
        let version = body["apiVersion"]?.string ?? servedVersion(call)
        let kind = body["kind"]?.string ?? facts.kind
        guard kind == facts.kind, version == servedVersion(call) else {
            let short = version.split(separator: "/").last.map(String.init) ?? version
            let wanted = facts.group.split(separator: ".").first.map(String.init) ?? "core"
            throw .badRequest(
                """
                \(kind) in version \"\(short)\" cannot be handled as a \(facts.kind): converting (\(short).\(kind)) \
                to (\(wanted).\(facts.kind)): unknown conversion
                """
            )
        }
        return call.kind == .event ? keptEvent(body) : body
    }

    private func decoded(_ call: Call) throws(Refusal) -> JSON {
        let facts = call.kind.facts
        switch (call.request.headers[.contentType] ?? "application/json").prefix(while: { $0 != ";" }) {
        case "application/json": break
        case "application/yaml": return try JSON(manifest: call.bytes)
        case "application/vnd.kubernetes.protobuf":
            if let object = JSON(protobuf: call.bytes, call.kind) { return object }
            fallthrough
        default:
            throw Refusal(
                415,
                "UnsupportedMediaType",
                """
                the body of the request was in an unknown format - accepted media types include: application/json, \
                application/yaml, application/vnd.kubernetes.protobuf
                """
            )
        }
        do throws(JSONFailure) { return try JSON(parsing: call.bytes) } catch {
            let start = String(decoding: call.bytes.prefix(30), as: UTF8.self)
            throw .badRequest(
                """
                the object provided is unrecognized (must be of type \(facts.kind)): couldn't get version/kind; json \
                parse error: \(error.problem) (\(start) ...)
                """
            )
        }
    }

    /// The key in the body, which must be that of the path.
    func checkedKey(_ object: JSON, _ call: Call) throws(Refusal) -> ObjectKey {
        let namespace = object.metadata["namespace"]?.string
        guard !call.kind.facts.isNamespaced || namespace == nil || namespace == call.target.namespace else {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        guard !call.kind.facts.isNamespaced || call.target.namespace != nil else { throw .methodNotAllowed }
        return ObjectKey(call.target.namespace ?? "", object.name)
    }

    func requireNamespace(_ name: String) throws(Refusal) {
        guard store.object(.namespace, ObjectKey("", name)) != nil else { throw .notFound(.namespace, name) }
    }

    /// The first field of a Deployment's spec that nobody knows; refused when validation is strict, else dropped with a
    /// warning. Deeper levels and other kinds are not checked.
    func unknownField(_ object: JSON, _ call: Call) throws(Refusal) -> String? {
        guard call.kind == .deployment else { return nil }
        let known = [
            "replicas", "selector", "template", "strategy", "minReadySeconds", "revisionHistoryLimit", "paused",
            "progressDeadlineSeconds",
        ]
        guard let field = object["spec"]?.object?.keys.first(where: { !known.contains($0) }) else { return nil }
        guard call.target["fieldValidation"] == "Strict" else { return field }
        let problem = "strict decoding error: unknown field \"spec.\(field)\""
        guard call.request.method == .patch else {
            throw .badRequest("Deployment in version \"v1\" cannot be handled as a Deployment: \(problem)")
        }
        let patch = JSON.string(String(decoding: call.bytes, as: UTF8.self)).text
        throw .undecodable(FieldProblem(field: "patch", message: "Invalid value: \(patch): \(problem)"))
    }

    /// The answer with a warning about a field that was dropped, unless nobody wants to know.
    func warning(_ response: Response, of unknown: String?, _ call: Call) -> Response {
        guard let unknown, call.target["fieldValidation"] != "Ignore", let name = HTTPField.Name("Warning") else {
            return response
        }
        var response = response
        response.headers[name] = "299 - \"unknown field \\\"spec.\(unknown)\\\"\""
        return response
    }

    /// An event in the form of the core group, in which all are kept.
    func keptEvent(_ event: JSON) -> JSON {
        guard event["apiVersion"]?.string == "events.k8s.io/v1" else { return event }
        var kept = event
        for (new, old) in Self.eventNames { (kept[old], kept[new]) = (event[new], nil) }
        return kept
    }

    /// An event in the form of `events.k8s.io`.
    func newStyleEvent(_ event: JSON) -> JSON {
        var shown = event
        for (new, old) in Self.eventNames { (shown[new], shown[old]) = (event[old], nil) }
        if shown["deprecatedSource"] == nil { shown["deprecatedSource"] = [:] }
        for name in ["deprecatedFirstTimestamp", "deprecatedLastTimestamp"] where shown[name] == nil {
            shown[name] = .null
        }
        shown["apiVersion"] = "events.k8s.io/v1"
        return shown
    }

    private static var eventNames: [(String, String)] {
        [
            ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
            ("deprecatedSource", "source"), ("deprecatedFirstTimestamp", "firstTimestamp"),
            ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
        ]
    }
}
