import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Who writes, and how: what server-side apply keeps account of.
struct Writer {
    var manager: String
    var isApply = false
    var subresource: String?
}

extension KubernetesWorld {
    mutating func create(_ call: Call) throws(Refusal) -> Response {
        var object = try decodedBody(call)
        var key = try checkedKey(object, call)
        if key.name.isEmpty, let prefix = object.metadata["generateName"]?.string {
            key.name = prefix + identity.suffix()
            object.edit("metadata") { $0["name"] = .string(key.name) }
        }
        guard store.object(call.kind, key) == nil else { throw .alreadyExists(call.kind, key.name) }
        if call.kind.facts.isNamespaced { try requireNamespace(key.namespace) }
        object.edit("metadata") { $0["managedFields"] = nil }
        let unknown = try unknownField(object, call)
        if let unknown { object["spec"]?[unknown] = nil }
        let kept = try commit(
            call.kind,
            key,
            from: nil,
            to: object,
            Writer(manager: call.manager),
            isDryRun: call.isDryRun
        )
        return warning(reply(201, presented(kept, call)), of: unknown, call)
    }

    mutating func replace(_ call: Call) throws(Refusal) -> Response {
        let object = try decodedBody(call)
        let key = try checkedKey(object, call)
        guard key.name == call.key.name else {
            throw .badRequest(
                "the name of the object (\(key.name)) does not match the name on the URL (\(call.key.name))"
            )
        }
        guard let present = store.object(call.kind, key) else {
            guard call.kind == .lease else { throw .notFound(call.kind, key.name) }
            let kept = try commit(
                call.kind,
                key,
                from: nil,
                to: object,
                Writer(manager: call.manager),
                isDryRun: call.isDryRun
            )
            return reply(201, presented(kept, call))
        }
        try checkVersion(of: object, against: present, call.kind, isPatch: false)
        let kept = try commit(
            call.kind,
            key,
            from: present,
            to: object,
            Writer(manager: call.manager),
            isDryRun: call.isDryRun
        )
        return reply(200, presented(kept, call))
    }

    /// Stale or missing resourceVersions, and another object's uid.
    func checkVersion(of object: JSON, against present: JSON, _ kind: ResourceKind, isPatch: Bool) throws(Refusal) {
        let version = object.resourceVersion
        let isUnconditional = version.isEmpty || version == "0"
        if isUnconditional, !isPatch, kind == .lease || kind.facts.isCustom {
            let problem = FieldProblem(
                field: "metadata.resourceVersion",
                message: "Invalid value: 0: must be specified for an update"
            )
            throw .invalid(kind, present.name, [problem])
        }
        if !isUnconditional, version != present.resourceVersion { throw .conflict(kind, present.name) }
        if !object.uid.isEmpty, object.uid != present.uid {
            throw .precondition(
                kind,
                present.name,
                "Precondition failed: UID in precondition: \(object.uid), UID in object meta: \(present.uid)"
            )
        }
    }

    /// Completes, checks and keeps a new state of an object, and tells the controllers.
    mutating func commit(
        _ kind: ResourceKind,
        _ key: ObjectKey,
        from present: JSON?,
        to wanted: JSON,
        _ writer: Writer,
        isDryRun: Bool
    ) throws(Refusal) -> JSON {
        var object = wanted
        settleMetadata(&object, key, kind, present)
        settleStatus(&object, kind, present, isStatusWrite: writer.subresource == "status")
        complete(&object, kind, present)
        let problems = validated(object, kind, present)
        guard problems.isEmpty else { throw .invalid(kind, key.name, problems) }
        countGeneration(&object, kind, present)
        if writer.isApply {
            object.edit("metadata") { $0["managedFields"] = wanted.metadata["managedFields"] }
        } else {
            noteOwnership(&object, kind, present, writer)
        }
        if let present, isUnchanged(object, present) { return present }
        guard !isDryRun else { return object.withoutVersion(present?.resourceVersion) }
        let kept = store.put(kind, key, object)
        changed(kind, key, from: present, to: kept)
        return kept
    }

    private func isUnchanged(_ object: JSON, _ present: JSON) -> Bool {
        func bare(_ object: JSON) -> JSON {
            var copy = object
            copy.edit("metadata") {
                $0["resourceVersion"] = nil
                $0["managedFields"] = .array(($0["managedFields"]?.array ?? []).map { $0.without("time") })
            }
            return copy
        }
        return bare(object) == bare(present)
    }

    private mutating func settleMetadata(_ object: inout JSON, _ key: ObjectKey, _ kind: ResourceKind, _ present: JSON?)
    {
        object["apiVersion"] = .string(kind.facts.apiVersion())
        object["kind"] = .string(kind.facts.kind)
        let old = present?.metadata
        var metadata: JSON = ["name": .string(key.name)]
        let given = object.metadata
        if let prefix = given["generateName"] { metadata["generateName"] = prefix }
        if kind.facts.isNamespaced { metadata["namespace"] = .string(key.namespace) }
        metadata["uid"] = old?["uid"] ?? .string(identity.uid())
        if let generation = old?["generation"] { metadata["generation"] = generation }
        metadata["creationTimestamp"] = old?["creationTimestamp"] ?? .string(now.rfc3339Seconds)
        for name in ["deletionTimestamp", "deletionGracePeriodSeconds"] {
            if let value = old?[name] { metadata[name] = value }
        }
        for name in ["labels", "annotations"] {
            if let value = given[name], value.object?.isEmpty == false { metadata[name] = value }
        }
        for name in ["ownerReferences", "finalizers"] {
            if let value = given[name], value.array?.isEmpty == false { metadata[name] = value }
        }
        object["metadata"] = metadata
        if let old { object.edit("metadata") { $0["managedFields"] = old["managedFields"] } }
    }

    private func settleStatus(_ object: inout JSON, _ kind: ResourceKind, _ present: JSON?, isStatusWrite: Bool) {
        guard kind.facts.hasStatus else { return }
        if isStatusWrite, let present {
            let status = object["status"]
            object = present
            object["status"] = status
        } else {
            object["status"] = present == nil ? initialStatus(kind) : present?["status"]
        }
    }

    private func countGeneration(_ object: inout JSON, _ kind: ResourceKind, _ present: JSON?) {
        guard kind.facts.countsGeneration else { return }
        guard let present else { return object.edit("metadata") { $0["generation"] = 1 } }
        let isSame = object["spec"] == present["spec"] && object["endpoints"] == present["endpoints"]
        if !isSame { object.edit("metadata") { $0["generation"] = JSON(present.generation + 1) } }
    }
}

extension JSON {
    /// The object as a dry run shows it: with the version it had, or none.
    fileprivate func withoutVersion(_ version: String?) -> JSON {
        var copy = self
        copy.edit("metadata") { $0["resourceVersion"] = version.map { .string($0) } }
        return copy
    }
}
