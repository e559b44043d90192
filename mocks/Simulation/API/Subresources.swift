import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// `/scale` of workloads, `/status` of whatever has one, `/log` of pods.
    mutating func answerSubresource(_ call: Call) throws(Refusal) -> Response {
        switch call.target.subresource {
        case "scale" where [.deployment, .replicaSet].contains(call.kind): return try scale(call)
        case "status" where call.kind.facts.hasStatus: return try status(call)
        case "log" where call.kind == .pod && call.request.method == .get: return try log(call)
        default: throw .unknownPath
        }
    }

    /// The little that a container without a program has to say.
    private func log(_ call: Call) throws(Refusal) -> Response {
        guard let object = store.object(.pod, call.key) else { throw .notFound(.pod, call.key.name) }
        let container = object["spec"]?["containers"]?[0]?["name"]?.string ?? ""
        let record = pods[call.key]
        guard let record, record.isStarted, record.waiting?.reason.contains("Pull") != true else {
            let reason = record?.waiting?.reason ?? "ContainerCreating"
            throw .badRequest(
                "container \"\(container)\" in pod \"\(call.key.name)\" is waiting to start: \(reason)"
            )
        }
        var lines = ["simulated container of \(record.image), which runs no program"]
        if let ready = record.readySince { lines.append("ready since \(ready.rfc3339Seconds)") }
        if record.restarts > 0 { lines.append("restarted \(record.restarts) times") }
        lines = lines.suffix(call.target["tailLines"].flatMap(Int.init).map { max($0, 0) } ?? lines.count)
        return Response(status: 200, headers: .plainText, body: lines.flatMap { Array("\($0)\n".utf8) })
    }

    private mutating func scale(_ call: Call) throws(Refusal) -> Response {
        guard let present = store.object(call.kind, call.key) else { throw .notFound(call.kind, call.key.name) }
        if call.request.method == .get { return reply(200, scaleObject(present)) }
        let wanted = try changedSubobject(scaleObject(present), call)
        try checkVersion(of: wanted, against: present, call.kind, isPatch: true)
        guard let replicas = wanted["spec"]?["replicas"]?.int ?? (wanted["spec"]?["replicas"] == nil ? 0 : nil),
            replicas >= 0
        else {
            let problem = FieldProblem(
                field: "spec.replicas",
                message:
                    "Invalid value: \((wanted["spec"]?["replicas"] ?? .null).text): must be greater than or equal to 0"
            )
            throw Refusal(
                422,
                "Invalid",
                "Scale.autoscaling \"\(call.key.name)\" is invalid: \(problem.field): \(problem.message)",
                details: [
                    "name": .string(call.key.name), "group": "autoscaling", "kind": "Scale",
                    "causes": Refusal.causes([problem]),
                ]
            )
        }
        var object = present
        object.edit("spec") { $0["replicas"] = JSON(replicas) }
        let writer = Writer(manager: call.manager, subresource: "scale")
        let kept = try commit(call.kind, call.key, from: present, to: object, writer, isDryRun: call.isDryRun)
        return reply(200, scaleObject(kept))
    }

    private mutating func status(_ call: Call) throws(Refusal) -> Response {
        guard let present = store.object(call.kind, call.key) else { throw .notFound(call.kind, call.key.name) }
        if call.request.method == .get { return reply(200, presented(present, call)) }
        let wanted = try changedSubobject(present, call)
        try checkVersion(of: wanted, against: present, call.kind, isPatch: call.request.method == .patch)
        let writer = Writer(manager: call.manager, subresource: "status")
        let kept = try commit(call.kind, call.key, from: present, to: wanted, writer, isDryRun: call.isDryRun)
        return reply(200, presented(kept, call))
    }

    /// `present` after the PUT or patch in the body.
    private func changedSubobject(_ present: JSON, _ call: Call) throws(Refusal) -> JSON {
        switch call.request.method {
        case .put:
            guard let body = try? JSON(parsing: call.bytes) else {
                throw .badRequest("the object provided is unrecognized")
            }
            return body
        case .patch:
            let form = try patchForm(call)
            guard form == .apply else { return try patched(present, form, call) }
            return present.merging(try JSON(manifest: call.bytes))
        default: throw .methodNotAllowed
        }
    }

    private func scaleObject(_ object: JSON) -> JSON {
        let selector = (object["spec"]?["selector"]?["matchLabels"]?.object?.members ?? [])
            .map { "\($0.key)=\($0.value.string ?? "")" }.sorted().joined(separator: ",")
        let metadata = object.metadata
        var shown: JSON = [:]
        for name in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            shown[name] = metadata[name]
        }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": shown,
            "spec": ["replicas": object["spec"]?["replicas"] ?? 0],
            "status": ["replicas": object["status"]?["replicas"] ?? 0, "selector": .string(selector)],
        ]
    }
}
