import SlipwayAzure
import SlipwayBase
import SlipwayModel

extension Work {
    /// The candidate runs `release` and answers, and takes no production; with a preview, under production's settings.
    func stage(_ release: Release, _ scale: Scale) async throws(ProviderFailure) -> Progress {
        guard let place = candidate else { throw ProviderFailure(.refused, "\(call.context.target) names no `slot`.") }
        if place.slot != nil, scale != .full {
            throw ProviderFailure(.refused, "A slot shares the plan of its site and has no size of its own.")
        }
        let production = try await cloud.need(production)
        if let progress = busy(production) { return progress }
        guard let slot = try await cloud.see(place) else { return try await make(place, production, release) }
        if let progress = busy(slot) { return progress }
        if !runs(release, slot.content) {
            try refuseWrong(release, slot)
            try refuseTouching(production, slot, release)
            try refuseStopped(slot)
        }
        if let progress = try await copySettings(to: slot) { return progress }
        // A zip is deployed to what runs, and its deployment tells how that goes.
        if case .package = slot.content, let progress = try await start(slot) { return progress }
        if let progress = try await put(release, on: slot, isAtRest: place.slot != nil) { return progress }
        if let progress = try await start(slot) { return progress }
        if mayStandIn(slot), let progress = outlast(slot) { return progress }
        if let progress = try await warm(slot) { return progress }
        if let progress = try await prepare(production, slot, release) { return progress }
        return .done(status: Status(note: memory.deployment == nil ? nil : memory.note))
    }

    /// An image for a site of packages, or the other way round.
    func refuseWrong(_ release: Release, _ seen: Seen) throws(ProviderFailure) {
        if isBack(release) { return }
        switch (release.artifact, seen.content) {
        case (.image, .image), (.bundle(_, .some), .package): return
        case (.bundle, .package):
            throw ProviderFailure(.refused, "\(release.artifact) was not read when the plan was made.")
        case (_, .composed):
            throw ProviderFailure(
                .refused,
                "\(seen.place.words) runs several containers from one file, which is not released; change it to site "
                    + "containers and name one with `container`."
            )
        case (_, .image):
            throw ProviderFailure(
                .refused,
                "\(seen.place.words) runs a container image, and the release is \(release.artifact); give "
                    + "`release.image`."
            )
        case (_, .package):
            throw ProviderFailure(
                .refused,
                "\(seen.place.words) runs a deployed zip, and the release is \(release.artifact); give "
                    + "`release.bundle`, and `artifact: bundle` where both are given."
            )
        }
    }

    /// What a slot must not be changed under.
    private func refuseTouching(_ production: Seen, _ slot: Seen, _ release: Release) throws(ProviderFailure) {
        guard let name = slot.place.slot else { return try refuseWeight(of: slot.place) }
        try refuseServing(production, name)
        if !isBack(release) { try refuseMoved(production) }
        if let prepared = production.site.targetSwapSlot {
            throw ProviderFailure(
                .conflict,
                "A swap of \(production.place.words) with \(prepared.printable(max: 60)) has been prepared meanwhile; "
                    + "cancel it (az webapp deployment slot swap --action reset) and release again."
            )
        }
    }

    func isOurs(_ slot: String) -> Bool { candidate?.slot?.lowercased() == slot.lowercased() }

    /// Refuses to change or start what somebody else has stopped.
    private func refuseStopped(_ seen: Seen) throws(ProviderFailure) {
        guard !seen.site.isRunning, !seen.site.isStoppedByUs, !snapshot.candidate.isStoppedByUs,
            !isBack(call.action.release)
        else { return }
        throw ProviderFailure(
            .conflict,
            "\(seen.place.words) was stopped by somebody (\(seen.site.state)); start it and release again."
        )
    }

    /// Whether a container from before the release may answer in the place of what a candidate should run.
    ///
    /// A slot has been stopped for its image, unless it held that already when the plan was made; a site beside
    /// production is not stopped, since others than production's clients may use it.
    private func mayStandIn(_ seen: Seen) -> Bool {
        guard case .image = seen.content else { return false }
        if seen.place.slot == nil { return true }
        let former = snapshot.candidate
        return !isBack(call.action.release) && former.isRunning && former.content == seen.content
    }

