import SlipwayBase

extension KubernetesWorld {
    /// A pod as the ReplicaSet controller makes it. What admission adds (the service account's volume, tolerations,
    /// priority) is left out.
    func podObject(_ key: ObjectKey, _ record: PodRecord, _ template: JSON, _ set: JSON) -> JSON {
        var metadata: JSON = [
            "name": .string(key.name), "generateName": .string(set.name + "-"), "namespace": .string(key.namespace),
            "uid": .string(record.uid), "generation": 1, "creationTimestamp": .string(now.rfc3339Seconds),
            "labels": .object(record.labels),
        ]
        if let annotations = template["metadata"]?["annotations"] { metadata["annotations"] = annotations }
        metadata["ownerReferences"] = [Self.ownerReference("apps/v1", "ReplicaSet", set.name, set.uid)]
        return [
            "kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": template["spec"] ?? [:],
            "status": ["phase": "Pending", "qosClass": "BestEffort"],
        ]
    }

    /// The status of a pod whose container was started at least once.
    func podStatus(_ record: PodRecord, _ object: JSON) -> JSON {
        let time = now.rfc3339Seconds
        let began = object["status"]?["startTime"] ?? .string(time)
        let hasImage = record.waiting.map { !$0.reason.contains("Pull") } ?? true
        var status: JSON = [
            "phase": hasImage ? "Running" : "Pending",
            "conditions": .array(podConditions(record, object)),
            "hostIP": .string("192.0.2.\(record.node)"),
        ]
        if hasImage {
            status["podIP"] = .string(record.address)
            status["podIPs"] = [["ip": .string(record.address)]]
        }
        status["startTime"] = began
        let containers = object["spec"]?["containers"]?.array ?? []
        status["containerStatuses"] = .array(containers.map { containerStatus(record, $0, hasImage: hasImage) })
        status["qosClass"] = "BestEffort"
        return status
    }

    private func podConditions(_ record: PodRecord, _ object: JSON) -> [JSON] {
        let names = (object["spec"]?["containers"]?.array ?? []).map(\.elementName)
        let old = object["status"]?["conditions"]?.array ?? []
        return ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type in
            let isTrue = record.isReady || type == "Initialized" || type == "PodScheduled"
            let status: JSON = isTrue ? "True" : "False"
            let before = old.first { $0["type"]?.string == type && $0["status"] == status }
            var condition: JSON = [
                "type": .string(type), "status": status, "lastProbeTime": .null,
                "lastTransitionTime": before?["lastTransitionTime"] ?? .string(now.rfc3339Seconds),
            ]
            if !isTrue {
                condition["reason"] = "ContainersNotReady"
                condition["message"] = .string("containers with unready status: [\(names.joined(separator: " "))]")
            }
            return condition
        }
    }

    private func containerStatus(_ record: PodRecord, _ container: JSON, hasImage: Bool) -> JSON {
        var state: JSON = ["running": ["startedAt": .string(record.createdAt.rfc3339Seconds)]]
        var last: JSON = [:]
        if let waiting = record.waiting {
            state = ["waiting": ["reason": .string(waiting.reason), "message": .string(waiting.message)]]
        }
        if record.restarts > 0, case .crash(let exitCode) = record.behaviour {
            last = [
                "terminated": [
                    "exitCode": JSON(exitCode), "reason": "Error", "startedAt": .string(now.rfc3339Seconds),
                    "finishedAt": .string(now.rfc3339Seconds),
                ]
            ]
        }
        var status: JSON = [
            "name": container["name"] ?? "", "state": state, "lastState": last, "ready": .bool(record.isReady),
            "restartCount": JSON(record.restarts), "image": container["image"] ?? "",
            "imageID": hasImage ? .string("simulated://sha256/\(record.uid)") : "",
        ]
        if hasImage { status["containerID"] = .string("simulated://\(record.uid)") }
        status["started"] = .bool(record.waiting == nil)
        return status
    }
}

extension JSON {
    /// The `name` member of a list's element.
    fileprivate var elementName: String { self["name"]?.string ?? "" }
}
