import SlipwayAzure
import SlipwayBase
import SlipwayModel

extension Work {
    func swap(_ slot: Seen, _ asked: Memory.Intent) async throws(ProviderFailure) -> Progress {
        var (memory, intent) = (memory, asked)
        let wait: Duration
        do throws(AzureFailure) {
            let reply = try await cloud.clients.arm.send(cloud.calls.swap(slot.place))
            cloud.kept[operation: call.key] = reply.operation
            (intent.hasEnded, wait) = (reply.operation == nil, reply.operation?.pause ?? Pace.soon)
            memory.note = "asked for \(slot.place.words) to change places with production"
        } catch {
            guard error.mayHaveTakenEffect else { return try refused(error, slot) }
            (intent.isBlind, wait) = (true, Pace.swap)
            memory.note = "asked for the swap; the answer was lost, looking what came of it"
        }
        memory.attempts += 1
        memory.intent = intent
        return running(memory, wait)
    }

    /// A swap that certainly was not begun.
    private func refused(_ error: AzureFailure, _ slot: Seen) throws(ProviderFailure) -> Progress {
        if error.isPrepared {
            throw ProviderFailure(
                .conflict,
                "\(error.summary) A swap has been prepared; cancel it (az webapp deployment slot swap --action reset)."
            )
        }
        guard error.kind == .busy || error.mayPass || error.isPassing else { throw ProviderFailure(error) }
        // The intent stays: nothing was sent that could have had an effect.
        throw ProviderFailure(.transient, error.summary, retryAfter: error.retryAfter ?? Pace.busy)
    }

    /// What is waited for while the swap's operation is known to run; nil when what is read of the site decides.
    func follow(_ intent: Memory.Intent, _ release: Release) async throws(ProviderFailure) -> Progress? {
        guard let operation = cloud.kept[operation: call.key] else { return nil }
        var memory = memory
        let progress: ARMProgress
        do throws(AzureFailure) { progress = try await cloud.clients.arm.poll(operation) } catch {
            if error.mayPass { throw ProviderFailure(error) }
            cloud.kept[operation: call.key] = nil
            guard error.kind != .absent else {
                memory.intent?.isBlind = true
                return running(
                    memory,
                    Pace.swap,
                    note: "the swap's operation is not there any more; looking at the site"
                )
            }
            return try await failed(error, intent, release)
        }
        switch progress {
        case .running(let next):
            let isOverdue = intent.sent.map { time.now >= $0 + settings.swapTimeout } ?? false
            guard !isOverdue else { return try await giveUp(intent, release) }
            cloud.kept[operation: call.key] = next
            return running(memory, next.pause, note: "swapping")
        case .succeeded:
            cloud.kept[operation: call.key] = nil
            memory.intent?.hasEnded = true
            (memory.note, memory.since) = ("the swap has ended", nil)
            return running(memory, Pace.soon)
        }
    }

    /// A swap whose operation does not end in time: done when reading shows it, and never asked for again, since it may
    /// still come.
    private func giveUp(_ intent: Memory.Intent, _ release: Release) async throws(ProviderFailure) -> Progress {
        let production = try await cloud.need(production)
        guard production.site.swap?.date != intent.swapped, runs(release, production.content) else {
            throw ProviderFailure(
                .unhealthy,
                "The swap is not over after \(settings.swapTimeout.text), and \(production.place.words) still runs "
                    + "\(production.content.words)."
            )
        }
        cloud.kept[operation: call.key] = nil
        return .done(status: Status(note: "the swap was made, and its operation goes on"))
    }

    /// A swap whose operation ended badly: asked for once more when reading shows that nothing was swapped and the
    /// reason is one that passes.
    private func failed(_ error: AzureFailure, _ intent: Memory.Intent, _ release: Release)
        async throws(ProviderFailure)
        -> Progress
    {
        let production = try await cloud.need(production)
        let isUntouched = production.site.swap?.date == intent.swapped && !runs(release, production.content)
        guard isUntouched, error.kind == .busy || error.isPassing, memory.attempts < Pace.attemptsMax else {
            let state =
                isUntouched ? "nothing was swapped" : "\(production.place.words) runs \(production.content.words)"
            throw ProviderFailure(.unhealthy, "The swap failed, and \(state): \(error.summary)".printable(max: 1200))
        }
        var memory = memory
        memory.intent = nil
        return running(memory, Pace.busy, note: "nothing was swapped, once more: \(error.summary)".printable(max: 600))
    }

    /// What came of a swap that was sent, from what is read of production.
    func judge(_ production: Seen, _ release: Release) async throws(ProviderFailure) -> Progress {
        guard let intent = memory.intent, let sent = intent.sent else { return running(memory, Pace.soon) }
        var memory = memory
        let isNewer = production.site.swap.map { $0.date > intent.swapped ?? Timestamp(milliseconds: .min) } ?? false
        if isNewer, runs(release, production.content) {
            if intent.hasEnded { return .done(status: Status(note: memory.note)) }
            // Without its operation, one more look: the swap's last part goes on behind the switch.
            guard let since = memory.since else {
                memory.since = time.now
                return running(memory, Pace.swap, note: "\(production.place.words) runs \(release.version)")
            }
            guard time.now >= since + Pace.swap, production.site.operationID == nil else {
                return running(memory, Pace.swap, note: "\(production.place.words) runs \(release.version)")
            }
            return .done(status: Status())
        }
        if intent.hasEnded {
            let since = memory.since ?? time.now
            memory.since = since
            guard time.now >= since + Pace.settling else {
                return running(memory, Pace.look, note: "waiting until \(production.place.words) shows the swap")
            }
            throw ProviderFailure(
                .unhealthy,
                "The swap was reported as done, and \(production.place.words) still runs \(production.content.words)."
            )
        }
        guard !isNewer else {
            throw ProviderFailure(
                .conflict,
                "\(production.place.words) was swapped and runs \(production.content.words), not \(release.version)."
            )
        }
        // Until then one may be under way, and a second one would undo it.
        guard time.now >= sent + settings.swapTimeout else {
            return running(memory, Pace.swap, note: "the swap's answer was lost; no swap is seen yet")
        }
        (memory.intent, memory.since) = (nil, nil)
        return running(memory, Pace.soon, note: "no swap came of it within \(settings.swapTimeout.text)")
    }
}

extension AzureFailure {
    /// A swap that another attempt was seen to get through, in the service's own words.
    var isPassing: Bool {
        let words = summary.lowercased()
        return words.contains("allocation of vm instances") || words.contains("exclusive lock")
            || words.contains("another operation is in progress")
    }

    /// Refused because a swap has been prepared.
    var isPrepared: Bool { summary.lowercased().contains("prepared for swap") }
}
