import SlipwayBase

extension Site {
    /// The rules that lead a share of production's requests elsewhere.
    var rules: [JSON] { slots[0].config["experiments"]?["rampUpRules"]?.array ?? [] }
}

extension AppService {
    /// Takes up rules that were written: who was led to a slot stays with it, and ramps begin to count.
    mutating func noteRules(_ old: [JSON], of site: Int) {
        func share(_ rules: [JSON], _ name: String) -> Double {
            rules.first { $0["name"]?.string?.names(name) ?? false }?["reroutePercentage"]?.number ?? 0
        }
        let rules = sites[site].rules
        for rule in old {
            guard let name = rule["name"]?.string else { continue }
            let lost = share(old, name) - share(rules, name)
            guard lost > 0 else { continue }
            let until = now + timings.cookieLife
            sites[site].pinned.append(PinnedClients(slot: name, share: lost / 100, until: until))
            schedule.add(.noted, at: until)
        }
        sites[site].pinned.removeAll { $0.until <= now }
        let name = sites[site].name
        schedule.cancel { if case .ramped(name) = $0 { true } else { false } }
        scheduleRamp(of: site)
    }

    private mutating func scheduleRamp(of site: Int) {
        let minutes = sites[site].rules.compactMap { rule -> Int? in
            guard let step = rule["changeStep"]?.number, step != 0 else { return nil }
            return rule["changeIntervalInMinutes"]?.int
        }.filter { $0 > 0 }.min()
        if let minutes { schedule.add(.ramped(site: sites[site].name), at: now + .seconds(60 * minutes)) }
    }

    /// One step of the rules that change by themselves.
    mutating func ramp(_ name: String) {
        guard let site = sites.firstIndex(where: { $0.name == name }) else { return }
        let rules = sites[site].rules.map { rule -> JSON in
            guard let step = rule["changeStep"]?.number, let share = rule["reroutePercentage"]?.number else {
                return rule
            }
            let most = rule["maxReroutePercentage"]?.number ?? 100
            let least = rule["minReroutePercentage"]?.number ?? 0
            var changed = rule
            changed["reroutePercentage"] = .double(min(max(share + step, least), most))
            return changed
        }
        guard rules != sites[site].rules else { return }
        sites[site].slots[0].config["experiments"] = ["rampUpRules": .array(rules)]
        sites[site].slots[0].config["routingRules"] = .array(rules)
        sites[site].slots[0].modified = now
        scheduleRamp(of: site)
    }
}

extension JSON {
    /// The number, whole or not; nil for anything else.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
