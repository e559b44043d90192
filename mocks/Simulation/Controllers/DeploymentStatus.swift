import SlipwayBase

extension KubernetesWorld {
    /// Counts pods and draws the conditions; returns whether the rollout is complete.
    func noteStatus(_ key: ObjectKey, _ record: inout DeploymentRecord, sizes: Int? = nil) -> Bool {
        let old = record.counts
        let counts = counted(record, sizes: sizes)
        let wish = record.wish
        record.counts = counts
        let isAvailable = counts.available >= wish.replicas - wish.maxUnavailable
        record.set(
            "Available",
            isAvailable ? "True" : "False",
            isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            isAvailable ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
            at: now
        )
        let isComplete =
            counts.updated == wish.replicas && counts.replicas == wish.replicas
            && counts.available == wish.replicas
        guard !wish.isPaused else { return false }
        let name = newSet(of: record)?.name ?? key.name
        let progressing = record.condition("Progressing")
        if counts.replicas == counts.updated, progressing?.reason == "NewReplicaSetAvailable" { return isComplete }
        if isComplete {
            record.set(
                "Progressing",
                "True",
                "NewReplicaSetAvailable",
                "ReplicaSet \"\(name)\" has successfully progressed.",
                at: now
            )
        } else if counts.updated > old.updated || counts.replicas - counts.updated < old.replicas - old.updated
            || counts.ready > old.ready || counts.available > old.available
        {
            record.set(
                "Progressing",
                "True",
                "ReplicaSetUpdated",
                "ReplicaSet \"\(name)\" is progressing.",
                at: now,
                renews: true
            )
        } else if let progressing, progressing.reason != "NewReplicaSetAvailable",
            now - progressing.updated > wish.deadline
        {
            record.set(
                "Progressing",
                "False",
                "ProgressDeadlineExceeded",
                "ReplicaSet \"\(name)\" has timed out progressing.",
                at: now
            )
        }
        return isComplete
    }

    private func counted(_ record: DeploymentRecord, sizes: Int?) -> DeploymentCounts {
        var counts = DeploymentCounts()
        counts.observedGeneration = record.wish.generation
        let new = newSet(of: record)
        var wanted = 0
        for name in record.sets {
            guard let set = replicaSets[name] else { continue }
            wanted += set.replicas
            for pod in set.pods {
                guard let pod = pods[pod] else { continue }
                if pod.isTerminating {
                    counts.terminating += 1
                    continue
                }
                counts.replicas += 1
                if name == new { counts.updated += 1 }
                if pod.isReady { counts.ready += 1 }
                if isAvailable(pod, set) { counts.available += 1 }
            }
        }
        counts.unavailable = max((sizes ?? wanted) - counts.available, 0)
        return counts
    }

    /// Ready for at least `minReadySeconds`.
    func isAvailable(_ pod: PodRecord, _ set: ReplicaSetRecord) -> Bool {
        guard !pod.isTerminating, let since = pod.readySince else { return false }
        return now - since >= set.minReady
    }

    /// Writes the status, and the revision of `set`, when they differ from what is kept.
    mutating func writeDeployment(_ key: ObjectKey, _ record: DeploymentRecord, annotating set: ObjectKey?) {
        guard var object = store.object(.deployment, key) else { return }
        var isChanged = false
        if let set, let revision = replicaSets[set]?.revision {
            let text = JSON.string(String(revision))
            if object.metadata["annotations"]?["deployment.kubernetes.io/revision"] != text {
                object.edit("metadata") { $0.edit("annotations") { $0["deployment.kubernetes.io/revision"] = text } }
                isChanged = true
            }
        }
        let status = statusObject(record)
        if object["status"] != status {
            object["status"] = status
            isChanged = true
        }
        guard isChanged else { return }
        noteController(&object)
        store.put(.deployment, key, object)
    }

    private func statusObject(_ record: DeploymentRecord) -> JSON {
        let counts = record.counts
        var status: JSON = [:]
        for (name, count) in [
            ("observedGeneration", counts.observedGeneration), ("replicas", counts.replicas),
            ("updatedReplicas", counts.updated), ("readyReplicas", counts.ready),
            ("availableReplicas", counts.available), ("unavailableReplicas", counts.unavailable),
        ] where count != 0 { status[name] = JSON(count) }
        if counts.observedGeneration > 0 { status["terminatingReplicas"] = JSON(counts.terminating) }
        if !record.conditions.isEmpty { status["conditions"] = .array(record.conditions.map(\.json)) }
        return status
    }

    /// Notes the controller as the owner of the status, always with the same fields.
    private func noteController(_ object: inout JSON) {
        var entries = object.metadata["managedFields"]?.array ?? []
        entries.removeAll {
            $0["manager"]?.string == "kube-controller-manager" && $0["subresource"]?.string == "status"
        }
        var entry = Self.controllerEntry
        entry["time"] = .string(now.rfc3339Seconds)
        entries.append(entry)
        object.edit("metadata") { $0["managedFields"] = .array(entries) }
    }

    private static let controllerEntry: JSON = [
        "manager": "kube-controller-manager", "operation": "Update", "apiVersion": "apps/v1", "time": "",
        "fieldsType": "FieldsV1",
        "fieldsV1": [
            "f:metadata": ["f:annotations": [".": [:], "f:deployment.kubernetes.io/revision": [:]]],
            "f:status": [
                "f:availableReplicas": [:], "f:conditions": [:], "f:observedGeneration": [:], "f:readyReplicas": [:],
                "f:replicas": [:], "f:terminatingReplicas": [:], "f:unavailableReplicas": [:],
                "f:updatedReplicas": [:],
            ],
        ],
        "subresource": "status",
    ]
}
