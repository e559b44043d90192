import SlipwayBase

/// What becomes of production requests: shares that add up to 1 together with those that fail.
public struct AzureShares: Hashable, Sendable {
    /// The share that each release answers: an image, or the name of a bundle's content.
    public var releases: [String: Double] = [:]
    /// The share that falls to each slot, whether anybody answers there or not.
    public var slots: [String: Double] = [:]
    /// The share that nobody answers.
    public var failed: Double = 0
    /// What answers those clients whom the routing cookie keeps with a slot although no rule leads there any more,
    /// with the share of all clients that they are at most; these come on top of the rest.
    public var pinned: [String: Double] = [:]

    /// No requests at all.
    public init() {}

    /// The share of one release.
    public func share(of release: String) -> Double { releases[release] ?? 0 }

    /// Adds `part` of what `other` says.
    mutating func add(_ other: AzureShares, _ part: Double) {
        guard part > 0 else { return }
        for (name, share) in other.releases { releases[name, default: 0] += share * part }
        for (name, share) in other.slots { slots[name, default: 0] += share * part }
        for (name, share) in other.pinned { pinned[name, default: 0] += share * part }
        failed += other.failed * part
    }
}

extension AzureWorld {
    /// Who answers the requests to a site now, by its rules and by what runs.
    ///
    /// A rule whose host is no slot of the site fails its share, and so does a slot in which nothing runs.
    public func shares(of site: String) -> AzureShares {
        guard let found = web.sites.first(where: { $0.name.names(site) }) else { return .allFailed }
        return web.shares(of: found)
    }

    /// How many machines run each release of a slot now, those that are starting included; without a slot production.
    public func instances(of site: String, slot: String? = nil) -> [String: Int] {
        guard let found = web.sites.first(where: { $0.name.names(site) }),
            let index = found.index(of: slot ?? SlipwaySimulatedAzure.Site.production), !found.slots[index].isStopped
        else { return [:] }
        let count = web.plan(of: found)?.instances ?? 1
        var instances = [found.slots[index].worker.release: count]
        if let old = web.serving(found.slots[index]), old.release != found.slots[index].worker.release {
            instances[old.release] = count
        }
        return instances
    }
}

extension AppService {
    func shares(of site: Site) -> AzureShares {
        var shares = AzureShares()
        var rest = 1.0
        for rule in site.rules {
            let part = min((rule["reroutePercentage"]?.number ?? 0) / 100, rest)
            guard part > 0 else { continue }
            rest -= part
            let host = rule["actionHostName"]?.string ?? ""
            shares.add(site.slots.first { $0.host.names(host) }, part, self)
        }
        shares.add(site.slots[0], rest, self)
        for clients in site.pinned where now < clients.until {
            let release = site.index(of: clients.slot).flatMap { serving(site.slots[$0])?.release } ?? "nobody"
            shares.pinned[release, default: 0] += clients.share
        }
        return shares
    }
}

extension AzureShares {
    /// Gives `part` of the requests to a slot; it fails without one, or with nobody in it.
    fileprivate mutating func add(_ slot: Slot?, _ part: Double, _ service: AppService) {
        guard part > 0 else { return }
        guard let slot else {
            failed += part
            return
        }
        slots[slot.name, default: 0] += part
        if let worker = service.serving(slot) {
            releases[worker.release, default: 0] += part
        } else {
            failed += part
        }
    }
}
