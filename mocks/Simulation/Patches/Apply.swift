import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    /// Server-side apply: the body says which fields the manager wants, and what it no longer says it gives up.
    mutating func apply(_ call: Call) throws(Refusal) -> Response {
        guard let manager = call.target["fieldManager"], !manager.isEmpty else { throw Self.managerRequired }
        let body = try appliedBody(call)
        let writer = Writer(manager: manager, isApply: true)
        let wanted = FieldSet(of: body, isCustom: call.kind.facts.isCustom)
        let own = Owner(writer, wanted, apiVersion: servedVersion(call), time: now.rfc3339Seconds)
        guard let present = store.object(call.kind, call.key) else {
            try requireNamespace(call.key.namespace)
            var object = body
            object.owners = [own]
            let kept = try commit(call.kind, call.key, from: nil, to: object, writer, isDryRun: call.isDryRun)
            return reply(201, presented(kept, call))
        }
        try checkVersion(of: body, against: present, call.kind, isPatch: true)
        let object = try applied(body, own, to: present, call)
        let kept = try commit(call.kind, call.key, from: present, to: object, writer, isDryRun: call.isDryRun)
        return reply(200, presented(kept, call))
    }

    /// `present` with the fields of `body`, without those the manager alone held and no longer names.
    private func applied(_ body: JSON, _ own: Owner, to present: JSON, _ call: Call) throws(Refusal) -> JSON {
        let isCustom = call.kind.facts.isCustom
        let writer = Writer(manager: own.manager, isApply: true)
        var object = present.mergingApplied(body, isCustom: isCustom)
        var others = present.owners
        var given = FieldSet()
        others.removeAll { owner in
            guard owner.isSame(as: writer) else { return false }
            given = owner.fields
            return true
        }
        let changed = FieldSet(changedFrom: present, to: object, isCustom: isCustom).intersection(own.fields)
        if !call.target.isSet("force") { try refuseConflicts(changed, others) }
        var abandoned = given.subtracting(own.fields)
        for other in others { abandoned = abandoned.subtracting(other.fields) }
        object = abandoned.removing(from: object)
        for index in others.indices { others[index].fields = others[index].fields.subtracting(changed) }
        object.owners = [own] + others
        return object
    }

    private func refuseConflicts(_ changed: FieldSet, _ others: [Owner]) throws(Refusal) {
        let conflicts = others.map { (owner: $0, paths: $0.fields.intersection(changed).paths) }
            .filter { !$0.paths.isEmpty }
            .sorted { $0.owner.manager < $1.owner.manager }
        let count = conflicts.reduce(0) { $0 + $1.paths.count }
        guard count > 0 else { return }
        let causes = conflicts.flatMap { conflict in
            conflict.paths.sorted().map { path -> JSON in
                [
                    "reason": "FieldManagerConflict", "message": .string("conflict with \(conflict.owner.title)"),
                    "field": .string(path),
                ]
            }
        }
        let texts = conflicts.map { conflict in
            "conflicts with \(conflict.owner.title):" + conflict.paths.sorted().map { "\n- \($0)" }.joined()
        }
        let summary =
            count == 1
            ? "Apply failed with 1 conflict: conflict with \(conflicts[0].owner.title): \(conflicts[0].paths[0])"
            : "Apply failed with \(count) conflicts: " + texts.joined(separator: "\n")
        throw Refusal(409, "Conflict", summary, details: ["causes": .array(causes)])
    }

    private func appliedBody(_ call: Call) throws(Refusal) -> JSON {
        let body = try JSON(manifest: call.bytes)
        let facts = call.kind.facts
        guard body["kind"]?.string == facts.kind, body["apiVersion"]?.string == servedVersion(call) else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(facts.kind)): apiVersion and kind are required"
            )
        }
        let name = body.name
        guard name.isEmpty || name == call.key.name else {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(call.key.name))")
        }
        guard body.metadata["managedFields"] == nil else {
            throw .badRequest("metadata.managedFields must be nil")
        }
        let namespace = body.metadata["namespace"]?.string
        guard namespace == nil || namespace == call.target.namespace else {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        return body
    }

    private static var managerRequired: Refusal {
        let problem = FieldProblem(
            field: "fieldManager",
            message: "Required value: is required for apply patch",
            reason: .required
        )
        return Refusal(
            422,
            "Invalid",
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
            details: ["group": "meta.k8s.io", "kind": "PatchOptions", "causes": Refusal.causes([problem])]
        )
    }
}

extension JSON {
    /// The object with what an applied configuration says: members are merged, keyed lists by element, others replaced.
    fileprivate func mergingApplied(_ applied: JSON, isCustom: Bool, name: String = "") -> JSON {
        switch (self, applied) {
        case (.object(let present), .object(let wanted)) where isCustom || !ListKeys.isAtomic(name):
            var result = JSON.object(present)
            for (key, value) in wanted.members where !(name.isEmpty && key == "status") {
                result[key] = present[key]?.mergingApplied(value, isCustom: isCustom, name: key) ?? value
            }
            return result
        case (.array(let present), .array(let wanted)):
            guard !isCustom, let keys = ListKeys.keys(of: name, wanted + present) else { return applied }
            var elements = present
            for element in wanted {
                let label = ListKeys.label(of: element, keys)
                if let index = elements.firstIndex(where: { ListKeys.label(of: $0, keys) == label }) {
                    elements[index] = elements[index].mergingApplied(element, isCustom: isCustom, name: "-")
                } else {
                    elements.append(element)
                }
            }
            return .array(elements)
        default: return applied
        }
    }
}