    /// Nil when `seen` runs `release`; `isAtRest` asks for an image to be put only where nothing runs.
    func put(_ release: Release, on seen: Seen, isAtRest: Bool = false) async throws(ProviderFailure) -> Progress? {
        guard !runs(release, seen.content) else { return nil }
        if isBack(release) {
            guard case .image(let reference)? = snapshot.stable.content else {
                throw ProviderFailure(
                    .refused,
                    "\(seen.place.words) does not hold \(release.version) any more, and what was deployed as a zip "
                        + "cannot be brought back; deploy \(release.version) again."
                )
            }
            return try await setImage(reference, on: seen, isAtRest: isAtRest)
        }
        switch release.artifact {
        case .image(let reference): return try await setImage(reference, on: seen, isAtRest: isAtRest)
        case .bundle(let path, let sha256?): return try await deploy(path, sha256, release.version, to: seen)
        default: throw ProviderFailure(.refused, "App Service does not run \(release.artifact).")
        }
    }

    /// Asks `seen` for an image; one that is to be at rest is stopped first.
    ///
    /// App Service lets the container before it answer until the new one does, for minutes where that never comes up:
    /// whatever answered then would be taken for the release.
    func setImage(_ reference: String, on seen: Seen, isAtRest: Bool = false) async throws(ProviderFailure) -> Progress
    {
        if let progress = heldUp() { return progress }
        let isWindows = seen.site.isWindowsContainer || seen.config.isWindowsImage
        var setting = cloud.calls.setImage(seen.place, reference, isWindows: isWindows)
        if seen.config.hasSiteContainers { setting = try await containerImage(reference, on: seen) }
        if isAtRest, let progress = try await stop(seen, .staging) { return progress }
        try await cloud.send(setting)
        // Where nothing runs there is nothing to wait for.
        let wait = seen.site.isRunning ? Pace.look : Pace.soon
        return wrote("asked \(seen.place.words) for \(reference.printable(max: 200))", wait)
    }

    private func containerImage(_ reference: String, on seen: Seen) async throws(ProviderFailure) -> ARMCall {
        let name = try cloud.containerName(seen.place)
        var found = try await cloud.find(cloud.calls.container(seen.place, name))
        if found == nil { found = try await cloud.find(cloud.calls.container(production, name)) }
        let present = found?["properties"] ?? ["isMain": true]
        guard present["authType"]?.string?.lowercased() != "usercredentials" else {
            throw ProviderFailure(
                .refused,
                "The site container \(name) of \(seen.place.words) pulls with a password that Azure does not give "
                    + "back, so that its image cannot be changed without losing it; let it pull with an identity."
            )
        }
        return cloud.calls.setImage(seen.place, name, present, reference)
    }

    /// Nil when `seen` runs without our tag.
    ///
    /// The tag goes last: as long as it is there, whoever goes on knows that we may start it.
    func start(_ seen: Seen) async throws(ProviderFailure) -> Progress? {
        guard seen.site.isRunning else {
            try refuseStopped(seen)
            if let progress = heldUp() { return progress }
            try await cloud.send(cloud.calls.start(seen.place))
            return wrote("asked \(seen.place.words) to start")
        }
        guard seen.site.isStoppedByUs else { return nil }
        return try await tag(seen, nil)
    }

    /// Sets the tag of a slot that we stop, or with nil removes it; tags of others stay.
    func tag(_ seen: Seen, _ stop: Site.Stop?) async throws(ProviderFailure) -> Progress {
        if let progress = heldUp() { return progress }
        var tags = seen.site.tags
        tags[Site.stopTag] = stop.map { .string($0.rawValue) }
        try await cloud.send(cloud.calls.tag(seen.place, tags))
        var memory = memory
        memory.note = "\(stop == nil ? "unmarked" : "marked") \(seen.place.words) as stopped by a release"
        return running(memory, Pace.soon)
    }

    /// Nil when production's settings are applied to the slot, where that is asked for.
    private func prepare(_ production: Seen, _ slot: Seen, _ release: Release) async throws(ProviderFailure)
        -> Progress?
    {
        guard settings.hasPreview, slot.place.slot != nil, !isBack(release), !runs(release, production.content) else {
            return nil
        }
        guard production.site.targetSwapSlot == nil else { return nil }
        if let progress = heldUp() { return progress }
        do throws(ProviderFailure) { try await cloud.send(cloud.calls.prepare(slot.place)) } catch {
            // Whether it took effect is read of production.
            guard error.kind == .transient else { throw error }
            return running(memory, error.retryAfter ?? Pace.busy, note: error.summary)
        }
        return wrote("asked for production's settings on \(slot.place.words)")
    }
}
