import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

// Swapping slots, with and without a preview.
extension AppService {
    /// Begins a swap; one whose settings have been applied already is completed.
    mutating func swap(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place, evenPrepared: true)
        let target = try target(of: call, at: place)
        let site = sites[place.site]
        if let other = site.slots[place.slot].preparedFor, !other.names(site.slots[target].name) { throw .prepared }
        if let other = site.slots[target].targetSwapSlot, !other.names(site.slots[place.slot].name) { throw .prepared }
        let operation = beginSwap(place, with: target)
        return accepted(operation.id, call)
    }

    mutating func applyConfig(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place, evenPrepared: true)
        let target = try target(of: call, at: place)
        let site = sites[place.site]
        let pair = [site.slots[place.slot], site.slots[target]]
        guard !pair.contains(where: { $0.config["siteAuthEnabled"]?.bool == true }) else {
            throw .previewWithAuthentication
        }
        if let other = pair[0].preparedFor, !other.names(pair[1].name) { throw .prepared }
        if let other = pair[1].targetSwapSlot, !other.names(pair[0].name) { throw .prepared }
        if pair[0].preparedFor == nil { prepare(place, for: pair[1].name) }
        sites[place.site].slots[target].targetSwapSlot = pair[0].name
        sites[place.site].slots[target].modified = now
        return ARMAnswer.empty(tag: now.webTag)
    }

    /// Takes a preview back, whichever of the two slots is named; without one nothing happens.
    mutating func resetConfig(at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place, evenPrepared: true)
        let site = sites[place.site]
        let named = site.slots[place.slot]
        let sources = site.slots.indices.filter { index in
            let slot = site.slots[index]
            return slot.preparedFor != nil && (index == place.slot || slot.preparedFor?.names(named.name) == true)
        }
        for source in sources { unprepare(SlotPlace(site: place.site, slot: source)) }
        return ARMAnswer.empty(tag: sites[place.site].slots[place.slot].modified.webTag)
    }

    private func target(of call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Int {
        let site = sites[place.site]
        guard let name = call.body?["targetSlot"]?.string, !name.isEmpty else { throw .missingParameter("TargetSlot") }
        guard let target = site.index(of: name) else { throw .cannotFind("WebSite", "\(site.name)__\(name)") }
        guard target != place.slot else { throw .invalid("Cannot swap a slot with itself.") }
        for slot in [site.slots[place.slot], site.slots[target]] where slot.isStopped { throw .stopped(slot.name) }
        return target
    }

    /// 202 and an address to ask, which is another one each time.
    private mutating func accepted(_ id: String, _ call: ARMCall) -> Response {
        operations[id]?.addresses.append(now)
        let number = operations[id]?.addresses.count ?? 0
        let root = call.address.path.split(separator: "/").dropLast(call.address.parts.last == "slotsswap" ? 1 : 2)
        let digest = SHA256.digest(of: "\(id) \(number)".utf8)
        let query =
            "?api-version=\(call.version)&t=\(621_355_968 + now.milliseconds)&c=\(Self.certificate)"
            + "&s=\(Digits.base64url(digest))&h=\(Digits.base64url(Array(digest.reversed())))&n=\(number)"
        var response = ARMAnswer.empty(202, tag: call.method == .post ? now.webTag : nil)
        response.headers[.location] =
            "\(call.origin)/\(root.joined(separator: "/"))/operationresults/\(id)\(query)"
        if let seconds = timings.swapRetryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// As long as the certificates that real addresses carry, so that they are as long as those.
    private static let certificate = "MII" + String(repeating: "simulated", count: 290)

    mutating func poll(_ call: ARMCall, _ id: String) throws(ARMFault) -> Response {
        guard var operation = operations[id], let number = Int(call.query["n"] ?? ""),
            operation.addresses.indices.contains(number - 1),
            now - operation.addresses[number - 1] <= timings.addressLife
        else { throw .noResource(call.address) }
        operation.polls += 1
        if number < operation.addresses.count { operation.outdatedPolls += 1 }
        operations[id] = operation
        guard operation.ended != nil else { return accepted(id, call) }
        if let fault = operation.fault { throw fault }
        guard let site = sites.first(where: { $0.name == operation.site }),
            let slot = site.slots.first(where: { $0.name == operation.source })
        else { throw .noResource(call.address) }
        return ARMAnswer.json(json(of: slot, in: site), tag: slot.modified.webTag)
    }

    /// What differs between a slot and the one it would be swapped with.
    func differences(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        guard let name = call.body?["targetSlot"]?.string, let target = sites[place.site].index(of: name) else {
            throw .missingParameter("TargetSlot")
        }
        let site = sites[place.site]
        let (one, other) = (site.slots[place.slot], site.slots[target])
        var found: [JSON] = []
        func add(_ level: String, _ type: String, _ rule: String, _ name: String, _ pair: (String?, String?)) {
            let properties: JSON = [
                "level": .string(level), "settingType": .string(type), "diffRule": .string(rule),
                "settingName": .string(name), "valueInCurrentSlot": pair.0.map(JSON.string) ?? .null,
                "valueInTargetSlot": pair.1.map(JSON.string) ?? .null, "description": .string("\(rule): \(name)"),
            ]
            found.append(
                ["id": .null, "name": .string(name), "type": "Microsoft.Web/sites", "properties": properties]
            )
        }
        for name in site.blockingDifferences { add("Error", "General", "SlotConfigMismatch", name, (nil, nil)) }
        if one.config["linuxFxVersion"] != other.config["linuxFxVersion"] {
            let pair = (one.config["linuxFxVersion"]?.string, other.config["linuxFxVersion"]?.string)
            add("Information", "General", "GeneralSettingDiff", "LinuxFxVersion", pair)
        }
        for name in Set(one.settings.keys + other.settings.keys).sorted() {
            let isSticky = site.stickySettings?.contains(name) ?? false
            let pair = (one.settings[name]?.string, other.settings[name]?.string)
            if isSticky, pair.1 == nil || pair.0 == nil {
                add("Warning", "AppSetting", "StickySettingMissing", name, pair)
            } else if pair.0 != pair.1 {
                add("Information", "AppSetting", isSticky ? "StickySettingDiff" : "SettingDiff", name, pair)
            }
        }
        return ARMAnswer.list(found)
    }
}
