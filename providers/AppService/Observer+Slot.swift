import SlipwayAzure
import SlipwayBase
import SlipwayModel

extension Observer {
    /// A site with a slot that changes places with production.
    func observeSlot(_ base: Base, _ name: String) async throws(ProviderFailure) -> Observation {
        let place = Place(site: base.production.place.site, slot: name)
        let slot = try await cloud.see(place)
        let names = AppServiceReplies.slotNames(
            try await cloud.send(cloud.calls.slotNames(of: place.site)).body
        )
        let (trouble, differences) = try await trouble(base, slot, place)
        var capabilities = Capabilities(promotion: .switchover)
        for feature in [Feature.blueGreen, .emptyFleet, .weights] { capabilities[feature] = trouble ?? .exact }
        if settings.autoRamp {
            capabilities[.ramp] = trouble ?? .exact
            capabilities[.weights] = .impossible(
                why: "`autoRamp` leaves the share to App Service",
                instead: "`autoRamp: false`"
            )
        }
        capabilities[.rolling] = inPlace(base)
        (capabilities[.batch], capabilities[.mixedBatch]) = (Self.noBatch, Self.noBatch)
        capabilities[.headers] = .impossible(
            why: "App Service routes by share and by its own cookie, not by headers",
            instead: "weights, or the query x-ms-routing-name=\(name), which leads a client to a slot with a rule"
        )
        capabilities[.candidateScale] = .impossible(
            why: "a slot shares the plan of its site and has no size of its own",
            instead: "canary steps without `setCanaryScale`"
        )
        capabilities[.trial] = .impossible(why: "App Service tries no release by itself", instead: "canary steps")
        let stable = state(base.production, isWarm: base.isWarm)
        let candidate = slot.map { state($0) } ?? Snapshot.State(json: nil)
        var observation = observation(
            base,
            capabilities,
            Snapshot(stable: stable, candidate: candidate, swapped: base.production.site.swap?.date),
            digested: [
                stable.digested(isSlot: false), candidate.digested(isSlot: true), .array(base.production.config.rules),
                base.production.site.targetSwapSlot.map { .string($0) } ?? .null,
                slot?.config.autoSwapSlot.map { .string($0) } ?? .null, .array(names.all.map { .string($0) }),
            ],
            summary: summary(slot, place, names),
            warnings: warnings(differences)
        )
        observation.cautions = cautions(name)
        return observation
    }

    private func summary(_ slot: Seen?, _ place: Place, _ names: SlotNames) -> [String] {
        var lines = [
            slot.map { "\(place.words): \($0.content.words), \($0.site.state)" }
                ?? "\(place.words): to be made like production"
        ]
        if !names.all.isEmpty {
            lines.append("settings that stay in their slot: \(names.all.joined(separator: ", "))".printable(max: 600))
        }
        return lines
    }

    private func warnings(_ differences: [SlotDifference]) -> [String] {
        var warnings: [String] = []
        for level in ["Warning", "Information"] {
            let found = differences.filter { $0.level.lowercased() == level.lowercased() }.map(\.words)
            guard !found.isEmpty else { continue }
            warnings.append("\(level) of the swap: \(found.joined(separator: ", ")).".printable(max: 1000))
        }
        return warnings
    }

    /// What goes with every share that a slot is given.
    func cautions(_ slot: String) -> [Feature: String] {
        let tail =
            settings.routingCookieTail > .zero
            ? "the release waits \(settings.routingCookieTail.text) for them"
            : "`routingCookieTail: 1h` waits for them"
        let words =
            "App Service keeps a client that was led to \(slot) there by a cookie for about an hour, also after the "
            + "share was taken away; \(tail)."
        return [.weights: words, .ramp: words]
    }
}
