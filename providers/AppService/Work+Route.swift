import SlipwayBase
import SlipwayModel

extension Work {
    /// The slot takes `percent` of production, by a rule of our own beside those of others.
    func route(_ percent: Int, _ release: Release) async throws(ProviderFailure) -> Progress {
        let (place, name) = try slot()
        let production = try await cloud.need(production)
        guard percent > 0 else { return try await clear(production, name) }
        let slot = try await cloud.need(place)
        let present = production.config.rules.map { RampRule($0) }.first { $0.leads(to: name) }
        let isThere = present.map { $0.percent == Double(percent) && $0.host == slot.site.host } ?? false
        if isThere { return .done(status: Status(weight: percent)) }
        if let progress = try await ready(slot, production, release) { return progress }
        return try await write(rule(name, slot, percent), production, slot, note: "\(percent)%")
    }

    /// Nil when a share may be given to the slot: it is there, runs the release and answers.
    func ready(_ slot: Seen, _ production: Seen, _ release: Release) async throws(ProviderFailure) -> Progress? {
        if let progress = busy(production) ?? busy(slot) { return progress }
        try refuseMoved(production)
        guard runs(release, slot.content) else {
            throw ProviderFailure(
                .conflict,
                "\(slot.place.words) runs \(slot.content.words) and not \(release.version); someone changed it."
            )
        }
        guard slot.site.isRunning else {
            throw ProviderFailure(.conflict, "\(slot.place.words) does not run (\(slot.site.state)); it gets no share.")
        }
        guard slot.site.host != nil else {
            throw ProviderFailure(
                .refused,
                "\(slot.place.words) has no host name (`defaultHostName`) to send clients to."
            )
        }
        return try await warm(slot)
    }

    func rule(_ name: String, _ slot: Seen, _ percent: Int) -> JSON {
        [
            "actionHostName": .string(slot.site.host ?? ""), "reroutePercentage": .double(Double(percent)),
            "name": .string(name),
        ]
    }

    /// Puts our rule where ours was, or after those of others.
    func write(_ rule: JSON, _ production: Seen, _ slot: Seen, note: String) async throws(ProviderFailure) -> Progress {
        let name = slot.place.slot ?? ""
        var rules = production.config.rules
        let others = rules.map { RampRule($0) }.filter { !$0.leads(to: name) }
        let total = others.reduce(RampRule(rule).percent) { $0 + $1.percent }
        guard total <= 100 else {
            let names = others.map { $0.name.printable(max: 60) }.joined(separator: ", ")
            throw ProviderFailure(.conflict, "Rules for \(names) leave no such share of production.")
        }
        if let index = rules.firstIndex(where: { RampRule($0).leads(to: name) }) {
            rules[index] = rule
        } else {
            rules.append(rule)
        }
        if let progress = heldUp() { return progress }
        try await cloud.send(cloud.calls.setRules(of: production.place.site, rules))
        return wrote("asked for \(note) of production for \(slot.place.words)", Pace.soon)
    }

    /// Takes our rule away; where the config asks for it, until clients that the cookie kept on the slot are gone too.
    ///
    /// That a share is about to be taken away is in the journal first, so that a process after this one waits as well.
    private func clear(_ production: Seen, _ name: String) async throws(ProviderFailure) -> Progress {
        var memory = memory
        let rules = production.config.rules.filter { !RampRule($0).leads(to: name) }
        guard rules.count < production.config.rules.count else {
            guard memory.isClearing else { return .done(status: Status(weight: 0)) }
            guard settings.routingCookieTail > .zero else {
                let note = "the routing cookie may keep clients on \(name) for about an hour"
                return .done(status: Status(weight: 0, note: note))
            }
            let since = memory.tailSince ?? time.now
            let end = since + settings.routingCookieTail
            memory.tailSince = since
            guard time.now < end else { return .done(status: Status(weight: 0)) }
            let note = "clients that the routing cookie keeps on \(name) may stay there until \(end.rfc3339Seconds)"
            return running(memory, end - time.now, Status(weight: 0), note: note)
        }
        if let progress = busy(production) { return progress }
        guard memory.isClearing else {
            memory.isClearing = true
            return running(memory, Pace.soon)
        }
        if let progress = heldUp() { return progress }
        try await cloud.send(cloud.calls.setRules(of: production.place.site, rules))
        return wrote("asked for all of production for \(production.place.words) itself", Pace.soon)
    }
}
