import SlipwayBase

extension KubernetesWorld {
    /// One look of the Deployment controller at one Deployment.
    mutating func syncDeployment(_ key: ObjectKey) {
        guard let object = store.object(.deployment, key), var record = deployments[key], !object.isBeingDeleted else {
            return
        }
        if record.wish.generation != object.generation { record.wish = DeploymentWish(object) }
        notePause(&record)
        let wish = record.wish
        let isScaling = record.sets.contains { name in
            replicaSets[name].map { $0.replicas > 0 && $0.desired != wish.replicas } ?? false
        }
        if wish.isPaused || isScaling {
            // The real controller counts a scaled set by its former size until the next look.
            let sizes = record.sets.reduce(0) { $0 + (replicaSets[$1]?.replicas ?? 0) }
            scaleInProportion(record)
            return finishSync(key, &record, sizes: sizes)
        }
        if newSet(of: record) == nil, createSet(key, object, &record) {
            writeDeployment(key, record, annotating: newSet(of: record))
            due.add(.deployment(key), at: now + settings.writeLag)
            deployments[key] = record
            return
        }
        reuseSet(&record)
        if wish.recreates { recreate(record) } else { roll(record) }
        finishSync(key, &record)
    }

    /// The ReplicaSet with the wanted template.
    func newSet(of record: DeploymentRecord) -> ObjectKey? {
        record.sets.first { replicaSets[$0]?.hash == record.wish.hash }
    }

    private mutating func finishSync(_ key: ObjectKey, _ record: inout DeploymentRecord, sizes: Int? = nil) {
        let isComplete = noteStatus(key, &record, sizes: sizes)
        if isComplete { forgetOldSets(&record) }
        let new = newSet(of: record)
        writeDeployment(key, record, annotating: record.wish.isPaused ? nil : new)
        deployments[key] = record
        scheduleDeadline(key, record)
    }

    private func notePause(_ record: inout DeploymentRecord) {
        guard let condition = record.condition("Progressing"), condition.reason != "ProgressDeadlineExceeded" else {
            return
        }
        if record.wish.isPaused, condition.reason != "DeploymentPaused" {
            record.set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", at: now)
        } else if !record.wish.isPaused, condition.reason == "DeploymentPaused" {
            record.set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", at: now)
        }
    }

    private func scheduled(_ record: DeploymentRecord) -> Timestamp? {
        guard let condition = record.condition("Progressing"), !record.wish.isPaused,
            !["NewReplicaSetAvailable", "ProgressDeadlineExceeded"].contains(condition.reason)
        else { return nil }
        return condition.updated + record.wish.deadline + .milliseconds(1)
    }

    private mutating func scheduleDeadline(_ key: ObjectKey, _ record: DeploymentRecord) {
        due.set(.deadline(key), at: scheduled(record).map { max($0, now + .milliseconds(1)) })
    }

    /// One step of a rolling update: first up, then down; never both in one look.
    private mutating func roll(_ record: DeploymentRecord) {
        guard let new = newSet(of: record), let current = replicaSets[new] else { return }
        let wish = record.wish
        let total = record.sets.reduce(0) { $0 + (replicaSets[$1]?.replicas ?? 0) }
        if current.replicas > wish.replicas { return resize(new, to: wish.replicas, wish) }
        if current.replicas < wish.replicas, total < wish.replicas + wish.maxSurge {
            let more = min(wish.replicas + wish.maxSurge - total, wish.replicas - current.replicas)
            return resize(new, to: current.replicas + more, wish)
        }
        scaleDownOld(record, new: new, total: total)
    }

