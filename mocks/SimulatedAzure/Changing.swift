public import SlipwayBase
import SlipwaySigning

// What tests and labs do to a world past every API.
extension AzureWorld {
    /// How long things take; what is under way keeps what it began with.
    public var timings: AppServiceTimings {
        get { web.timings }
        set { web.timings = newValue }
    }

    /// What goes wrong in App Service; the first that fits decides.
    public var failures: [AppServiceFailure] {
        get { web.failures }
        set { web.failures = newValue }
    }

    /// A token for Azure Resource Manager, for those who do not want to ask Entra for one.
    public mutating func issueToken(
        for audience: String = "https://management.azure.com/",
        life: Duration = .seconds(3599)
    )
        -> Secret<String>
    {
        Secret(entra.issue(entra.clients.first ?? AzureClient(), for: audience, at: now, life: life))
    }

    /// Refuses every token given out until now, unless it was asked for with these claims, and says so in the way of
    /// continuous access evaluation.
    public mutating func demand(claims: String) {
        entra.demand = (claims, Timestamp(milliseconds: now.milliseconds + 1))
    }

    /// Gives the content of a bundle a name, by which `shares(of:)` and failures know it.
    public mutating func nameContent(_ bytes: [UInt8], _ name: String) {
        web.contentNames[SHA256.hexDigest(of: bytes)] = name
    }

    /// Puts a file onto the disk of a slot, as somebody else would; without a slot production's.
    public mutating func writeFile(_ path: String, _ bytes: [UInt8], slot: String? = nil, of site: String) {
        guard let index = web.sites.firstIndex(where: { $0.name.names(site) }),
            let place = web.sites[index].index(of: slot ?? SlipwaySimulatedAzure.Site.production)
        else { return }
        let tag = "\"\(String(decoding: naming.hexadecimal(15), as: UTF8.self))\""
        web.sites[index].slots[place].volume.files[path] = Volume.File(bytes: bytes, tag: tag, modified: now)
    }

    /// Locks a site against every write for so long.
    public mutating func lock(site: String, for duration: Duration) {
        guard let index = web.sites.firstIndex(where: { $0.name.names(site) }) else { return }
        web.sites[index].lockedUntil = now + duration
    }

    /// Changes `config/web` of a slot as somebody else would, for lost updates; without a slot production's.
    public mutating func setConfig(_ key: String, _ value: JSON, slot: String? = nil, of site: String) {
        guard let index = web.sites.firstIndex(where: { $0.name.names(site) }),
            let place = web.sites[index].index(of: slot ?? SlipwaySimulatedAzure.Site.production)
        else { return }
        let old = web.sites[index].rules
        web.sites[index].slots[place].config[key] = value
        web.sites[index].slots[place].modified = now
        if place == 0, old != web.sites[index].rules { web.noteRules(old, of: index) }
    }

    /// Stops a slot, as somebody else would, or starts it; without a slot production.
    public mutating func setStopped(_ isStopped: Bool, slot: String? = nil, of site: String) {
        guard let index = web.sites.firstIndex(where: { $0.name.names(site) }),
            let place = web.sites[index].index(of: slot ?? SlipwaySimulatedAzure.Site.production)
        else { return }
        let at = SlotPlace(site: index, slot: place)
        if isStopped { web.stop(at) } else { web.start(at) }
    }

    /// Tags a slot as somebody else would; without a slot production.
    public mutating func setTag(_ name: String, _ value: String, slot: String? = nil, of site: String) {
        guard let index = web.sites.firstIndex(where: { $0.name.names(site) }),
            let place = web.sites[index].index(of: slot ?? SlipwaySimulatedAzure.Site.production)
        else { return }
        web.sites[index].slots[place].tags[name] = .string(value)
    }
}
