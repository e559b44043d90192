import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// What is configured of a site or slot.
extension AppService {
    /// A path under `config`.
    mutating func answerConfig(
        _ call: ARMCall,
        _ rest: [String],
        at place: SlotPlace
    ) throws(ARMFault) -> Response {
        switch (call.method, rest[0], rest.count > 1 ? rest[1] : nil) {
        case (.get, "web", nil): return answerWeb(at: place, asSite: false)
        case (.patch, "web", nil), (.put, "web", nil):
            try admitWrite(at: place)
            try write(call.properties, at: place, replacing: call.method == .put)
            return answerWeb(at: place, asSite: true)
        case (.post, "appsettings", "list"), (.post, "connectionstrings", "list"):
            return answerValues(rest[0], at: place)
        case (.put, "appsettings", nil), (.put, "connectionstrings", nil):
            return try putValues(call, rest[0], at: place)
        case (.get, "slotconfignames", nil), (.put, "slotconfignames", nil):
            return try answerSticky(call, at: place)
        case (.post, "publishingcredentials", "list"): return answerCredentials(at: place)
        case (.get, "appsettings", nil), (.get, "connectionstrings", nil): throw .noMethod(call.method)
        default: throw .noRoute(call.address)
        }
    }

    private func answerWeb(at place: SlotPlace, asSite: Bool) -> Response {
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        let body = configJSON(of: slot, in: site, asSite: asSite)
        return ARMAnswer.json(body, tag: asSite ? slot.modified.webTag : nil)
    }

    /// Takes up what was written of `config/web`: keys that were sent are replaced whole, null says nothing.
    mutating func write(_ changes: JSON, at place: SlotPlace, replacing: Bool = false) throws(ARMFault) {
        guard case .object(let members) = changes else { throw .missingParameter("siteConfig") }
        let old = sites[place.site].slots[place.slot].config
        var base = old
        if replacing {
            base = ConfigTemplate.config(
                site: old["publishingUsername"]?.string.map { String($0.dropFirst()) } ?? "",
                fxVersion: old["linuxFxVersion"]?.string ?? "",
                alwaysOn: old["alwaysOn"]?.bool ?? false,
                workers: old["numberOfWorkers"]?.int ?? 1
            )
        }
        if let rules = changes["experiments"]?["rampUpRules"]?.array { try check(rules) }
        let new = Self.merged(changes, into: base)
        guard new != old else { return }
        let oldRules = sites[place.site].rules
        sites[place.site].slots[place.slot].config = new
        sites[place.site].slots[place.slot].modified = now
        if place.slot == 0, oldRules != sites[place.site].rules { noteRules(oldRules, of: place.site) }
        let changed = members.members.filter { !$0.value.isNull && old[$0.key] != new[$0.key] }.map(\.key)
        if Self.restarts(changed) { restart(place) }
    }

    private func check(_ rules: [JSON]) throws(ARMFault) {
        let names = rules.map { $0["name"]?.string ?? "" }
        guard names.allSatisfy({ !$0.isEmpty }), Set(names.map { $0.lowercased() }).count == names.count else {
            throw .invalid("Each routing rule must have a name, and one of its own.")
        }
        let shares = rules.map { $0["reroutePercentage"]?.number ?? 0 }
        guard shares.allSatisfy({ (0...100).contains($0) }), shares.reduce(0, +) <= 100 else {
            throw .invalid("The sum of the percentages of routing rules must not be above 100.")
        }
    }

    /// A configuration with what was sent in place of what was there.
    static func merged(_ changes: JSON, into base: JSON) -> JSON {
        var result = base
        for (key, value) in (changes.object ?? [:]).members where !value.isNull && key != "appSettings" {
            if key == "experiments" {
                let rules = JSON.array((value["rampUpRules"]?.array ?? []).map(normalised))
                result["experiments"] = ["rampUpRules": rules]
                result["routingRules"] = rules
            } else if key == "virtualApplications" {
                result[key] = .array(
                    (value.array ?? []).map { application in
                        var whole = application
                        if whole["virtualDirectories"] == nil { whole["virtualDirectories"] = .null }
                        return whole
                    }
                )
            } else if key != "routingRules" {
                result[key] = value
            }
        }
        return result
    }

    /// A rule with every key that the service gives back.
    private static func normalised(_ rule: JSON) -> JSON {
        var full: JSON = [
            "actionHostName": rule["actionHostName"] ?? .null,
            "reroutePercentage": .double(rule["reroutePercentage"]?.number ?? 0),
        ]
        for key in [
            "changeStep", "changeIntervalInMinutes", "minReroutePercentage", "maxReroutePercentage",
            "changeDecisionCallbackUrl",
        ] { full[key] = rule[key] ?? .null }
        full["name"] = rule["name"] ?? .null
        return full
    }

    private func answerValues(_ kind: String, at place: SlotPlace) -> Response {
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        let values = kind == "appsettings" ? site.visibleSettings(of: slot) : site.visibleStrings(of: slot)
        return ARMAnswer.json(
            [
                "id": .string("\(id(of: slot, in: site))/config/\(kind)"), "name": .string(kind),
                "type": "Microsoft.Web/sites/config", "location": .string(home.location),
                "properties": .object(values),
            ]
        )
    }

    private mutating func putValues(_ call: ARMCall, _ kind: String, at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place)
        guard let values = call.body?["properties"]?.object else { throw .missingParameter("properties") }
        let slot = sites[place.site].slots[place.slot]
        if kind == "appsettings" {
            sites[place.site].slots[place.slot].settings = values
        } else {
            sites[place.site].slots[place.slot].strings = values
        }
        sites[place.site].slots[place.slot].modified = now
        if values != (kind == "appsettings" ? slot.settings : slot.strings) { restart(place) }
        var answer = answerValues(kind, at: place)
        answer.headers[.eTag] = now.webTag
        return answer
    }

    private mutating func answerSticky(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        guard place.slot == 0 else { throw .noRoute(call.address) }
        if call.method == .put {
            try admitWrite(at: place, evenPrepared: true)
            func names(_ key: String) -> [String]? { call.properties[key]?.array?.compactMap(\.string) }
            sites[place.site].stickySettings = names("appSettingNames") ?? sites[place.site].stickySettings ?? []
            sites[place.site].stickyStrings = names("connectionStringNames") ?? sites[place.site].stickyStrings ?? []
        }
        let site = sites[place.site]
        func list(_ names: [String]?) -> JSON { names.map { .array($0.map(JSON.string)) } ?? .null }
        return ARMAnswer.json(
            [
                "id": .null, "name": .string(site.name), "type": "Microsoft.Web/sites",
                "location": .string(home.location),
                "properties": [
                    "connectionStringNames": list(site.stickyStrings), "appSettingNames": list(site.stickySettings),
                    "azureStorageConfigNames": list(site.stickySettings.map { _ in [] }),
                ],
            ]
        )
    }

    private func answerCredentials(at place: SlotPlace) -> Response {
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        let user = slot.config["publishingUsername"]?.string ?? ""
        let id = id(of: slot, in: site)
        return ARMAnswer.json(
            [
                "id": .string("\(id)/publishingcredentials/\(user)"), "name": .string(site.name),
                "type": "Microsoft.Web/sites/publishingcredentials", "location": .string(home.location),
                "properties": [
                    "name": .null, "publishingUserName": .string(user), "publishingPassword": .string(slot.password),
                    "publishingPasswordHash": .null, "publishingPasswordHashSalt": .null, "metadata": .null,
                    "isDeleted": false, "scmUri": .string("https://\(user):\(slot.password)@\(slot.kuduHost)"),
                ],
            ]
        )
    }
}
