import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension KubernetesWorld {
    mutating func delete(_ call: Call) throws(Refusal) -> Response {
        let (kind, key) = (call.kind, call.key)
        let options = (try? JSON(parsing: call.bytes)) ?? [:]
        guard let present = store.object(kind, key) else { throw .notFound(kind, key.name) }
        try checkPreconditions(options["preconditions"], present, kind)
        let policy = options["propagationPolicy"]?.string ?? call.target["propagationPolicy"] ?? "Background"
        let ownsOthers = [.deployment, .replicaSet].contains(kind)
        if kind == .pod {
            if !call.isDryRun { terminatePod(key) }
            return reply(200, store.object(kind, key) ?? present)
        }
        if policy == "Foreground", ownsOthers {
            let marked = markedForDeletion(present)
            if !call.isDryRun {
                let kept = store.put(kind, key, marked)
                later(.collect(uid: present.uid, namespace: key.namespace), after: settings.controllerLag)
                later(.foreground(kind, key), after: settings.controllerLag)
                return reply(200, presented(kept, call))
            }
            return reply(200, presented(marked, call))
        }
        if !call.isDryRun { erase(kind, key, orphaning: policy == "Orphan") }
        let facts = kind.facts
        var details: JSON = ["name": .string(key.name)]
        if !facts.group.isEmpty { details["group"] = .string(facts.group) }
        details["kind"] = .string(facts.plural)
        details["uid"] = .string(present.uid)
        return reply(
            200,
            ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details]
        )
    }

    /// Removes an object at once; what it owns follows unless it is orphaned.
    mutating func erase(_ kind: ResourceKind, _ key: ObjectKey, orphaning: Bool = false) {
        guard let last = store.remove(kind, key) else { return }
        switch kind {
        case .deployment:
            due.set(.deadline(key), at: nil)
            for set in deployments[key]?.sets ?? [] {
                replicaSets[set]?.deployment = nil
                replicaSets[set]?.isOrphan = orphaning
            }
            deployments[key] = nil
        case .autoscaler: autoscalerTargets[key] = nil
        case .replicaSet:
            if let owner = replicaSets[key]?.deployment { later(.deployment(owner), after: settings.controllerLag) }
            replicaSets[key] = nil
        case .service:
            routesMayChange(in: key.namespace)
        default: break
        }
        if !orphaning, [.deployment, .replicaSet, .service].contains(kind) {
            later(.collect(uid: last.uid, namespace: key.namespace), after: settings.controllerLag)
        }
    }

    private func checkPreconditions(_ conditions: JSON?, _ present: JSON, _ kind: ResourceKind) throws(Refusal) {
        if let uid = conditions?["uid"]?.string, uid != present.uid {
            throw .precondition(
                kind,
                present.name,
                """
                the UID in the precondition (\(uid)) does not match the UID in record (\(present.uid)). The object \
                might have been deleted and then recreated
                """
            )
        }
        if let version = conditions?["resourceVersion"]?.string, version != present.resourceVersion {
            throw .precondition(
                kind,
                present.name,
                """
                the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record \
                (\(present.resourceVersion)). The object might have been modified
                """
            )
        }
    }

    private func markedForDeletion(_ present: JSON) -> JSON {
        var object = present
        object.edit("metadata") {
            guard $0["deletionTimestamp"] == nil else { return }
            $0["generation"] = JSON(present.generation + 1)
            $0["deletionTimestamp"] = .string(now.rfc3339Seconds)
            $0["deletionGracePeriodSeconds"] = 0
            $0["finalizers"] = .array(($0["finalizers"]?.array ?? []) + ["foregroundDeletion"])
        }
        return object
    }
}
