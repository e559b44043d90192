import SlipwayAzure
import SlipwayBase
import SlipwayModel

extension Work {
    /// The slot, which holds the former release and which nothing reaches any more, is kept, stopped or deleted.
    func retire(_ release: Release, _ disposal: Disposal) async throws(ProviderFailure) -> Progress {
        guard disposal != .keep else { return .done(status: Status()) }
        let (place, name) = try slot()
        let production = try await cloud.need(production)
        if let progress = busy(production) { return progress }
        guard let slot = try await cloud.see(place) else {
            return .done(status: Status(ready: 0, wanted: 0))
        }
        guard runs(call.context.new, production.content) else {
            throw ProviderFailure(
                .conflict,
                "\(production.place.words) runs \(production.content.words); \(place.words) is not taken down."
            )
        }
        try refuseServing(production, name)
        guard runs(release, slot.content) else {
            throw ProviderFailure(
                .conflict,
                "\(place.words) runs \(slot.content.words) and not \(release.version); someone changed it."
            )
        }
        if disposal == .remove { return try await delete(slot) }
        return try await stop(slot, .retiring) ?? .done(status: Status(ready: 0, wanted: 0))
    }

    /// Nil when `seen` is stopped and marked as stopped by us: marked first, so that it is never stopped without.
    func stop(_ seen: Seen, _ stop: Site.Stop) async throws(ProviderFailure) -> Progress? {
        guard seen.site.isRunning else { return nil }
        if !seen.site.isStoppedByUs { return try await tag(seen, stop) }
        if let progress = heldUp() { return progress }
        try await cloud.send(cloud.calls.stop(seen.place))
        return wrote("asked \(seen.place.words) to stop")
    }

    /// Asking twice ends in the same state, so nothing has to be remembered.
    private func delete(_ slot: Seen) async throws(ProviderFailure) -> Progress {
        if let progress = try await follow(memory, "\(slot.place.words) is being deleted") { return progress }
        if let progress = heldUp() { return progress }
        let reply = try await cloud.send(cloud.calls.delete(slot.place))
        cloud.kept[operation: call.key] = reply.operation
        return wrote("asked for \(slot.place.words) to be deleted", reply.operation?.pause ?? Pace.look)
    }

    /// No candidate runs, and everything is as it was before the plan, but for the content of a slot that was deployed
    /// as a zip, which nobody can bring back.
    func unstage() async throws(ProviderFailure) -> Progress {
        guard let place = candidate else { return .done(status: Status(ready: 0, wanted: 0, weight: 0)) }
        let production = try await cloud.need(production)
        if let progress = busy(production) { return progress }
        guard let slot = try await cloud.see(place) else {
            guard snapshot.candidate.exists else { return .done(status: Status(ready: 0, wanted: 0, weight: 0)) }
            throw ProviderFailure(.conflict, "\(place.words) is not there any more; someone deleted it.")
        }
        if let progress = busy(slot) { return progress }
        if let name = place.slot {
            try refuseServing(production, name)
            // Production that runs the new release has been swapped: what is in the slot is what served before.
            try refuseMoved(production)
            if let prepared = production.site.targetSwapSlot, isOurs(prepared) { return try await reset(production) }
        } else {
            try refuseWeight(of: place)
        }
        guard let former = snapshot.candidate.content else { return try await delete(slot) }
        if case .image(let reference) = former, slot.content != former {
            return try await setImage(reference, on: slot)
        }
        if let progress = try await restore(slot) { return progress }
        var note: String?
        if case .package = former, slot.content != former {
            note = "\(place.words) keeps \(slot.content.words): what a zip has replaced cannot be brought back"
        }
        return .done(status: Status(weight: 0, note: note))
    }

    /// Nil when `slot` runs or stands still as it did before the plan.
    private func restore(_ slot: Seen) async throws(ProviderFailure) -> Progress? {
        guard snapshot.candidate.isRunning else { return try await stop(slot, .retiring) }
        // One without our tag was stopped by somebody else, and stays so.
        guard slot.site.isStoppedByUs, !slot.site.isRunning || !snapshot.candidate.isStoppedByUs else { return nil }
        return try await start(slot)
    }
}
