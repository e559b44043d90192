import SlipwayBase

// How sites, slots and plans are told.
extension AppService {
    func id(of site: Site) -> String {
        "/subscriptions/\(home.subscription)/resourceGroups/\(site.group)/providers/Microsoft.Web/sites/\(site.name)"
    }

    func id(of slot: Slot, in site: Site) -> String {
        slot.isProduction ? id(of: site) : "\(id(of: site))/slots/\(slot.name)"
    }

    func id(of plan: Plan) -> String {
        "/subscriptions/\(home.subscription)/resourceGroups/\(plan.group)/providers/Microsoft.Web/serverfarms/"
            + plan.name
    }

    func plan(of site: Site) -> Plan? { plans.first { $0.name.names(site.plan) } }

    /// A site or slot as the API gives it.
    func json(of slot: Slot, in site: Site) -> JSON {
        var body: JSON = [
            "id": .string(id(of: slot, in: site)),
            "name": .string(slot.isProduction ? site.name : "\(site.name)/\(slot.name)"),
            "type": .string(slot.isProduction ? "Microsoft.Web/sites" : "Microsoft.Web/sites/slots"),
            "kind": .string(site.kind), "location": .string(home.location),
        ]
        if !slot.tags.isEmpty { body["tags"] = .object(slot.tags) }
        body["properties"] = .object(properties(of: slot, in: site))
        return body
    }

    private func properties(of slot: Slot, in site: Site) -> JSONObject {
        let plan = plan(of: site)
        let version = slot.config["linuxFxVersion"] ?? ""
        var short = isTerse ? [:] : SiteTemplate.siteConfig
        short["linuxFxVersion"] = version
        short["alwaysOn"] = slot.config["alwaysOn"] ?? false
        var own: JSONObject = [
            "name": .string(slot.isProduction ? site.name : "\(site.name)(\(slot.name))"),
            "state": slot.isStopped ? "Stopped" : "Running", "enabled": .bool(true),
            "hostNames": [.string(slot.host)], "enabledHostNames": [.string(slot.host), .string(slot.kuduHost)],
            "hostNameSslStates": [binding(slot.host, "Standard"), binding(slot.kuduHost, "Repository")],
            "serverFarmId": .string(plan.map(id) ?? site.plan), "reserved": .bool(site.kind.contains("linux")),
            "lastModifiedTimeUtc": .string(slot.modified.zoneless), "siteConfig": .object(short),
            "deploymentId": .string(slot.deploymentID), "sku": .string(plan?.tier ?? "Free"),
            "targetSwapSlot": slot.targetSwapSlot.map(JSON.string) ?? .null, "httpsOnly": .bool(slot.httpsOnly),
            "kind": .string(site.kind), "resourceGroup": .string(site.group), "defaultHostName": .string(slot.host),
            "slotSwapStatus": slot.swapStatus?.json ?? .null, "clientAffinityEnabled": true,
        ]
        if isTerse { return own }
        let account = slot.isProduction ? site.name : "\(site.name)__\(slot.name)"
        let space = "\(site.group)-\(home.location.filter { $0 != " " })webspace"
        for (key, value) in SiteTemplate.site.members { own[key] = value }
        own["webSpace"] = .string(space + (site.kind.contains("linux") ? "-Linux" : ""))
        own["selfLink"] = .string("https://waws-sim-001.api.azurewebsites.windows.net:454\(id(of: site))")
        own["repositorySiteName"] = .string(site.name)
        own["siteProperties"] = [
            "metadata": .null, "appSettings": .null,
            "properties": [
                ["name": "LinuxFxVersion", "value": version], ["name": "WindowsFxVersion", "value": .null],
            ],
        ]
        own["ftpUsername"] = .string("\(account)\\$\(account)")
        own["homeStamp"] = "waws-sim-001"
        own["ftpsHostName"] = "ftps://waws-sim-001.ftp.azurewebsites.windows.net/site/wwwroot"
        own["customDomainVerificationId"] = "0000000000000000000000000000000000000000000000000000000000000000"
        for key in ["inboundIpAddress", "possibleInboundIpAddresses"] { own[key] = "192.0.2.10" }
        for key in ["outboundIpAddresses", "possibleOutboundIpAddresses"] { own[key] = "192.0.2.10,192.0.2.11" }
        return own
    }

    private func binding(_ host: String, _ type: String) -> JSON {
        var binding: JSON = [
            "name": .string(host), "sslState": "Disabled", "ipBasedSslState": "NotConfigured",
            "hostType": .string(type),
        ]
        if isTerse { return binding }
        for key in [
            "ipBasedSslResult", "virtualIP", "virtualIPv6", "thumbprint", "certificateResourceId", "toUpdate",
            "toUpdateIpBasedSsl",
        ] { binding[key] = .null }
        return binding
    }

    /// A plan as the API gives it.
    ///
    /// What a PUT answers holds the size a second time.
    func json(of plan: Plan, isWritten: Bool = false) -> JSON {
        let sku: JSON = [
            "name": .string(plan.size), "tier": .string(plan.tier), "size": .string(plan.size),
            "family": .string(String(plan.size.prefix(1))), "capacity": JSON(plan.instances),
        ]
        let kind: JSON = plan.isLinux ? "linux" : "app"
        var properties = SiteTemplate.plan
        let own: [(String, JSON)] = [
            ("name", .string(plan.name)), ("serverFarmId", 29951), ("subscription", .string(home.subscription)),
            ("webSpace", .string("\(plan.group)-webspace")), ("resourceGroup", .string(plan.group)),
            ("reserved", .bool(plan.isLinux)), ("kind", kind), ("geoRegion", .string(home.location)),
            ("numberOfSites", JSON(sites.count { $0.plan.names(plan.name) })),
            ("createdTime", .string(plan.created.zoneless)), ("numberOfWorkers", JSON(plan.instances)),
            ("currentNumberOfWorkers", JSON(plan.instances)), ("mdmId", "waws-sim-001_29951"),
        ]
        for (key, value) in own { properties[key] = value }
        if isWritten { properties["sku"] = sku }
        return [
            "id": .string(id(of: plan)), "name": .string(plan.name), "type": "Microsoft.Web/serverfarms", "kind": kind,
            "location": .string(home.location), "properties": .object(properties), "sku": sku,
        ]
    }

    /// `config/web` of a slot; what a PATCH answers carries the site's own id and type.
    func configJSON(of slot: Slot, in site: Site, asSite: Bool) -> JSON {
        let id = id(of: slot, in: site)
        var properties = slot.config
        if isTerse {
            let kept = (slot.config.object ?? [:]).members.filter { ConfigTemplate.essential.contains($0.key) }
            properties = .object(JSONObject(kept.map { ($0.key, $0.value) }))
        }
        let type = slot.isProduction ? "Microsoft.Web/sites" : "Microsoft.Web/sites/slots"
        return [
            "id": .string(asSite ? id : id + "/config/web"), "name": .string(site.name),
            "type": .string(asSite ? type : "Microsoft.Web/sites/config"), "location": .string(home.location),
            "properties": properties,
        ]
    }
}
