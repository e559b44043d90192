import SlipwayAppService
import SlipwayModel
public import SlipwaySimulatedAzure

/// What must hold in a subscription when all is over.
extension AppServiceLab {
    /// Nothing is left behind, nothing is prepared or under way, and what is not ours is as it was.
    public func brokenPromises(atEnd end: LabEnd, in world: AzureWorld) -> [String] {
        var (broken, former): ([String], AzureWorld) = ([], self.world)
        former.advance(to: world.now)
        if !world.rules(of: Self.site).isEmpty, !end.isReported { broken.append("a routing rule was left behind") }
        let production = world.slot(of: Self.site)
        if let prepared = production?.targetSwapSlot { broken.append("a swap with \(prepared) was left prepared") }
        if world.swaps.contains(where: { $0.ended == nil }), !hasEndlessSwap {
            broken.append("a swap is under way at the end")
        }
        broken += checkSlots(former, world, end)
        for name in world.slots(of: Self.site) {
            let (before, after) = (former.slot(name, of: Self.site), world.slot(name, of: Self.site))
            guard let before, let after else { continue }
            let sticky = ["SITE_NAME"]
            for setting in sticky where before.ownSettings[setting] != after.ownSettings[setting] {
                broken.append("the slot setting \(setting) of \(name) has moved")
            }
        }
        return broken
    }

    private var hasEndlessSwap: Bool {
        world.failures.contains { if case .swapNeverEnds = $0.kind { true } else { false } }
    }

    private func checkSlots(_ former: AzureWorld, _ world: AzureWorld, _ end: LabEnd) -> [String] {
        guard !end.isReported else { return [] }
        var expected = Set(former.slots(of: Self.site))
        if case .slot(_, let name) = settings.layout, end.isDeployed {
            expected.insert(name)
            if disposal == .remove { expected.remove(name) }
        }
        let present = Set(world.slots(of: Self.site))
        var broken = present.subtracting(expected).sorted().map { "the slot \($0) was left behind" }
        broken += expected.subtracting(present).sorted().map { "the slot \($0) is gone" }
        guard let before = former.slot(Self.slot, of: Self.site), let after = world.slot(Self.slot, of: Self.site)
        else {
            return broken
        }
        if case .image = release.artifact, !end.isDeployed, after.release != before.release {
            broken.append("the slot runs \(after.release) and ran \(before.release)")
        }
        let isStopped = end.isDeployed ? disposal == .scaleDown : before.isStopped
        if after.isStopped != isStopped { broken.append("the slot is \(after.isStopped ? "" : "not ")stopped") }
        if (after.tags["slipway-stopped"] != nil) != isStopped { broken.append("the slot has the tags \(after.tags)") }
        return broken
    }
}
