import SlipwayBase

/// A swap that was accepted.
struct SwapOperation: Sendable {
    var id: String
    var site: String
    var source: String
    var target: String
    var began: Timestamp
    /// Whether production's settings had been applied before, by a preview.
    var wasPrepared: Bool
    /// What it ends with, once that is decided; nil is success.
    var fault: ARMFault?
    var takesEffect = true
    var ended: Timestamp?
    /// How often its address was asked, and how often with one that is not the newest.
    var polls = 0
    var outdatedPolls = 0
    /// The numbers of the addresses given out, with the time of each.
    var addresses: [Timestamp] = []
}

extension AppService {
    /// Applies the target's sticky settings to a slot, which restarts it.
    mutating func prepare(_ source: SlotPlace, for target: String) {
        sites[source.site].slots[source.slot].preparedFor = target
        restart(source)
    }

    /// Takes a preparation back, which restarts the slot with its own settings.
    mutating func unprepare(_ source: SlotPlace) {
        guard let target = sites[source.site].slots[source.slot].preparedFor else { return }
        sites[source.site].slots[source.slot].preparedFor = nil
        if let index = sites[source.site].index(of: target) {
            sites[source.site].slots[index].targetSwapSlot = nil
            sites[source.site].slots[index].modified = now
        }
        restart(source)
    }

    /// Begins a swap, whose end is decided by what runs in the source.
    mutating func beginSwap(_ source: SlotPlace, with target: Int) -> SwapOperation {
        let site = sites[source.site]
        let slot = site.slots[source.slot]
        var operation = SwapOperation(
            id: naming.uuid(),
            site: site.name,
            source: slot.name,
            target: site.slots[target].name,
            began: now,
            wasPrepared: slot.preparedFor != nil
        )
        if !operation.wasPrepared { prepare(source, for: operation.target) }
        sites[source.site].operation = operation.id
        let worker = sites[source.site].slots[source.slot].worker
        let lost = failure(release: worker.release, slot: slot.name) { $0 == .allocation } != nil
        let ready = wakes(worker, in: sites[source.site], source.slot)
        if lost {
            operation.fault = .lostInstances(slot: slot.name)
            schedule.add(.ended(operation: operation.id), at: now + timings.swapPreparation)
        } else if let ready, ready <= now + timings.swapPatience {
            operation.takesEffect =
                failure(release: worker.release, slot: slot.name) { $0 == .swapWithoutEffect } == nil
            let moment = max(now + timings.swapPreparation, ready + timings.swapWarmUp)
            schedule.add(.switched(operation: operation.id), at: moment)
        } else {
            operation.fault = .noPing(site: site.name, slot: slot.name)
            schedule.add(.ended(operation: operation.id), at: now + timings.swapPatience)
        }
        operations[operation.id] = operation
        return operation
    }

    /// When a worker answers the warm-up requests of a swap in a way that counts; nil is never.
    private func wakes(_ worker: Worker, in site: Site, _ slot: Int) -> Timestamp? {
        let wanted = site.visibleSettings(of: site.slots[slot])["WEBSITE_SWAP_WARMUP_PING_STATUSES"]?.string
        let statuses = wanted?.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) } ?? []
        guard statuses.isEmpty || statuses.contains(worker.status) else { return nil }
        return worker.ready
    }

    /// The switch of routing: from here on each of the two runs what the other ran.
    mutating func switchSlots(_ id: String) {
        guard let operation = operations[id], let site = sites.firstIndex(where: { $0.name == operation.site }),
            let source = sites[site].index(of: operation.source), let target = sites[site].index(of: operation.target)
        else { return }
        let never = failure(release: nil, slot: operation.source) { $0 == .swapNeverEnds } != nil
        if !never { schedule.add(.ended(operation: id), at: now + timings.swapFinish) }
        if never { sites[site].operation = nil }
        guard operation.takesEffect else { return }
        exchange(source, target, of: site)
        let status = SwapStatus(time: now, source: operation.source, destination: operation.target)
        for slot in [source, target] {
            sites[site].slots[slot].swapStatus = status
            sites[site].slots[slot].targetSwapSlot = nil
            sites[site].slots[slot].preparedFor = nil
            sites[site].slots[slot].modified = now
        }
        restart(SlotPlace(site: site, slot: source))
    }

    /// Keys of `config/web` that stay with the slot.
    private static let stayingKeys = [
        "alwaysOn", "experiments", "routingRules", "autoSwapSlotName", "publishingUsername", "ipSecurityRestrictions",
        "ipSecurityRestrictionsDefaultAction", "scmIpSecurityRestrictions", "scmIpSecurityRestrictionsDefaultAction",
        "scmIpSecurityRestrictionsUseMain", "vnetName", "vnetRouteAllEnabled", "publicNetworkAccess", "cors",
        "minTlsVersion", "scmMinTlsVersion", "ftpsState", "httpLoggingEnabled", "numberOfWorkers", "siteAuthEnabled",
    ]

    private mutating func exchange(_ source: Int, _ target: Int, of site: Int) {
        let (one, other) = (sites[site].slots[source], sites[site].slots[target])
        func filled(_ place: Slot, from came: Slot) -> Slot {
            var slot = place
            slot.config = came.config
            for key in Self.stayingKeys { slot.config[key] = place.config[key] }
            slot.settings = Site.joined(
                moving: came.settings,
                staying: place.settings,
                sticky: sites[site].stickySettings ?? []
            )
            slot.strings = Site.joined(
                moving: came.strings,
                staying: place.strings,
                sticky: sites[site].stickyStrings ?? []
            )
            (slot.containers, slot.volume, slot.deploymentID) = (came.containers, came.volume, came.deploymentID)
            (slot.worker, slot.retiring) = (came.worker, came.retiring)
            return slot
        }
        sites[site].slots[source] = filled(one, from: other)
        sites[site].slots[target] = filled(other, from: one)
    }

    /// The end of a swap; one that failed leaves everything as it was before.
    mutating func endSwap(_ id: String) {
        guard let operation = operations[id], let site = sites.firstIndex(where: { $0.name == operation.site })
        else { return }
        operations[id]?.ended = now
        sites[site].operation = nil
        if operation.fault != nil || !operation.takesEffect, let source = sites[site].index(of: operation.source) {
            unprepare(SlotPlace(site: site, slot: source))
        }
        operations = operations.filter { $0.value.ended.map { now - $0 < timings.operationKept } ?? true }
    }
}
