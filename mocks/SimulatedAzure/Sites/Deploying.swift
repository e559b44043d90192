import SlipwayBase
import SlipwaySigning

// Putting bundles onto the disk of a slot.
extension AppService {
    /// What content is called: the name that was given to it, or else its SHA-256.
    func contentName(_ digest: String) -> String { contentNames[digest] ?? digest }

    /// Begins a deployment of what is called `release`; nil while another one is under way.
    mutating func beginDeployment(of release: String, at place: SlotPlace, waits: Bool) -> Deployment? {
        let slot = sites[place.site].slots[place.slot]
        if let last = slot.volume.deployments.last, !last.isComplete(at: now) { return nil }
        let build = waits ? .zero : timings.deploymentBuild
        let deployment = Deployment(
            id: naming.uuid(),
            temporaryID: "temp-" + naming.letters(8),
            release: release,
            began: now,
            named: waits ? now : now + timings.deploymentNaming,
            ends: now + (waits ? .zero : timings.deploymentNaming) + build,
            fails: failure(release: release, slot: slot.name) { $0 == .deployment } != nil
        )
        sites[place.site].slots[place.slot].volume.deployments.append(deployment)
        if waits {
            finishDeployment(deployment.id)
        } else {
            schedule.add(.deployed(deployment.id), at: deployment.ends)
        }
        return deployment
    }

    /// The files of a deployment are in place, in whichever slot the disk is by now.
    mutating func finishDeployment(_ id: String) {
        guard let (place, index) = find(deployment: id) else { return }
        let deployment = sites[place.site].slots[place.slot].volume.deployments[index]
        sites[place.site].slots[place.slot].volume.deployments[index].isDone = true
        guard !deployment.fails else { return }
        sites[place.site].slots[place.slot].volume.release = deployment.release
        if sites[place.site].slots[place.slot].image == nil { restart(place) }
    }

    func find(deployment id: String) -> (SlotPlace, Int)? {
        for (site, value) in sites.enumerated() {
            for (slot, owner) in value.slots.enumerated() {
                if let index = owner.volume.deployments.firstIndex(where: { $0.id == id }) {
                    return (SlotPlace(site: site, slot: slot), index)
                }
            }
        }
        return nil
    }
}
