import SlipwayBase

extension KubernetesWorld {
    /// Makes an autoscaler want so many replicas; it keeps within its own minimum and maximum.
    public mutating func autoscale(_ name: String, to replicas: Int, namespace: String = "default") {
        let key = ObjectKey(namespace, name)
        autoscalerWishes[key] = replicas
        due.add(.autoscaler(key), at: now + settings.autoscalerLag)
    }

    mutating func autoscalerChanged(_ key: ObjectKey, _ object: JSON) {
        let name = object["spec"]?["scaleTargetRef"]?["name"]?.string ?? ""
        autoscalerTargets[key] = ObjectKey(key.namespace, name)
        due.add(.autoscaler(key), at: now + settings.autoscalerLag)
    }

    /// Looks again, soon, at the autoscalers of a Deployment.
    mutating func autoscalersMayAct(on deployment: ObjectKey) {
        for (key, target) in autoscalerTargets where target == deployment {
            due.add(.autoscaler(key), at: now + settings.autoscalerLag)
        }
    }

    /// Sets the replicas of the target when they differ from what is wanted; a target at zero is left alone.
    mutating func syncAutoscaler(_ key: ObjectKey) {
        guard var autoscaler = store.object(.autoscaler, key), let target = autoscalerTargets[key],
            let deployment = store.object(.deployment, target), let spec = autoscaler["spec"]
        else { return }
        let current = deployment["spec"]?["replicas"]?.int ?? 1
        let bounds = (spec["minReplicas"]?.int ?? 1)...max(spec["maxReplicas"]?.int ?? 1, spec["minReplicas"]?.int ?? 1)
        let wish = min(max(autoscalerWishes[key] ?? current, bounds.lowerBound), bounds.upperBound)
        if current > 0, current != wish { setReplicas(target, deployment, wish) }
        let status: JSON = [
            "observedGeneration": 1, "currentReplicas": deployment["status"]?["replicas"] ?? 0,
            "desiredReplicas": JSON(current > 0 ? wish : 0), "currentMetrics": .null,
        ]
        guard autoscaler["status"] != status else { return }
        autoscaler["status"] = status
        store.put(.autoscaler, key, autoscaler)
    }

    private mutating func setReplicas(_ key: ObjectKey, _ present: JSON, _ replicas: Int) {
        var object = present
        object.edit("spec") { $0["replicas"] = JSON(replicas) }
        object.edit("metadata") { $0["generation"] = JSON(present.generation + 1) }
        noteOwnership(&object, .deployment, present, Writer(manager: "kube-controller-manager", subresource: "scale"))
        let kept = store.put(.deployment, key, object)
        changed(.deployment, key, from: present, to: kept)
    }
}
