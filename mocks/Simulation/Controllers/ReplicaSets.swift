import SlipwayBase

extension KubernetesWorld {
    /// Makes the ReplicaSet of the wanted template; false when the Deployment's template cannot be read.
    mutating func createSet(_ key: ObjectKey, _ object: JSON, _ record: inout DeploymentRecord) -> Bool {
        guard let template = object["spec"]?["template"], let selector = object["spec"]?["selector"] else {
            return false
        }
        let wish = record.wish
        let name = ObjectKey(key.namespace, "\(key.name)-\(wish.hash)")
        let total = record.sets.reduce(0) { $0 + (replicaSets[$1]?.replicas ?? 0) }
        let hasOld = record.sets.contains { !(replicaSets[$0]?.pods.isEmpty ?? true) }
        let replicas =
            wish.recreates && hasOld ? 0 : max(min(wish.replicas + wish.maxSurge - total, wish.replicas), 0)
        var set = ReplicaSetRecord(
            deployment: key,
            uid: identity.uid(),
            hash: wish.hash,
            revision: nextRevision(record),
            replicas: replicas,
            minReady: wish.minReady,
            desired: wish.replicas,
            most: wish.replicas + wish.maxSurge
        )
        set.isOrphan = false
        replicaSets[name] = set
        record.sets.append(name)
        store.put(.replicaSet, name, setObject(name, set, object, template, selector))
        record.set(
            "Progressing",
            "True",
            "NewReplicaSetCreated",
            "Created new replica set \"\(name.name)\"",
            at: now,
            renews: true
        )
        note("ScalingReplicaSet", "Scaled up replica set \(name.name) from 0 to \(replicas)", on: object)
        due.add(.replicaSet(name), at: now + settings.writeLag + settings.writeLag)
        return true
    }

    /// Brings the settings of a set that fits the template up to date: its revision rises to the newest.
    mutating func reuseSet(_ record: inout DeploymentRecord) {
        guard let name = newSet(of: record), var set = replicaSets[name] else { return }
        set.minReady = record.wish.minReady
        let newest = record.sets.compactMap { $0 == name ? nil : replicaSets[$0]?.revision }.max() ?? 0
        if set.revision < newest {
            set.revision = newest + 1
            replicaSets[name] = set
            rewriteSet(name, set)
        }
        if record.condition("Progressing") == nil {
            record.set("Progressing", "True", "FoundNewReplicaSet", "Found new replica set \"\(name.name)\"", at: now)
        }
        replicaSets[name] = set
    }

    /// Gives a set another size, and notes the Deployment's size for later scaling in proportion.
    mutating func resize(_ name: ObjectKey, to replicas: Int, _ wish: DeploymentWish) {
        guard var set = replicaSets[name] else { return }
        let most = wish.replicas + wish.maxSurge
        guard set.replicas != replicas || set.desired != wish.replicas || set.most != most else { return }
        let (before, isResized) = (set.replicas, set.replicas != replicas)
        (set.replicas, set.desired, set.most) = (replicas, wish.replicas, most)
        replicaSets[name] = set
        rewriteSet(name, set)
        guard isResized else { return }
        if let owner = set.deployment, let object = store.object(.deployment, owner) {
            let direction = replicas > before ? "up" : "down"
            note(
                "ScalingReplicaSet",
                "Scaled \(direction) replica set \(name.name) from \(before) to \(replicas)",
                on: object
            )
        }
        due.add(.replicaSet(name), at: now + settings.writeLag)
    }

    /// One look of the ReplicaSet controller: the right number of pods, and the status.
    mutating func syncReplicaSet(_ name: ObjectKey) {
        guard let set = replicaSets[name] else { return }
        let active = set.pods.filter { pods[$0].map { !$0.isTerminating } ?? false }
        if active.count < set.replicas {
            for _ in active.count..<set.replicas { createPod(of: name) }
        } else if active.count > set.replicas {
            for victim in leastMissed(active).prefix(active.count - set.replicas) { terminatePod(victim) }
        }
        writeSetStatus(name)
        if let owner = set.deployment { due.add(.deployment(owner), at: now) }
    }

