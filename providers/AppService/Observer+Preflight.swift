import SlipwayBase
import SlipwayModel

extension Observer {
    /// Why the slot cannot take production's place right now, with the cure; nil when it can. With what would change.
    func trouble(_ base: Base, _ slot: Seen?, _ place: Place) async throws(ProviderFailure)
        -> (Fidelity?, [SlotDifference])
    {
        if let trouble = planned(base) ?? occupied(base, place.slot ?? "") { return (trouble, []) }
        guard let slot else { return (try await missing(place), []) }
        if let trouble = unfit(slot, base) { return (trouble, []) }
        // A slot that does not run cannot be compared; one that we have stopped is started by the release.
        guard slot.site.isRunning else { return (nil, []) }
        let found = AppServiceReplies.differences(try await cloud.list(cloud.calls.differences(place)))
        let errors = found.filter(\.isError)
        guard errors.isEmpty else {
            let names = errors.map(\.words).joined(separator: ", ")
            return (
                .impossible(
                    why: "App Service would not swap \(place.words): \(names)".printable(max: 600),
                    instead: "it after making these the same in both (az rest … slotsdiffs shows them)"
                ),
                []
            )
        }
        return (nil, found)
    }

    /// What the plan and the kind of the site say.
    private func planned(_ base: Base) -> Fidelity? {
        let production = base.production
        if case .composed = production.content { return Self.composed }
        let plan = HostingPlan(name: base.planName, tier: base.tier, workers: 1)
        guard plan.hasSlots || base.tier.isEmpty else {
            return .impossible(
                why: "\(plan.name) has the tier \(plan.tier), which has no slots",
                instead: "a plan of the tier Standard or higher (az appservice plan update --sku S1), or `rolling`"
            )
        }
        guard production.site.isRunning else { return stopped(production) }
        guard settings.hasPreview else { return nil }
        guard !production.site.isLinux, !production.site.isContainer else {
            return .impossible(
                why: "App Service swaps sites on Linux and in containers without a preview",
                instead: "`swap: { preview: false }`"
            )
        }
        return production.config.hasAuthentication ? authentication(production) : nil
    }

    private func authentication(_ seen: Seen) -> Fidelity {
        .impossible(
            why: "\(seen.place.words) has site authentication, with which a swap cannot be previewed",
            instead: "`swap: { preview: false }`, or authentication in the application"
        )
    }

    /// What holds production at this moment.
    private func occupied(_ base: Base, _ slot: String) -> Fidelity? {
        let production = base.production
        if production.site.operationID != nil { return working(production) }
        if production.site.targetSwapSlot != nil { return prepared(production) }
        let rules = production.config.rules.map { RampRule($0) }
        guard !rules.isEmpty else { return nil }
        let words = rules.map { "\($0.name.printable(max: 60)) \(Work.percent($0.percent))%" }.joined(separator: ", ")
        let isOurs = rules.allSatisfy { $0.leads(to: slot) }
        return .impossible(
            why: "rules already share production (\(words))",
            instead: isOurs
                ? "it after finishing the release that gave the share, or az webapp traffic-routing clear"
                : "it after taking these rules away (az webapp traffic-routing clear): a swap would leave them behind"
        )
    }

    private func working(_ seen: Seen) -> Fidelity {
        .impossible(why: "another operation is in progress on \(seen.place.words)", instead: "it when that is over")
    }

    private func missing(_ place: Place) async throws(ProviderFailure) -> Fidelity? {
        guard !settings.createSlot else { return nil }
        let names = AppServiceReplies.names(try await cloud.list(cloud.calls.slots(of: place.site)))
        let name = place.slot ?? ""
        let near = name.nearest(of: names).map { "`slot: \($0.printable(max: 60))`" }
        return .impossible(
            why: "\(place.site) has no slot \(name)",
            instead: near ?? "`createSlot: true`, or create it once (az webapp deployment slot create)"
        )
    }

    private func unfit(_ slot: Seen, _ base: Base) -> Fidelity? {
        if slot.site.operationID != nil { return working(slot) }
        if let other = slot.config.autoSwapSlot ?? base.production.config.autoSwapSlot {
            return .impossible(
                why: "\(slot.place.words) is swapped with \(other.printable(max: 60)) by itself after every deployment",
                instead: "it after turning that off (az webapp deployment slot auto-swap --disable)"
            )
        }
        if !slot.site.isRunning, !slot.site.isStoppedByUs { return stopped(slot) }
        if settings.hasPreview, slot.config.hasAuthentication { return authentication(slot) }
        switch (base.production.content, slot.content) {
        case (.image, .image), (.package, .package): return nil
        default:
            return .impossible(
                why: "\(base.production.place.words) and \(slot.place.words) are not of one kind: "
                    + "\(base.production.content.words), and \(slot.content.words)",
                instead: "a slot made like production (delete it and set `createSlot: true`)"
            )
        }
    }
}
