import HTTPTypes
import SlipwayBase
import SlipwayHTTP
public import SlipwayModel
public import SlipwaySimulatedAzure
import SlipwaySimulation

/// What must hold in a subscription.
extension AppServiceLab {
    /// What was seen of the subscription at the calls before.
    public struct Memory: Sendable {
        var slotShare = 0.0
        /// Swaps that the service has accepted and that did not fail.
        var swaps = 0
        /// Since when nobody has looked at production after a swap whose answer was lost; nil when nobody has to.
        var isSwapDoubtful = false
        /// The address of the operation under way that was given out last and arrived.
        var address: String?
        /// How often in a row an older address was asked than the one that had arrived.
        var outdated = 0
    }

    static let production = "sites/\(site)"

    /// Nothing seen yet.
    public func memory() -> Memory { Memory() }

    /// Time alone changes a subscription, so that it is looked at after every call.
    public func version(of world: AzureWorld) -> Int? { nil }

    /// Shares by image or by the name of what was deployed.
    public func traffic(in world: AzureWorld) -> LabTraffic {
        let shares = world.shares(of: Self.site)
        return LabTraffic(shares: shares.releases, failed: shares.failed)
    }

    /// The image, or the version for zips.
    public func mark(of release: Release) -> String {
        if case .image(let reference) = release.artifact { reference } else { release.version }
    }

    /// What is promised of single requests, and that a slot gains traffic only when it is ready.
    public func brokenPromises(after call: LabCall, in world: AzureWorld, _ memory: inout Memory) -> [String] {
        let request = call.call.request
        var broken: [String] = []
        if call.hadEffect, request.method == .patch, ConfigPlace(request) != nil {
            broken += checkPatch(request, at: call.call.index, in: world)
        }
        let path = Self.path(request)
        if path.hasSuffix("/slotsswap") { broken += checkSwap(call, in: world, &memory) }
        if path.hasPrefix("sites/\(Self.site)/slots/\(Self.slot)/operationresults/") {
            broken += checkPoll(call, &memory)
        }
        if path == Self.production, call.isDelivered, call.response.isSuccess { memory.isSwapDoubtful = false }
        if let next = call.response.headers[.location] { memory.address = call.isDelivered ? next : nil }
        return broken + checkReadiness(world, &memory)
    }

    /// Only what is ours is sent, and what somebody else wrote a moment ago is still there.
    private func checkPatch(_ request: Request, at index: Int, in world: AzureWorld) -> [String] {
        let sent = (try? JSON(parsing: request.bytes))?["properties"]?.object?.keys ?? []
        let ours: Set = ["linuxFxVersion", "windowsFxVersion", "experiments", "appCommandLine"]
        let others = sent.filter { !ours.contains($0) }
        var broken = others.isEmpty ? [] : ["config/web was sent with \(others.prefix(3).joined(separator: ", "))"]
        let slot = ConfigPlace(request)?.slot
        if world.slot(slot, of: Self.site)?.config[Self.foreign]?.string != "/edit-\(index)" {
            broken.append("what somebody else wrote into config/web is lost")
        }
        return broken
    }

    private func checkSwap(_ call: LabCall, in world: AzureWorld, _ memory: inout Memory) -> [String] {
        guard call.hadEffect, call.response.isSuccess else { return [] }
        var broken: [String] = []
        if memory.isSwapDoubtful {
            broken.append("a swap was asked for again without a look at what the first one did")
        }
        memory.isSwapDoubtful = !call.isDelivered
        (memory.swaps, memory.outdated) = (memory.swaps + 1, 0)
        // There and, should the release be taken back, back again.
        if memory.swaps > 2 { broken.append("slots were swapped \(memory.swaps) times") }
        if let share = world.rules(of: Self.site)[Self.slot], share > 0 {
            broken.append("slots were swapped while a rule led \(Int(share))% of production to \(Self.slot)")
        }
        if let slot = world.slot(Self.slot, of: Self.site), !slot.isReady, slot.preparedFor == nil {
            broken.append("the slot was swapped before it answered")
        }
        return broken
    }

    /// Each answer names a new address, and the old ones are not asked for ever.
    private func checkPoll(_ call: LabCall, _ memory: inout Memory) -> [String] {
        guard let address = memory.address else { return [] }
        memory.outdated = address.hasSuffix(call.call.request.target) ? 0 : memory.outdated + 1
        return memory.outdated >= 2 ? ["an old address of the swap's operation is asked again and again"] : []
    }

    private func checkReadiness(_ world: AzureWorld, _ memory: inout Memory) -> [String] {
        let share = world.shares(of: Self.site).slots[Self.slot] ?? 0
        let former = memory.slotShare
        memory.slotShare = share
        guard share > former + 0.001 else { return [] }
        let slot = world.slot(Self.slot, of: Self.site)
        guard slot?.isReady != true || slot?.serving != mark(of: release) else { return [] }
        return ["\(Self.slot) gained traffic while it ran \(slot?.serving ?? "nothing")"]
    }
}
