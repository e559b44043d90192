import SlipwayBase

extension KubernetesWorld {
    /// Tells the controllers that a caller created or changed an object.
    mutating func changed(_ kind: ResourceKind, _ key: ObjectKey, from present: JSON?, to object: JSON) {
        switch kind {
        case .deployment:
            if deployments[key] == nil { adopt(key, object) }
            later(.deployment(key), after: settings.controllerLag)
            if present == nil || present?["spec"]?["replicas"] != object["spec"]?["replicas"] {
                autoscalersMayAct(on: key)
            }
        case .replicaSet:
            if present == nil {
                replicaSets[key] = ReplicaSetRecord(
                    uid: object.uid,
                    hash: templateHash(object["spec"]?["template"] ?? [:]),
                    revision: 0,
                    replicas: 0,
                    minReady: .seconds(object["spec"]?["minReadySeconds"]?.int ?? 0),
                    desired: 0,
                    most: 0
                )
            }
            replicaSets[key]?.replicas = object["spec"]?["replicas"]?.int ?? 0
            later(.replicaSet(key), after: settings.controllerLag)
        case .service:
            later(.endpoints(key), after: settings.endpointsLag)
            if present == nil { routesMayChange(in: key.namespace) }
        case .httpRoute: if present?.generation != object.generation { routeChanged(key) }
        case .gateway: if present?.generation != object.generation { later(.gateway(key), after: settings.gatewayLag) }
        case .autoscaler: autoscalerChanged(key, object)
        case .pod, .endpointSlice, .ingress, .virtualService, .lease, .event, .namespace: break
        }
    }

    /// Begins to control a Deployment; orphaned ReplicaSets that it selects become its own.
    private mutating func adopt(_ key: ObjectKey, _ object: JSON) {
        var record = DeploymentRecord(uid: object.uid)
        let selector = LabelSelector(workload: object["spec"]?["selector"])
        for entry in store.entries(.replicaSet, in: key.namespace) {
            guard replicaSets[entry.key]?.isOrphan == true, selector.matches(entry.object.labels) else { continue }
            replicaSets[entry.key]?.deployment = key
            replicaSets[entry.key]?.isOrphan = false
            record.sets.append(entry.key)
        }
        deployments[key] = record
    }

    /// Deletes what a deleted object owned.
    mutating func collectOrphans(of uid: String, in namespace: String) {
        for kind in [ResourceKind.replicaSet, .endpointSlice] {
            let owned = store.entries(kind, in: namespace).filter { isOwned($0.object, by: uid) }.map(\.key)
            for key in owned { erase(kind, key) }
        }
        let owned = store.entries(.pod, in: namespace).filter { isOwned($0.object, by: uid) }.map(\.key)
        for key in owned { terminatePod(key) }
    }

    /// Removes an object deleted in the foreground once nothing of it is left.
    mutating func finishForeground(_ kind: ResourceKind, _ key: ObjectKey) {
        guard let object = store.object(kind, key), object.isBeingDeleted else { return }
        let isLeft = pods.contains { pod in
            kind == .replicaSet
                ? pod.value.replicaSet == key : deployments[key]?.sets.contains(pod.value.replicaSet) ?? false
        }
        if isLeft { later(.foreground(kind, key), after: settings.terminationDelay) } else { erase(kind, key) }
    }

    /// Writes an Event about an object, as controllers do.
    mutating func note(
        _ reason: String,
        _ message: String,
        on object: JSON,
        type: String = "Normal",
        component: String = "deployment-controller"
    ) {
        guard settings.recordsEvents else { return }
        if notedEvents.count >= max(settings.eventsMax, 1) { store.remove(.event, notedEvents.removeFirst()) }
        let time = JSON.string(now.rfc3339Seconds)
        let namespace = object.metadata["namespace"]?.string ?? ""
        let key = ObjectKey(namespace, "\(object.name).\(String(store.revision + 1, radix: 16))")
        notedEvents.append(key)
        store.put(
            .event,
            key,
            [
                "kind": "Event", "apiVersion": "v1",
                "metadata": [
                    "name": .string(key.name), "namespace": .string(namespace), "uid": .string(identity.uid()),
                    "creationTimestamp": time,
                ],
                "involvedObject": [
                    "kind": object["kind"] ?? "", "namespace": .string(namespace), "name": .string(object.name),
                    "uid": .string(object.uid), "apiVersion": object["apiVersion"] ?? "",
                    "resourceVersion": .string(object.resourceVersion),
                ],
                "reason": .string(reason), "message": .string(message), "source": ["component": .string(component)],
                "firstTimestamp": time, "lastTimestamp": time, "count": 1, "type": .string(type), "eventTime": .null,
                "reportingComponent": .string(component), "reportingInstance": "",
            ]
        )
    }

    private func isOwned(_ object: JSON, by uid: String) -> Bool {
        object.metadata["ownerReferences"]?.array?.contains { $0["uid"]?.string == uid } ?? false
    }
}
