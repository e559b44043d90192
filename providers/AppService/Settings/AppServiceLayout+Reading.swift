import SlipwayAzure
import SlipwayBase
import SlipwayConfig

extension AppServiceLayout {
    /// Reads the names that decide the layout; nil after a mistake was reported.
    init?(reading reader: ConfigReader) {
        // Every key is known in every layout, so that a key of another layout is explained and not called unknown.
        let (site, slot) = (reader.siteName("site"), reader.slotName("slot"))
        let (stable, canary) = (reader.siteName("stable"), reader.siteName("canary"))
        let front = FrontSettings(reading: reader)
        func isWritten(_ keys: String...) -> Bool { keys.contains { reader.node($0) != nil } }
        let isPair = isWritten("stable", "canary")
        guard isPair != isWritten("site") else {
            let words =
                isPair
                ? "must name either `site`, or `stable` and `canary`, not both"
                : "must name its `site`, or two sites with `stable` and `canary`"
            reader.findings.error(reader.node, words)
            return nil
        }
        guard isPair else {
            if let key = FrontSettings.keys.first(where: { isWritten($0) }) {
                reader.findings.error(
                    reader.node(key) ?? reader.node,
                    "`\(key)` belongs to `stable` and `canary`, between which it shares production"
                )
                return nil
            }
            guard let site, slot != nil || !isWritten("slot") else { return nil }
            self = slot.map { .slot(site: site, name: $0) } ?? .site(name: site)
            return
        }
        if let written = reader.node("slot") {
            reader.findings.error(written, "`slot` belongs to `site`; two sites need none")
            return nil
        }
        guard let stable, let canary, stable.lowercased() != canary.lowercased() else {
            if isWritten("stable") == (stable != nil), isWritten("canary") == (canary != nil) {
                reader.findings.error(reader.node, "must name both `stable` and `canary`, and two different sites")
            }
            return nil
        }
        guard let front else {
            if !isWritten("frontDoor", "trafficManager") {
                reader.findings.error(
                    reader.node,
                    "must say what shares production between the two sites: `frontDoor` or `trafficManager`"
                )
            }
            return nil
        }
        self = .pair(stable: stable, canary: canary, front: front)
    }
}
