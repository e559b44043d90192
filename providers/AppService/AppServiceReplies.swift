import SlipwayBase

/// Decodes what App Service answers, purely.
enum AppServiceReplies {
    /// Nil when it is no site.
    static func site(_ json: JSON) -> Site? {
        guard let properties = json["properties"], let state = properties["state"]?.words else { return nil }
        let repository = (properties["hostNameSslStates"]?.array ?? []).first { $0["hostType"]?.string == "Repository" }
        var cloned: JSON = [:]
        for key in ["serverFarmId", "httpsOnly", "clientCertEnabled", "clientCertMode"] {
            if let value = properties[key], !value.isNull { cloned[key] = value }
        }
        return Site(
            id: json["id"]?.string ?? "",
            kind: json["kind"]?.string ?? "",
            location: json["location"]?.string ?? "",
            state: state.printable(max: 40),
            isEnabled: properties["enabled"]?.bool ?? true,
            host: properties["defaultHostName"]?.words,
            scmHost: repository?["name"]?.words,
            planID: properties["serverFarmId"]?.words,
            tier: properties["sku"]?.words,
            isLinux: properties["reserved"]?.bool ?? false,
            isWindowsContainer: properties["isXenon"]?.bool == true || properties["hyperV"]?.bool == true,
            modified: properties["lastModifiedTimeUtc"]?.string.flatMap(date),
            swap: swap(properties["slotSwapStatus"]),
            targetSwapSlot: properties["targetSwapSlot"]?.words,
            operationID: properties["inProgressOperationId"]?.words,
            tags: json["tags"].flatMap { $0.object == nil ? nil : $0 } ?? [:],
            cloned: cloned
        )
    }

    private static func swap(_ json: JSON?) -> Site.Swap? {
        guard let text = json?["timestampUtc"]?.string, let date = date(text) else { return nil }
        return Site.Swap(date: date, source: json?["sourceSlotName"]?.string?.printable(max: 60) ?? "")
    }

    /// RFC 3339, also without a zone, which is UTC then.
    static func date(_ text: String) -> Timestamp? { Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "Z") }

    static func config(_ json: JSON) -> SiteConfig? {
        guard let properties = json["properties"], properties.object != nil else { return nil }
        return SiteConfig(
            linuxFx: properties["linuxFxVersion"]?.string ?? "",
            windowsFx: properties["windowsFxVersion"]?.string ?? "",
            rules: properties[path: "experiments", "rampUpRules"]?.array ?? [],
            autoSwapSlot: properties["autoSwapSlotName"]?.words,
            hasAuthentication: properties["siteAuthEnabled"]?.bool ?? false
        )
    }

    static func plan(_ json: JSON) -> HostingPlan {
        let capacity = json[path: "sku", "capacity"]?.int ?? json[path: "properties", "numberOfWorkers"]?.int ?? 1
        return HostingPlan(
            name: json["name"]?.string?.printable(max: 80) ?? "the plan",
            tier: (json[path: "sku", "tier"]?.string ?? "").printable(max: 40),
            workers: max(capacity, 1)
        )
    }

    static func slotNames(_ json: JSON) -> SlotNames {
        func names(_ key: String) -> [String] {
            (json[path: "properties", key]?.array ?? []).compactMap { $0.string?.printable(max: 100) }
        }
        return SlotNames(
            settings: names("appSettingNames"),
            connectionStrings: names("connectionStringNames"),
            storage: names("azureStorageConfigNames")
        )
    }

    static func differences(_ elements: [JSON]) -> [SlotDifference] {
        elements.compactMap { element in
            guard let properties = element["properties"] else { return nil }
            return SlotDifference(
                level: properties["level"]?.string ?? "",
                type: properties["settingType"]?.string ?? "setting",
                name: properties["settingName"]?.string ?? "",
                rule: properties["diffRule"]?.string ?? ""
            )
        }
    }

    /// The names of slots or sites of a list, without the site in front.
    static func names(_ elements: [JSON]) -> [String] {
        elements.compactMap { $0["name"]?.string?.split(separator: "/").last.map(String.init) }
    }

    /// How a deployment on Linux is doing.
    enum Runtime: Hashable, Sendable {
        case going(String)
        case running
        case failed(String)
        /// The service has given up telling.
        case unknown(String)
    }

    static func runtime(_ json: JSON) -> Runtime {
        let properties = json["properties"] ?? .null
        let status = properties["status"]?.string?.printable(max: 60) ?? ""
        switch status {
        case "RuntimeSuccessful": return .running
        case "RuntimeFailed", "BuildFailed", "BuildAborted":
            let errors = (properties["errors"]?.array ?? []).compactMap { error -> String? in
                error["message"]?.words ?? error["extendedCode"]?.words.map { "code \($0)" }
            }
            let failed = properties["numberOfInstancesFailed"]?.int ?? 0
            let count = failed > 0 ? ", \(failed) instances failed" : ""
            let said = errors.isEmpty ? "" : ": " + errors.prefix(3).joined(separator: " ")
            return .failed("\(status)\(count)\(said)".printable(max: 600))
        case "TimedOut", "": return .unknown(status.isEmpty ? "no status" : status)
        default: return .going(status)
        }
    }
}
