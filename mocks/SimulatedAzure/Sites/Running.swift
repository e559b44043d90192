import SlipwayBase

extension AppService {
    /// Whether routing rules, and nothing that runs, depend on a key of `config/web`.
    private static let quietKeys: Set<String> = ["experiments", "routingRules", "autoSwapSlotName", "numberOfWorkers"]

    /// Whether a change of these keys restarts what runs.
    static func restarts(_ keys: [String]) -> Bool { keys.contains { !quietKeys.contains($0) } }

    /// Starts what a slot is configured to run anew.
    mutating func restart(_ place: SlotPlace) {
        let slot = sites[place.site].slots[place.slot]
        guard !slot.isStopped else { return }
        let old = slot.worker
        sites[place.site].slots[place.slot].worker = worker(of: slot.release, in: slot.name)
        // What is not ready yet cannot stand in for what comes after it; what stood in for it goes on.
        let overlaps = overlaps(slot, of: sites[place.site])
        if overlaps, old.answers(at: now) { sites[place.site].slots[place.slot].retiring = old }
        if !overlaps { sites[place.site].slots[place.slot].retiring = nil }
    }

    /// The web server of Windows hands requests to a new process as soon as there is one, whatever that answers.
    private func overlaps(_ slot: Slot, of site: Site) -> Bool {
        timings.restartsOverlap && (slot.image != nil || plan(of: site)?.isLinux == true)
    }

    /// A worker that begins now.
    mutating func worker(of release: String, in slot: String) -> Worker {
        var worker = Worker(release: release, began: now, ready: now + timings.start)
        let kind = failure(release: release, slot: slot) { kind in
            switch kind {
            case .imagePull, .crash, .neverHealthy, .slow, .status, .degrades: true
            default: false
            }
        }
        switch kind {
        case .imagePull: (worker.ready, worker.trouble) = (nil, "ImagePullFailure")
        case .crash: (worker.ready, worker.trouble) = (nil, "ContainerExited")
        case .neverHealthy: (worker.ready, worker.trouble) = (nil, "ContainerTimeout")
        case .slow(let delay): worker.ready = now + delay
        case .status(let status): worker.status = status
        case .degrades(let delay): worker.degrades = now + timings.start + delay
        default: break
        }
        if let ready = worker.ready { schedule.add(.noted, at: ready) }
        if let end = worker.degrades { schedule.add(.noted, at: end) }
        return worker
    }

    /// Who answers the requests that reach a slot now; nil when nobody does.
    func serving(_ slot: Slot) -> Worker? {
        guard !slot.isStopped else { return nil }
        if slot.worker.answers(at: now) { return slot.worker }
        // The platform gives up on what does not start; until then the old one stands in.
        guard let old = slot.retiring, now < slot.worker.began + .seconds(230) else { return nil }
        return old
    }

    mutating func stop(_ place: SlotPlace) {
        sites[place.site].slots[place.slot].isStopped = true
        sites[place.site].slots[place.slot].retiring = nil
        sites[place.site].slots[place.slot].modified = now
    }

    mutating func start(_ place: SlotPlace) {
        guard sites[place.site].slots[place.slot].isStopped else { return }
        sites[place.site].slots[place.slot].isStopped = false
        sites[place.site].slots[place.slot].modified = now
        // Stopping has ended what ran, so that nothing stands in for what starts.
        sites[place.site].slots[place.slot].worker.ready = nil
        restart(place)
    }
}
