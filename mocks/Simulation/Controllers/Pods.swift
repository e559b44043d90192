import SlipwayBase

extension KubernetesWorld {
    /// Adds one pod to a ReplicaSet.
    mutating func createPod(of set: ObjectKey) {
        guard let object = store.object(.replicaSet, set), let template = object["spec"]?["template"] else { return }
        let key = ObjectKey(set.namespace, "\(set.name)-\(identity.suffix())")
        let image = template["spec"]?["containers"]?[0]?["image"]?.string ?? ""
        let record = PodRecord(
            replicaSet: set,
            uid: identity.uid(),
            image: image,
            labels: template["metadata"]?["labels"]?.object ?? [:],
            address: identity.address(),
            node: (replicaSets[set]?.pods.count ?? 0) % 2 + 1,
            createdAt: now,
            behaviour: behaviour(of: image, replicaSets[set]?.deployment)
        )
        pods[key] = record
        replicaSets[set]?.pods.append(key)
        store.put(.pod, key, podObject(key, record, template, object))
        later(.pod(key, .starts), after: settings.startDelay)
    }

    private func behaviour(of image: String, _ deployment: ObjectKey?) -> PodBehaviour {
        podBehaviours.first { $0.pattern.matches(image, deployment) }?.behaviour ?? .readyAfter(settings.readyDelay)
    }

    /// Begins the end of a pod: it stops counting as ready at once and is gone after a while.
    mutating func terminatePod(_ key: ObjectKey) {
        guard var record = pods[key], !record.isTerminating, var object = store.object(.pod, key) else { return }
        record.isTerminating = true
        pods[key] = record
        let grace = object["spec"]?["terminationGracePeriodSeconds"]?.int ?? 30
        let end = (now + .seconds(grace)).rfc3339Seconds
        object.edit("metadata") {
            $0["generation"] = 2
            $0["deletionTimestamp"] = .string(end)
            $0["deletionGracePeriodSeconds"] = JSON(grace)
        }
        store.put(.pod, key, object)
        due.cancelSteps(of: key)
        later(.pod(key, .isGone), after: settings.terminationDelay)
        due.add(.replicaSet(record.replicaSet), at: now + settings.writeLag)
        endpointsMayChange(for: key.namespace, record.labels)
    }

    /// One step in a pod's life.
    mutating func advancePod(_ key: ObjectKey, _ step: PodStep) {
        guard var record = pods[key] else { return }
        if step == .isGone { return removePod(key, record) }
        guard !record.isTerminating else { return }
        take(step, key, &record)
        pods[key] = record
        guard step != .isAvailable else { return due.add(.replicaSet(record.replicaSet), at: now) }
        writePodStatus(key, record)
        if [.isReady, .crashes].contains(step) { due.add(.replicaSet(record.replicaSet), at: now) }
        endpointsMayChange(for: key.namespace, record.labels)
    }

    private mutating func take(_ step: PodStep, _ key: ObjectKey, _ record: inout PodRecord) {
        switch step {
        case .starts, .restarts: start(key, &record)
        case .isReady:
            record.readySince = now
            podsObservedReady[record.image, default: 0] += 1
            let wait = replicaSets[record.replicaSet]?.minReady ?? .zero
            if wait > .zero { later(.pod(key, .isAvailable), after: wait) }
        case .backsOff:
            let cause = record.waiting?.message ?? ""
            record.waiting = (
                "ImagePullBackOff", "Back-off pulling image \"\(record.image)\": ErrImagePull: \(cause)"
            )
            warn("BackOff", "Back-off pulling image \"\(record.image)\"", key, record)
        case .crashes:
            record.restarts += 1
            let seconds = min(10 << min(record.restarts - 1, 5), 300)
            record.waiting = (
                "CrashLoopBackOff",
                """
                back-off \(seconds)s restarting failed container=\(containerName(key)) \
                pod=\(key.name)_\(key.namespace)(\(record.uid))
                """
            )
            warn(
                "BackOff",
                "Back-off restarting failed container \(containerName(key)) in pod \(key.name)",
                key,
                record
            )
            later(.pod(key, .restarts), after: .seconds(seconds))
        case .isAvailable, .isGone: break
        }
    }

    private mutating func start(_ key: ObjectKey, _ record: inout PodRecord) {
        record.isStarted = true
        switch record.behaviour {
        case .readyAfter(let delay):
            let moment = max(now, record.createdAt + delay)
            due.add(.pod(key, .isReady), at: moment)
        case .failToPull(let message):
            record.waiting = ("ErrImagePull", message)
            warn("Failed", "Failed to pull image \"\(record.image)\": \(message)", key, record)
            later(.pod(key, .backsOff), after: .seconds(2))
        case .crash:
            record.waiting = nil
            later(.pod(key, .crashes), after: .seconds(1))
        case .hang: break
        }
    }

    private mutating func removePod(_ key: ObjectKey, _ record: PodRecord) {
        pods[key] = nil
        store.remove(.pod, key)
        replicaSets[record.replicaSet]?.pods.removeAll { $0 == key }
        if replicaSets[record.replicaSet] != nil { due.add(.replicaSet(record.replicaSet), at: now) }
        endpointsMayChange(for: key.namespace, record.labels)
    }

    private mutating func writePodStatus(_ key: ObjectKey, _ record: PodRecord) {
        guard var object = store.object(.pod, key) else { return }
        if object["spec"]?["nodeName"] == nil {
            object.edit("spec") { $0["nodeName"] = .string("node-\(record.node)") }
        }
        object["status"] = podStatus(record, object)
        store.put(.pod, key, object)
    }

    private func containerName(_ key: ObjectKey) -> String {
        store.object(.pod, key)?["spec"]?["containers"]?[0]?["name"]?.string ?? ""
    }

    private mutating func warn(_ reason: String, _ message: String, _ key: ObjectKey, _ record: PodRecord) {
        guard let object = store.object(.pod, key) else { return }
        note(reason, message, on: object, type: "Warning", component: "kubelet")
    }
}
