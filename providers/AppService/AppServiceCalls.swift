import HTTPTypes
import SlipwayAzure
import SlipwayBase

/// Builds the calls of App Service purely: every name in a path is one that the config's reader let through.
struct AppServiceCalls: Hashable, Sendable {
    let subscription: String
    let resourceGroup: String

    private var group: String { "/subscriptions/\(subscription)/resourceGroups/\(resourceGroup)" }

    private func path(_ place: Place, _ rest: String = "") -> String {
        let slot = place.slot.map { "/slots/\($0)" } ?? ""
        return "\(group)/providers/Microsoft.Web/sites/\(place.site)\(slot)\(rest)"
    }

    private func call(
        _ method: HTTPRequest.Method,
        _ place: Place,
        _ rest: String = "",
        body: JSON? = nil,
        isIdempotent: Bool? = nil
    ) -> ARMCall {
        ARMCall(
            method,
            path(place, rest),
            .web,
            name: "\(method.rawValue) \(place.short)\(rest)",
            body: body,
            isIdempotent: isIdempotent
        )
    }

    // MARK: Looks

    func site(_ place: Place) -> ARMCall { call(.get, place) }

    func config(_ place: Place) -> ARMCall { call(.get, place, "/config/web") }

    func slots(of site: String) -> ARMCall { call(.get, Place(site: site), "/slots") }

    func sites() -> ARMCall {
        ARMCall(.get, "\(group)/providers/Microsoft.Web/sites", .web, name: "GET sites of \(resourceGroup)")
    }

    /// Nil for a name that no path can have.
    func plan(_ id: String) -> ARMCall? {
        let isPlain = id.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/-_.()".utf8.contains(byte)
        }
        guard id.lowercased().hasPrefix("/subscriptions/"), isPlain, !id.contains("..") else { return nil }
        return ARMCall(.get, id, .web, name: "GET the plan \(id.split(separator: "/").last ?? "")")
    }

    func slotNames(of site: String) -> ARMCall { call(.get, Place(site: site), "/config/slotConfigNames") }

    /// What a swap of `slot` with production would change.
    func differences(_ slot: Place) -> ARMCall {
        call(.post, slot, "/slotsdiffs", body: Self.target, isIdempotent: true)
    }

    func container(_ place: Place, _ name: String) -> ARMCall { call(.get, place, "/sitecontainers/\(name)") }

    func deploymentStatus(_ place: Place, _ id: String) -> ARMCall { call(.get, place, "/deploymentStatus/\(id)") }

    func publishingPolicy(_ place: Place) -> ARMCall { call(.get, place, "/basicPublishingCredentialsPolicies/scm") }

    func publishingCredentials(_ place: Place) -> ARMCall {
        call(.post, place, "/config/publishingcredentials/list", isIdempotent: true)
    }

    /// With their values: what comes of it stays in memory.
    func settings(_ place: Place, _ kind: SettingsKind) -> ARMCall {
        call(.post, place, "/config/\(kind.rawValue)/list", isIdempotent: true)
    }

    // MARK: Writes

    /// Sets the image and nothing else.
    func setImage(_ place: Place, _ reference: String, isWindows: Bool) -> ARMCall {
        let field = isWindows ? "windowsFxVersion" : "linuxFxVersion"
        return call(
            .patch,
            place,
            "/config/web",
            body: ["properties": .object([field: .string("DOCKER|\(reference)")])]
        )
    }

    /// Changes nothing; refused while an operation holds the site.
    func touch(_ place: Place) -> ARMCall { call(.patch, place, "/config/web", body: ["properties": [:]]) }

    /// A container as it is but for its image: what only the service sets is left out.
    func setImage(_ place: Place, _ container: String, _ present: JSON, _ reference: String) -> ARMCall {
        var properties = present
        for key in ["createdTime", "lastModifiedTime"] { properties[key] = nil }
        properties["image"] = .string(reference)
        return call(.put, place, "/sitecontainers/\(container)", body: ["properties": properties])
    }

    /// Replaces the list of rules, and nothing else of the configuration.
    func setRules(of site: String, _ rules: [JSON]) -> ARMCall {
        let body: JSON = ["properties": ["experiments": ["rampUpRules": .array(rules)]]]
        return call(.patch, Place(site: site), "/config/web", body: body)
    }

    /// Changes places with production; sent twice it undoes itself.
    func swap(_ slot: Place) -> ARMCall { call(.post, slot, "/slotsswap", body: Self.target, isIdempotent: false) }

    /// Applies production's settings to `slot`.
    func prepare(_ slot: Place) -> ARMCall {
        call(.post, slot, "/applySlotConfig", body: Self.target, isIdempotent: false)
    }

    /// Takes the preparation back; asked of production, which is what a swap was prepared with.
    func reset(_ site: String) -> ARMCall { call(.post, Place(site: site), "/resetSlotConfig", isIdempotent: true) }

    func start(_ place: Place) -> ARMCall { call(.post, place, "/start", isIdempotent: true) }

    func stop(_ place: Place) -> ARMCall { call(.post, place, "/stop", isIdempotent: true) }

    func tag(_ place: Place, _ tags: JSON) -> ARMCall { call(.patch, place, body: ["tags": tags]) }

    /// Without a `siteConfig`, so that the service takes production's own.
    func create(_ slot: Place, like site: Site) -> ARMCall {
        call(.put, slot, body: ["location": .string(site.location), "properties": site.cloned])
    }

    func delete(_ slot: Place) -> ARMCall { call(.delete, slot) }

    func setSettings(_ place: Place, _ kind: SettingsKind, _ values: JSON) -> ARMCall {
        call(.put, place, "/config/\(kind.rawValue)", body: ["properties": values])
    }

    private static let target: JSON = ["targetSlot": "production", "preserveVnet": true]
}

/// Settings whose names may be bound to a slot.
enum SettingsKind: String, CaseIterable, Sendable {
    case app = "appsettings"
    case connectionStrings = "connectionstrings"
}
