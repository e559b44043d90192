import SlipwayBase
import SlipwayModel

extension Work {
    /// App Service itself has raised the slot's share to where `ramp` ends, and that has held for one interval.
    func ramp(_ ramp: Ramp, _ release: Release) async throws(ProviderFailure) -> Progress {
        let (place, name) = try slot()
        guard let minutes = ramp.minutes else {
            throw ProviderFailure(
                .refused,
                "App Service raises shares after whole minutes, and this canary's pauses are \(ramp.interval.text); "
                    + "change them, or leave `autoRamp` out."
            )
        }
        let production = try await cloud.need(production)
        let slot = try await cloud.need(place)
        let present = production.config.rules.first { RampRule($0).leads(to: name) }
        guard let present, isOurs(present, ramp, minutes, slot) else {
            if let progress = try await ready(slot, production, release) { return progress }
            var rule = rule(name, slot, ramp.first)
            rule["changeStep"] = .double(Double(ramp.step))
            rule["changeIntervalInMinutes"] = JSON(minutes)
            rule["minReroutePercentage"] = .double(Double(ramp.first))
            rule["maxReroutePercentage"] = .double(Double(ramp.last))
            return try await write(rule, production, slot, note: "\(ramp.first)% rising to \(ramp.last)%")
        }
        return try await hold(RampRule(present).percent, ramp, slot, release)
    }

    private func hold(_ share: Double, _ ramp: Ramp, _ slot: Seen, _ release: Release) async throws(ProviderFailure)
        -> Progress
    {
        var memory = memory
        let status = Status(weight: Int(share))
        guard runs(release, slot.content), slot.site.isRunning else {
            throw ProviderFailure(
                .conflict,
                "\(slot.place.words) takes production and runs \(slot.content.words) (\(slot.site.state)); someone "
                    + "changed it."
            )
        }
        if let trouble = await answer(slot.site) {
            memory.misses += 1
            guard memory.misses < Self.missesMax else {
                throw ProviderFailure(.unhealthy, "\(slot.place.words) takes \(Self.percent(share))% and \(trouble).")
            }
            return running(memory, Pace.look, status, note: "\(slot.place.words) \(trouble)")
        }
        memory.misses = 0
        guard share >= Double(ramp.last) else {
            memory.since = nil
            return running(memory, Pace.swap, status, note: "App Service raises the share")
        }
        let since = memory.since ?? time.now
        memory.since = since
        let end = since + ramp.interval
        // A process that has just come finds the last share in place, and cannot know since when.
        guard time.now < end, call.token != nil else { return .done(status: status) }
        return running(memory, min(end - time.now, Pace.swap), status, note: "the last share holds")
    }

    /// Whether a rule is the one that was asked for, however far it has come.
    private func isOurs(_ json: JSON, _ ramp: Ramp, _ minutes: Int, _ slot: Seen) -> Bool {
        json["changeStep"]?.number == Double(ramp.step) && json["changeIntervalInMinutes"]?.number == Double(minutes)
            && json["maxReroutePercentage"]?.number == Double(ramp.last) && RampRule(json).host == slot.site.host
    }

    /// Looks in a row that the slot may fail while it takes production.
    private static let missesMax = 3
}

extension Ramp {
    /// The interval in minutes; nil when it is not whole ones.
    var minutes: Int? {
        let parts = interval.components
        guard parts.attoseconds == 0, parts.seconds >= 60, parts.seconds % 60 == 0 else { return nil }
        return Int(parts.seconds / 60)
    }
}
