import SlipwayBase
import SlipwayModel

extension Work {
    /// Production runs `release` in place of what it ran, restarted by the platform as it sees fit.
    func replace(with release: Release, _ batch: Batch) async throws(ProviderFailure) -> Progress {
        guard batch == Batch() else {
            throw ProviderFailure(.refused, "App Service does not say how many instances it restarts at a time.")
        }
        let production = try await cloud.need(production)
        if let progress = busy(production) { return progress }
        guard runs(release, production.content) else {
            try refuseWrong(release, production)
            try refuseServed(production.place)
            if !isBack(release) { try refuseMoved(production) }
            guard case .image = production.content else {
                throw ProviderFailure(.refused, "What a zip replaces in production cannot be brought back; use a slot.")
            }
            return try await put(release, on: production) ?? running(memory, Pace.soon)
        }
        if let progress = outlast(production) { return progress }
        // What did not answer before need not answer after it was put back.
        if isBack(release), !snapshot.stable.isWarm { return .done(status: Status()) }
        guard let progress = try await warm(production) else { return .done(status: Status()) }
        // What ran before is gone by now: whoever waited on would serve nobody.
        if !isBack(release), memory.misses + 1 >= Pace.missesMax {
            throw ProviderFailure(
                .unhealthy,
                "\(production.place.words) does not answer with \(production.content.words), and what ran before no "
                    + "longer stands in for it."
            )
        }
        return progress
    }

    /// Nil when the container before the last change cannot answer in the place of the new one any more: until then no
    /// answer counts, nor after a crash, when only the site itself tells of the change.
    func outlast(_ seen: Seen) -> Progress? {
        let changed = [memory.changed, seen.site.modified].compactMap(\.self).max()
        guard let changed, memory.since == nil, time.now < changed + Pace.restart else { return nil }
        return running(memory, changed + Pace.restart - time.now, note: "\(seen.place.words) restarts")
    }
}
