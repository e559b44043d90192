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
        }
        if let progress = try await copySettings(to: slot) { return progress }
        if let progress = try await start(slot, isWanted: !runs(release, slot.content)) { return progress }
        if let progress = try await put(release, on: slot) { return progress }
        if let progress = try await start(slot, isWanted: true) { return progress }
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

    /// Nil when `seen` runs `release`.
    func put(_ release: Release, on seen: Seen) async throws(ProviderFailure) -> Progress? {
        guard !runs(release, seen.content) else { return nil }
        if isBack(release) {
            guard case .image(let reference)? = snapshot.stable.content else {
                throw ProviderFailure(
                    .refused,
                    "\(seen.place.words) does not hold \(release.version) any more, and what was deployed as a zip "
                        + "cannot be brought back; deploy \(release.version) again."
                )
            }
            return try await setImage(reference, on: seen)
        }
        switch release.artifact {
        case .image(let reference): return try await setImage(reference, on: seen)
        case .bundle(let path, let sha256?): return try await deploy(path, sha256, release.version, to: seen)
        default: throw ProviderFailure(.refused, "App Service does not run \(release.artifact).")
        }
    }

    func setImage(_ reference: String, on seen: Seen) async throws(ProviderFailure) -> Progress {
        if let progress = heldUp() { return progress }
        if seen.config.hasSiteContainers {
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
            try await cloud.send(cloud.calls.setImage(seen.place, name, present, reference))
        } else {
            let isWindows = seen.site.isWindowsContainer || seen.config.isWindowsImage
            try await cloud.send(cloud.calls.setImage(seen.place, reference, isWindows: isWindows))
        }
        return wrote("asked \(seen.place.words) for \(reference.printable(max: 200))")
    }

    /// Nil when `seen` runs, or need not.
    ///
    /// The tag goes last: as long as it is there, whoever goes on knows that we may start it.
    func start(_ seen: Seen, isWanted: Bool) async throws(ProviderFailure) -> Progress? {
        guard isWanted else { return nil }
        if !seen.site.isRunning {
            // An image is set first, so that the one before it does not come up again.
            if case .image = seen.content, !runs(call.action.release, seen.content) { return nil }
            guard seen.site.isStoppedByUs || snapshot.candidate.isStoppedByUs || isBack(call.action.release) else {
                throw ProviderFailure(
                    .conflict,
                    "\(seen.place.words) was stopped by somebody (\(seen.site.state)); start it and release again."
                )
            }
            if let progress = heldUp() { return progress }
            try await cloud.send(cloud.calls.start(seen.place))
            return wrote("asked \(seen.place.words) to start")
        }
        guard seen.site.isStoppedByUs else { return nil }
        return try await tag(seen, isStopped: false)
    }

    /// Sets or removes the tag of a slot that we stop; tags of others stay.
    func tag(_ seen: Seen, isStopped: Bool) async throws(ProviderFailure) -> Progress {
        if let progress = heldUp() { return progress }
        var tags = seen.site.tags
        tags[Site.stopTag] = isStopped ? "old: scaleDown" : nil
        try await cloud.send(cloud.calls.tag(seen.place, tags))
        var memory = memory
        memory.note = "\(isStopped ? "marked" : "unmarked") \(seen.place.words) as stopped by a release"
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
