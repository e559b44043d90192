import SlipwayBase
import SlipwayHTTP

// Making, changing and deleting sites and slots.
extension AppService {
    /// Pages of a list are this long, so that a `nextLink` is seen without hundreds of slots.
    private static let pageLength = 3

    func listSlots(_ call: ARMCall, of site: Int) -> Response {
        let slots = sites[site].slots.dropFirst().map { json(of: $0, in: sites[site]) }
        let first = min(Int(call.query["$skipToken"] ?? "") ?? 0, slots.count)
        let page = Array(slots[first..<min(first + Self.pageLength, slots.count)])
        var next = JSON.null
        if first + page.count < slots.count {
            let query = "?api-version=\(call.version)&$skipToken=\(first + page.count)"
            next = .string(call.origin.description + call.address.path + query)
        }
        return ARMAnswer.json(["value": .array(page), "nextLink": next])
    }

    mutating func createSite(_ call: ARMCall) throws(ARMFault) -> Response {
        let planID = call.properties["serverFarmId"]?.string ?? ""
        let planName = planID.split(separator: "/").last.map(String.init) ?? ""
        guard let plan = plans.first(where: { $0.name.names(planName) }) else {
            throw .cannotFind("server farm", planName)
        }
        let name = call.address.names[1]
        let image = call.properties["siteConfig"]?["linuxFxVersion"]?.string ?? ""
        var kind = plan.isLinux ? "app,linux" : "app"
        if image.lowercased().hasPrefix("docker|") { kind += ",container" }
        let site = Site(
            group: call.address.group ?? "",
            name: name,
            plan: plan.name,
            kind: kind,
            slots: [],
            created: now
        )
        sites.append(site)
        let index = sites.count - 1
        addSlot(Site.production, to: index, config: call.properties["siteConfig"] ?? [:])
        return answerWritten(at: SlotPlace(site: index, slot: 0))
    }

    /// Makes a slot, or changes one that is there.
    mutating func putSlot(_ call: ARMCall, name: String, of site: Int) throws(ARMFault) -> Response {
        if let slot = sites[site].index(of: name) { return try changeSite(call, at: SlotPlace(site: site, slot: slot)) }
        try admitWrite(at: SlotPlace(site: site, slot: 0), evenPrepared: true)
        let plan = plan(of: sites[site])
        guard sites[site].slots.count - 1 < plan?.slotsMax ?? 0 else { throw .tooManySlots(plan?.tier ?? "Free") }
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }), name.count <= 59 else {
            throw .invalid("The slot name '\(name)' is invalid.")
        }
        // Left out, the configuration is production's; written, even empty, it is what is written.
        let written = call.properties["siteConfig"].flatMap { $0.isNull ? nil : $0 }
        addSlot(name, to: site, config: written ?? Self.cloned(sites[site].slots[0].config))
        return answerWritten(at: SlotPlace(site: site, slot: sites[site].slots.count - 1))
    }

    private static func cloned(_ config: JSON) -> JSON {
        var copy = config
        for key in ["experiments", "routingRules", "publishingUsername", "autoSwapSlotName"] { copy[key] = nil }
        return copy
    }

    /// Adds a slot with this configuration; unless the site's are plain, its host names end in what nobody can guess.
    mutating func addSlot(_ name: String, to site: Int, config: JSON) {
        let owner = sites[site]
        let isProduction = name == Site.production
        let stem = isProduction ? owner.name.prefix(40) : owner.name.prefix(40) + "-" + name.prefix(19)
        let host = stem.lowercased() + (owner.hasPlainHosts ? "" : "-\(naming.letters(16))")
        let tail = owner.hasPlainHosts ? "azurewebsites.net" : "\(home.region)-01.azurewebsites.net"
        let account = isProduction ? owner.name : "\(owner.name)__\(name)"
        let base = ConfigTemplate.config(
            site: account,
            fxVersion: "",
            alwaysOn: isProduction,
            workers: plan(of: owner)?.instances ?? 1
        )
        var slot = Slot(
            name: name,
            host: "\(host).\(tail)",
            kuduHost: "\(host).scm.\(tail)",
            config: Self.merged(config, into: base),
            worker: Worker(release: "", began: now),
            password: naming.letters(40),
            deploymentID: isProduction ? owner.name : "\(owner.name)__\(naming.letters(4))",
            modified: now
        )
        // Windows has a version of Node on it, and says which.
        if !owner.kind.contains("linux") { slot.settings["WEBSITE_NODE_DEFAULT_VERSION"] = "6.9.1" }
        for pair in config["appSettings"]?.array ?? [] {
            if let name = pair["name"]?.string { slot.settings[name] = pair["value"] ?? .null }
        }
        slot.worker = worker(of: slot.release, in: name)
        sites[site].slots.append(slot)
    }

    /// PUT and PATCH of a site or slot: what is written of `siteConfig` is merged, and two keys beside it are known.
    mutating func changeSite(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place)
        if let tags = call.body?["tags"]?.object { sites[place.site].slots[place.slot].tags = tags }
        if let isSecure = call.properties["httpsOnly"]?.bool {
            sites[place.site].slots[place.slot].httpsOnly = isSecure
        }
        if let config = call.properties["siteConfig"], config.object?.isEmpty == false {
            try write(config, at: place)
        }
        sites[place.site].slots[place.slot].modified = now
        return answerWritten(at: place)
    }

    mutating func delete(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place, evenPrepared: true)
        if place.slot == 0 {
            sites.remove(at: place.site)
        } else {
            let name = sites[place.site].slots[place.slot].name
            sites[place.site].slots.remove(at: place.slot)
            if sites[place.site].slots[0].targetSwapSlot == name { sites[place.site].slots[0].targetSwapSlot = nil }
        }
        return ARMAnswer.empty(200)
    }

    mutating func turn(_ verb: String, at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place, evenPrepared: verb == "restart")
        switch verb {
        case "start": start(place)
        case "stop": stop(place)
        default: restart(place)
        }
        return ARMAnswer.empty(tag: sites[place.site].slots[place.slot].modified.webTag)
    }

    func answerWritten(at place: SlotPlace) -> Response {
        let site = sites[place.site]
        return ARMAnswer.json(json(of: site.slots[place.slot], in: site), tag: site.slots[place.slot].modified.webTag)
    }
}
