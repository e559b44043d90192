import SlipwayBase
import SlipwayModel

/// What the provider needs later to put everything back: kept in the plan, without any value of a setting.
struct Snapshot: Hashable, Sendable {
    /// A site or slot as it was.
    struct State: Hashable, Sendable {
        /// Nil when it was not there.
        var content: Content?
        var isRunning = true
        /// Whether a release of ours had stopped it.
        var isStoppedByUs = false
        /// Whether it answered as the config asks.
        var isWarm = false

        var exists: Bool { content != nil }
    }

    var json: JSON

    init(_ json: JSON) { self.json = json }

    init(stable: State, candidate: State?, swapped: Timestamp? = nil, isPrepared: Bool = false, front: JSON = .null) {
        json = ["stable": stable.json]
        if let candidate { json["candidate"] = candidate.json }
        json["swapped"] = swapped.map { .int($0.milliseconds) }
        if isPrepared { json["prepared"] = true }
        if !front.isNull { json["front"] = front }
    }

    /// Production.
    var stable: State { State(json: json["stable"]) }
    /// The slot, or the canary site.
    var candidate: State { State(json: json["candidate"]) }
    /// The last swap there was, by the service's clock.
    var swapped: Timestamp? { json["swapped"]?.int.map { Timestamp(milliseconds: Int64($0)) } }
    /// What shared production between two sites.
    var front: JSON { json["front"] ?? .null }
}

extension Snapshot.State {
    init(json: JSON?) {
        content = Content(json?["content"])
        isRunning = json?["running"]?.bool ?? true
        isStoppedByUs = json?["stopped"]?.bool ?? false
        isWarm = json?["warm"]?.bool ?? false
    }

    var json: JSON {
        guard let content else { return [:] }
        var json: JSON = ["content": content.json, "running": .bool(isRunning)]
        if isStoppedByUs { json["stopped"] = true }
        if isWarm { json["warm"] = true }
        return json
    }

    /// What a plan depends on: not whether it answered just then; of a slot, not the package either, which a release
    /// replaces and which cannot be brought back.
    func digested(isSlot: Bool) -> JSON {
        var json = self.json
        json["warm"] = nil
        if isSlot, case .package? = content { json["content"] = "package" }
        return json
    }
}
