import SlipwayAzure
import SlipwayBase
import SlipwayModel

extension Work {
    /// Makes a slot that is not there, like production; it begins without the release.
    func make(_ place: Place, _ production: Seen, _ release: Release) async throws(ProviderFailure) -> Progress {
        guard place.slot != nil else { throw ProviderFailure(.refused, "\(place.words) is not there any more.") }
        if let progress = try await follow(memory, "\(place.words) is being made") { return progress }
        guard isBack(release) || !snapshot.candidate.exists && settings.createSlot else {
            throw ProviderFailure(.conflict, "\(place.words) is not there any more; someone deleted it.")
        }
        if isBack(release), case .package? = snapshot.stable.content {
            throw ProviderFailure(
                .refused,
                "\(place.words) was deleted with the zip that it ran, which cannot be brought back; deploy "
                    + "\(release.version) again."
            )
        }
        if !isBack(release) {
            try refuseMoved(production)
            try refuseWrong(release, production)
        }
        if let progress = heldUp() { return progress }
        // A second PUT of the same makes no second slot.
        let reply = try await cloud.send(cloud.calls.create(place, like: production.site))
        cloud.kept[operation: call.key] = reply.operation
        return wrote("asked for \(place.words)", reply.operation?.wait ?? Pace.look)
    }

    /// What is waited for while an operation of this call is known to run; its failure is thrown.
    func follow(_ memory: Memory, _ note: String) async throws(ProviderFailure) -> Progress? {
        guard let operation = cloud.kept[operation: call.key] else { return nil }
        do throws(AzureFailure) {
            switch try await cloud.clients.arm.poll(operation) {
            case .running(let next):
                cloud.kept[operation: call.key] = next
                return running(memory, next.pause, note: note)
            case .succeeded: cloud.kept[operation: call.key] = nil
            }
        } catch {
            guard error.kind != .absent else {
                cloud.kept[operation: call.key] = nil
                return nil
            }
            if !error.mayPass { cloud.kept[operation: call.key] = nil }
            throw ProviderFailure(error)
        }
        return nil
    }

    /// Gives a slot that this run has made those settings of production that are not bound to it; nil when it has them.
    ///
    /// Values stay in memory: they are in no note, token or failure.
    func copySettings(to slot: Seen) async throws(ProviderFailure) -> Progress? {
        let isMade = slot.place.slot != nil && (!snapshot.candidate.exists || isBack(call.action.release))
        // One that runs what it should has been given them already.
        guard isMade, !runs(call.action.release, slot.content) else { return nil }
        let production = Place(site: slot.place.site)
        let bound = AppServiceReplies.slotNames(
            try await cloud.send(cloud.calls.slotNames(of: production.site)).body
        )
        for kind in SettingsKind.allCases {
            let names = kind == .app ? bound.settings : bound.connectionStrings
            let wanted = try await cloud.send(cloud.calls.settings(production, kind)).body["properties"]?.object
            let present = try await cloud.send(cloud.calls.settings(slot.place, kind)).body["properties"] ?? [:]
            var values = present
            var missing: [String] = []
            for (name, value) in wanted?.members ?? [] where !names.contains(name) && present[name] == nil {
                values[name] = value
                missing.append(name.printable(max: 60))
            }
            if missing.isEmpty { continue }
            if let progress = heldUp() { return progress }
            try await cloud.send(cloud.calls.setSettings(slot.place, kind, values))
            return wrote("gave \(slot.place.words) production's settings \(missing.joined(separator: ", "))")
        }
        return nil
    }
}

extension ARMOperation {
    /// What the answer asked for, within reason.
    var pause: Duration { min(max(wait, .seconds(1)), Pace.pollMax) }
}

extension AzureFailure {
    /// Whether asking again may tell more, while the operation asked about goes on.
    var mayPass: Bool { [.throttled, .unavailable, .unreadable].contains(kind) }
}
