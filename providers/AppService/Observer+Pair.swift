import SlipwayBase
import SlipwayModel

extension Observer {
    /// Two sites of which the second takes a share of production.
    func observePair(_ base: Base, _ name: String, share: Int) async throws(ProviderFailure) -> Observation {
        let canary = try await self.base(name).production
        var capabilities = Capabilities([.weights: sharing(base, canary, share)])
        let instead = "a canary, or a target with `site` and `slot`"
        for feature in [Feature.rolling, .batch, .mixedBatch, .blueGreen, .emptyFleet, .trial, .ramp] {
            capabilities[feature] = .impossible(why: "the target names a stable and a canary site", instead: instead)
        }
        capabilities[.candidateScale] = .impossible(
            why: "the size of a site is that of its plan",
            instead: "canary steps without `setCanaryScale`"
        )
        let (stable, candidate) = (state(base.production, isWarm: base.isWarm), state(canary))
        return observation(
            base,
            capabilities,
            Snapshot(stable: stable, candidate: candidate),
            digested: [stable.digested(isSlot: false), candidate.digested(isSlot: true)],
            summary: ["\(canary.place.words): \(canary.content.words), \(canary.site.state)"],
            warnings: []
        )
    }

    private func sharing(_ base: Base, _ canary: Seen, _ share: Int) -> Fidelity {
        for seen in [base.production, canary] {
            guard case .image = seen.content else {
                return .impossible(
                    why:
                        "\(seen.place.words) runs no container image, and a zip deployed in place leaves nothing "
                        + "to go back to",
                    instead: "a target with `site` and `slot`"
                )
            }
            guard seen.site.isRunning else { return stopped(seen) }
            if seen.site.targetSwapSlot != nil { return prepared(seen) }
        }
        guard share == 0 else {
            return .impossible(
                why: "\(canary.place.words) already takes \(share)% of production",
                instead: "the former release first: finish or abort it, or give everything to the stable site"
            )
        }
        return .exact
    }
}
