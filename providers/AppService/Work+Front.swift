import SlipwayBase
import SlipwayModel

extension Work {
    /// Refuses to change the canary site while something in front of both leads production to it.
    func refuseWeight(of place: Place) throws(ProviderFailure) {
        guard share > 0 else { return }
        throw ProviderFailure(
            .conflict,
            "\(place.words) takes \(share)% of production; it is not changed under load."
        )
    }

    /// Refuses to change the stable site while production is led to it.
    func refuseServed(_ place: Place) throws(ProviderFailure) {
        guard case .pair = settings.layout, share < 100 else { return }
        throw ProviderFailure(
            .conflict,
            "\(place.words) takes \(100 - share)% of production; it is not changed under load."
        )
    }

    /// What the site that is to gain production lacks for it; nil when nothing.
    func missing(forCandidate isCandidate: Bool) async throws(ProviderFailure) -> Progress? {
        guard let place = isCandidate ? candidate : production else { return nil }
        let seen = try await cloud.need(place)
        if let progress = busy(seen) { return progress }
        guard seen.site.isRunning else {
            throw ProviderFailure(.conflict, "\(place.words) does not run (\(seen.site.state)); it gets no share.")
        }
        let wanted = isCandidate ? [call.context.new] : [call.context.new, call.context.old].compactMap { $0 }
        guard wanted.contains(where: { runs($0, seen.content) }) else {
            throw ProviderFailure(
                .conflict,
                "\(place.words) runs \(seen.content.words), which is not what is released; someone changed it."
            )
        }
        // What served before the plan and did not answer as asked then need not answer now.
        if !isCandidate, seen.content == snapshot.stable.content, !snapshot.stable.isWarm { return nil }
        return try await warm(seen)
    }
}
