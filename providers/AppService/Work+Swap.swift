import SlipwayAzure
import SlipwayBase
import SlipwayModel

extension Work {
    /// Production runs `release`: the slot has changed places with it.
    ///
    /// A swap repeated is an undo. So one is asked for only when, at this very look, production runs what it did before
    /// and the slot runs `release`; the last swap there was is in the journal before it is sent; and it was made only
    /// when a newer one is read there, production runs `release`, and its operation, where it is still known, ended
    /// well. An answer that was lost is looked for until no swap can be under way any more.
    func switchOver(to release: Release) async throws(ProviderFailure) -> Progress {
        let (place, name) = try slot()
        if let intent = memory.intent, intent.sent != nil, let progress = try await follow(intent, release) {
            return progress
        }
        let production = try await cloud.need(production)
        if memory.intent?.sent != nil { return try await judge(production, release) }
        guard let slot = try await cloud.see(place) else {
            if runs(release, production.content) { return .done(status: Status()) }
            throw ProviderFailure(.refused, "\(place.words) is not there to change places with production.")
        }
        if runs(release, production.content) {
            return try await makeSure(production, slot, release) ?? .done(status: Status())
        }
        if let progress = busy(production) ?? busy(slot) { return progress }
        try refuseSwap(production, slot, name, release)
        guard var intent = memory.intent else { return try await intend(production, slot, release) }
        guard intent.swapped == production.site.swap?.date else {
            throw ProviderFailure(.conflict, "\(place.words) was swapped by somebody else meanwhile.")
        }
        // Where there is no lock between machines its number tells nothing, and only our own memory does.
        guard intent.fence == call.fence, cloud.kept[isIntended: call.key] else { return try await prove(slot, intent) }
        if time.now < intent.notBefore { return running(memory, intent.notBefore - time.now) }
        if let progress = heldUp() { return progress }
        intent.sent = time.now
        return try await swap(slot, intent)
    }

    /// What a swap must not be asked for under.
    private func refuseSwap(_ production: Seen, _ slot: Seen, _ name: String, _ release: Release)
        throws(ProviderFailure)
    {
        let other = isBack(release) ? call.context.new : call.context.old
        guard let other, runs(other, production.content), runs(release, slot.content) else {
            throw ProviderFailure(
                .conflict,
                "\(production.place.words) runs \(production.content.words) and \(slot.place.words) "
                    + "\(slot.content.words); someone changed them, so they are not swapped."
            )
        }
        guard production.site.isRunning, slot.site.isRunning else {
            let stopped = production.site.isRunning ? slot : production
            throw ProviderFailure(.conflict, "\(stopped.place.words) does not run (\(stopped.site.state)); start it.")
        }
        if production.config.rules.contains(where: { RampRule($0).leads(to: name) }) {
            throw ProviderFailure(
                .conflict,
                "A rule still sends production to \(slot.place.words), and would send it to the former release after a "
                    + "swap; it has to go first."
            )
        }
        let prepared = production.site.targetSwapSlot
        let isExpected = settings.hasPreview && !isBack(release) ? prepared.map(isOurs) ?? false : prepared == nil
        guard isExpected else {
            let state = prepared.map { "with \($0.printable(max: 60)) has been prepared" } ?? "is not prepared any more"
            throw ProviderFailure(
                .conflict,
                "A swap of \(production.place.words) \(state); someone changed it. Cancel what is prepared (az webapp "
                    + "deployment slot swap --action reset) and release again."
            )
        }
    }

    private func intend(_ production: Seen, _ slot: Seen, _ release: Release) async throws(ProviderFailure) -> Progress
    {
        // On the way back nothing is asked of the former release: it is better than the one that is taken back.
        if !isBack(release), let progress = try await warm(slot) { return progress }
        var memory = memory
        memory.intent = Memory.Intent(fence: call.fence, notBefore: time.now, swapped: production.site.swap?.date)
        (memory.since, memory.changed, memory.misses, memory.hasProbed) = (nil, nil, 0, false)
        cloud.kept[isIntended: call.key] = true
        return running(memory, Pace.soon)
    }

    /// An intent of another process, which may have sent its swap a moment ago.
    ///
    /// A write that a swap under way would refuse was taken after none could be on its way any more, and a look after
    /// that found no newer one: so there is none.
    private func prove(_ slot: Seen, _ asked: Memory.Intent) async throws(ProviderFailure) -> Progress {
        var (memory, intent) = (memory, asked)
        if memory.hasProbed {
            (intent.fence, memory.hasProbed, memory.since) = (call.fence, false, nil)
            memory.intent = intent
            cloud.kept[isIntended: call.key] = true
            return running(memory, Pace.soon)
        }
        return try await probe(slot)
    }

    /// Sends a write that changes nothing, after whatever another process sent has arrived.
    ///
    /// A slot that is prepared for a swap takes no other write than to be prepared for it.
    private func probe(_ slot: Seen) async throws(ProviderFailure) -> Progress {
        var memory = memory
        let note = "making sure that no swap is under way"
        guard let since = memory.since else {
            memory.since = time.now
            return running(memory, Pace.doubt, note: note)
        }
        guard time.now >= since + Pace.doubt else { return running(memory, since + Pace.doubt - time.now, note: note) }
        if let progress = heldUp() { return progress }
        let isPrepared = settings.hasPreview && !isBack(call.action.release)
        try await cloud.send(isPrepared ? cloud.calls.prepare(slot.place) : cloud.calls.touch(slot.place))
        memory.hasProbed = true
        return running(memory, Pace.soon, note: note)
    }

    /// Nil when nothing under way can take production away from `release` again.
    ///
    /// On the way back, production that runs the former release may be about to be swapped by a request of ours whose
    /// answer never came: there is no sign of a swap since the plan, and the slot holds the new release.
    private func makeSure(_ production: Seen, _ slot: Seen, _ release: Release) async throws(ProviderFailure)
        -> Progress?
    {
        guard isBack(release), production.site.swap?.date == snapshot.swapped, runs(call.context.new, slot.content)
        else {
            return nil
        }
        if let progress = busy(production) ?? busy(slot) { return progress }
        if let prepared = production.site.targetSwapSlot, isOurs(prepared) {
            return try await reset(production)
        }
        return memory.hasProbed ? nil : try await probe(slot)
    }

    /// Takes the preparation of a swap back.
    func reset(_ production: Seen) async throws(ProviderFailure) -> Progress {
        if let progress = heldUp() { return progress }
        try await cloud.send(cloud.calls.reset(production.place.site))
        return wrote("asked \(production.place.words) to cancel the swap that was prepared", Pace.soon)
    }
}