    private mutating func scaleDownOld(_ record: DeploymentRecord, new: ObjectKey, total: Int) {
        let wish = record.wish
        let old = record.sets.filter { $0 != new && (replicaSets[$0]?.replicas ?? 0) > 0 }
        guard !old.isEmpty, let current = replicaSets[new] else { return }
        let least = wish.replicas - wish.maxUnavailable
        var spare = total - least - (current.replicas - current.available)
        guard spare > 0 else { return }
        for name in old {
            guard let set = replicaSets[name], spare > 0, set.replicas > set.available else { continue }
            let fewer = min(spare, set.replicas - set.available)
            resize(name, to: set.replicas - fewer, wish)
            spare -= fewer
        }
        var healthy = record.sets.reduce(0) { $0 + (replicaSets[$1]?.available ?? 0) } - least
        for name in old {
            guard let set = replicaSets[name], healthy > 0, set.replicas > 0 else { continue }
            let fewer = min(healthy, set.replicas, spare)
            guard fewer > 0 else { break }
            resize(name, to: set.replicas - fewer, wish)
            (healthy, spare) = (healthy - fewer, spare - fewer)
        }
    }

    /// All old pods go before the first new one comes.
    private mutating func recreate(_ record: DeploymentRecord) {
        guard let new = newSet(of: record) else { return }
        var isAnyLeft = false
        for name in record.sets where name != new {
            guard let set = replicaSets[name] else { continue }
            if set.replicas > 0 { resize(name, to: 0, record.wish) }
            isAnyLeft = isAnyLeft || !set.pods.isEmpty
        }
        if !isAnyLeft, replicaSets[new]?.replicas != record.wish.replicas {
            resize(new, to: record.wish.replicas, record.wish)
        }
    }

    /// Scaling while nothing or several sets are active: the only active set takes it all, several share in proportion.
    private mutating func scaleInProportion(_ record: DeploymentRecord) {
        let wish = record.wish
        var active = record.sets.filter { (replicaSets[$0]?.replicas ?? 0) > 0 }
        if active.count <= 1 {
            guard let name = active.first ?? newSet(of: record) ?? record.sets.last else { return }
            return resize(name, to: wish.replicas, wish)
        }
        let allowed = wish.replicas > 0 ? wish.replicas + wish.maxSurge : 0
        let total = active.reduce(0) { $0 + (replicaSets[$1]?.replicas ?? 0) }
        let toAdd = allowed - total
        active.sort { (replicaSets[$0]?.replicas ?? 0) > (replicaSets[$1]?.replicas ?? 0) }
        if toAdd > 0, let new = newSet(of: record), let index = active.firstIndex(of: new) { active.swapAt(0, index) }
        var sizes: [ObjectKey: Int] = [:]
        var added = 0
        for name in active {
            guard let set = replicaSets[name] else { continue }
            let share = toAdd == 0 ? 0 : proportion(set, wish, allowed, left: toAdd - added)
            sizes[name] = set.replicas + share
            added += share
        }
        if let first = active.first { sizes[first, default: 0] += toAdd - added }
        for name in active { resize(name, to: max(sizes[name] ?? 0, 0), wish) }
    }

    private func proportion(_ set: ReplicaSetRecord, _ wish: DeploymentWish, _ allowed: Int, left: Int) -> Int {
        guard wish.replicas > 0 else { return -set.replicas }
        let most = max(set.most, 1)
        let fraction = (set.replicas * allowed * 2 + most) / (2 * most) - set.replicas
        return left > 0 ? min(max(fraction, 0), left) : max(min(fraction, 0), left)
    }

    /// Old sets without pods beyond `revisionHistoryLimit` go, oldest first.
    private mutating func forgetOldSets(_ record: inout DeploymentRecord) {
        let new = newSet(of: record)
        let idle = record.sets.filter {
            $0 != new && replicaSets[$0]?.replicas == 0 && replicaSets[$0]?.pods.isEmpty ?? true
        }
        for name in idle.sorted(by: { (replicaSets[$0]?.revision ?? 0) < (replicaSets[$1]?.revision ?? 0) })
            .prefix(max(idle.count - record.wish.historyEntriesMax, 0))
        {
            record.sets.removeAll { $0 == name }
            replicaSets[name] = nil
            store.remove(.replicaSet, name)
        }
    }
}