    /// Pods in the order in which they are given up: not started, not ready, youngest.
    private func leastMissed(_ names: [ObjectKey]) -> [ObjectKey] {
        func rank(_ name: ObjectKey) -> (Int, Int64) {
            guard let pod = pods[name] else { return (0, 0) }
            let step = pod.isReady ? 2 : pod.isStarted ? 1 : 0
            return (step, -(pod.readySince ?? pod.createdAt).milliseconds)
        }
        return names.map { (name: $0, rank: rank($0)) }.sorted { $0.rank < $1.rank }.map(\.name)
    }

    private mutating func writeSetStatus(_ name: ObjectKey) {
        guard var set = replicaSets[name], var object = store.object(.replicaSet, name) else { return }
        let all = set.pods.compactMap { pods[$0] }
        let active = all.filter { !$0.isTerminating }
        set.available = active.count { isAvailable($0, set) }
        replicaSets[name] = set
        var status: JSON = ["replicas": JSON(active.count)]
        for (key, count) in [
            ("fullyLabeledReplicas", active.count), ("readyReplicas", active.count { $0.isReady }),
            ("availableReplicas", set.available),
        ] where count > 0 { status[key] = JSON(count) }
        status["terminatingReplicas"] = JSON(all.count - active.count)
        status["observedGeneration"] = JSON(object.generation)
        guard object["status"] != status else { return }
        object["status"] = status
        store.put(.replicaSet, name, object)
    }

    private mutating func rewriteSet(_ name: ObjectKey, _ set: ReplicaSetRecord) {
        guard var object = store.object(.replicaSet, name) else { return }
        let isResized = object["spec"]?["replicas"]?.int != set.replicas
        let generation = object.generation + 1
        object.edit("spec") { $0["replicas"] = JSON(set.replicas) }
        object.edit("metadata") { metadata in
            if isResized { metadata["generation"] = JSON(generation) }
            metadata.edit("annotations") { Self.annotate(&$0, set) }
        }
        store.put(.replicaSet, name, object)
    }

    private func nextRevision(_ record: DeploymentRecord) -> Int {
        (record.sets.compactMap { replicaSets[$0]?.revision }.max() ?? 0) + 1
    }

    private static func annotate(_ annotations: inout JSON, _ set: ReplicaSetRecord) {
        annotations["deployment.kubernetes.io/desired-replicas"] = .string(String(set.desired))
        annotations["deployment.kubernetes.io/max-replicas"] = .string(String(set.most))
        annotations["deployment.kubernetes.io/revision"] = .string(String(set.revision))
    }

    private func setObject(
        _ name: ObjectKey,
        _ set: ReplicaSetRecord,
        _ deployment: JSON,
        _ template: JSON,
        _ selector: JSON
    ) -> JSON {
        var template = template
        var selector = selector
        let hash = JSON.string(set.hash)
        template.edit("metadata") { $0.edit("labels") { $0["pod-template-hash"] = hash } }
        selector.edit("matchLabels") { $0["pod-template-hash"] = hash }
        var annotations = deployment.metadata["annotations"] ?? [:]
        annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
        Self.annotate(&annotations, set)
        return [
            "kind": "ReplicaSet", "apiVersion": "apps/v1",
            "metadata": [
                "name": .string(name.name), "namespace": .string(name.namespace), "uid": .string(set.uid),
                "generation": 1, "creationTimestamp": .string(now.rfc3339Seconds),
                "labels": template["metadata"]?["labels"] ?? [:], "annotations": annotations,
                "ownerReferences": [Self.ownerReference("apps/v1", "Deployment", deployment.name, deployment.uid)],
            ],
            "spec": ["replicas": JSON(set.replicas), "selector": selector, "template": template],
            "status": ["replicas": 0],
        ]
    }

    static func ownerReference(_ version: String, _ kind: String, _ name: String, _ uid: String) -> JSON {
        [
            "apiVersion": .string(version), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
            "controller": true, "blockOwnerDeletion": true,
        ]
    }
}
