import SlipwayBase
import SlipwayModel

extension Work {
    /// Nil once `seen` answers as the config asks, so often in a row; otherwise what is waited for.
    ///
    /// Where the platform itself tells that it will not come up, that is the failure.
    func warm(_ seen: Seen) async throws(ProviderFailure) -> Progress? {
        guard let host = seen.site.host else {
            throw ProviderFailure(.refused, "\(seen.place.words) has no host name (`defaultHostName`) to ask.")
        }
        guard let trouble = await answer(seen.site) else { return nil }
        var memory = memory
        let now = time.now
        let start = memory.changed ?? now
        (memory.changed, memory.misses) = (start, memory.misses + 1)
        let note = "\(host.printable(max: 100))\(settings.warmUp.path.printable(max: 100)) \(trouble)"
        guard case .image = seen.content, now >= (memory.since ?? start) + Pace.logs else {
            memory.since = memory.since ?? now
            return running(memory, Pace.look, note: note)
        }
        memory.since = now
        if let kudu = try? cloud.kudu(seen.place, seen.site), let words = await kudu.containerTrouble(since: start) {
            throw ProviderFailure(
                .unhealthy,
                "\(seen.place.words) does not come up with \(seen.content.words): \(words)"
            )
        }
        return running(memory, Pace.look, note: note)
    }

    /// Nil when every one of the answers in a row is good; otherwise what is wrong with the first that is not.
    func answer(_ site: Site) async -> String? {
        for _ in 0..<settings.warmUp.successes {
            guard let status = await cloud.status(of: site, settings.warmUp.path) else { return "does not answer" }
            guard settings.warmUp.accepts(status) else { return "answers \(status)" }
        }
        return nil
    }
}
