import SlipwayBase
import SlipwayModel

/// What an action will do, call by call, for people to read before it is done.
struct Outline {
    let settings: AppServiceSettings
    let context: PlanContext
    private let snapshot: Snapshot

    init(settings: AppServiceSettings, context: PlanContext) {
        (self.settings, self.context) = (settings, context)
        snapshot = Snapshot(context.snapshot)
    }

    func lines(_ action: Action) -> [String] {
        switch action {
        case .replacedInPlace(let release, _):
            return ["PATCH sites/\(site)/config/web: \(words(release))", "GET \(ask) on \(site) until it answers"]
        case .replacedAfterTrial: return ["impossible: App Service tries no release by itself"]
        case .staged(let release, _): return staged(release)
        case .routed(let percent, _): return routed(percent)
        case .ramped(let ramp, _): return ramped(ramp)
        case .matched: return ["impossible: App Service routes no requests by header"]
        case .live(let release): return live(release)
        case .retired(_, let disposal): return retired(disposal)
        case .unstaged: return unstaged()
        }
    }

    private var site: String { settings.layout.sites[0] }
    private var slot: String {
        switch settings.layout {
        case .site: "…"
        case .slot(_, let name): "slots/\(name)"
        case .pair(_, let canary, _): "sites/\(canary)"
        }
    }
    private var ask: String { settings.warmUp.path.printable(max: 100) }

    private func isBack(_ release: Release) -> Bool { release == context.old && release != context.new }

    private func words(_ release: Release) -> String {
        let name = isBack(release) ? snapshot.stable.content?.words ?? release.version : "\(release.artifact)"
        return name.printable(max: 300)
    }

    private func staged(_ release: Release) -> [String] {
        var lines: [String] = []
        let state = snapshot.candidate
        if !state.exists {
            lines.append("PUT \(slot), like production (only while it is not there)")
            lines.append(
                "PUT \(slot)/config/appsettings: those of production that are not bound to it (only what is missing)"
            )
        }
        switch release.artifact {
        case .bundle(let path, _):
            lines.append("POST /api/publish from \(path.printable(max: 200)) (only if it is not there)")
            lines.append("GET the deployment until it runs, then PUT its marker")
        case .label: lines.append("nothing is deployed: \(slot) holds \(words(release))")
        case .image, .object: lines += image(release)
        }
        if state.isStoppedByUs || isBack(release) || isChanged(release) {
            let untag = "PATCH \(slot) without the tag \(Site.stopTag)"
            lines.append("POST \(slot)/start, then \(untag) (only if it is stopped)")
        }
        if case .pair = settings.layout {
            lines.append("wait \(Pace.restart.text), for as long as the container before it may answer")
        }
        let times = settings.warmUp.successes == 1 ? "" : " \(settings.warmUp.successes) times in a row"
        lines.append("GET \(ask) on the host of \(slot) until it answers\(times)")
        if settings.hasPreview, !isBack(release) {
            lines.append(
                "POST \(slot)/applySlotConfig: production's settings on it, then GET \(ask) again until it answers"
            )
        }
        return lines
    }

    /// Whether a slot gets another image than the one it holds.
    private func isChanged(_ release: Release) -> Bool {
        guard case .slot = settings.layout, case .image(let reference) = release.artifact else { return false }
        return snapshot.candidate.content != .image(reference)
    }

    private func image(_ release: Release) -> [String] {
        let set = "PATCH \(slot)/config/web: \(words(release)) (only if it differs)"
        guard isChanged(release), !snapshot.candidate.isStoppedByUs else { return [set] }
        return ["PATCH \(slot): the tag \(Site.stopTag), then POST \(slot)/stop (only if the image differs)", set]
    }

    private func routed(_ percent: Int) -> [String] {
        guard percent == 0 else {
            return [
                "GET \(ask) on the host of \(slot)",
                "PATCH sites/\(site)/config/web: our rule among experiments.rampUpRules, \(percent)% to \(slot)",
            ]
        }
        let tail = settings.routingCookieTail
        let wait = tail > .zero ? ["wait \(tail.text) for clients that the routing cookie keeps on \(slot)"] : []
        return ["PATCH sites/\(site)/config/web: experiments.rampUpRules without ours"] + wait
    }

    private func ramped(_ ramp: Ramp) -> [String] {
        [
            "PATCH sites/\(site)/config/web: our rule among experiments.rampUpRules, \(ramp.first)% to \(slot), "
                + "changeStep \(ramp.step), changeIntervalInMinutes \(ramp.minutes ?? 0), up to \(ramp.last)%",
            "GET sites/\(site)/config/web until it has risen, and \(ask) on the host of \(slot) all the while",
        ]
    }

    private func live(_ release: Release) -> [String] {
        let other = isBack(release) ? context.new.version : context.old?.version ?? "what it ran"
        let kind = settings.hasPreview && !isBack(release) ? ", completing what was prepared" : ""
        return [
            "POST \(slot)/slotsswap\(kind) (only while production runs \(other))".printable(max: 300),
            "GET its operation until it is over, and sites/\(site) until it shows a newer swap and runs "
                + release.version.printable(max: 100),
        ]
    }

    private func retired(_ disposal: Disposal) -> [String] {
        switch disposal {
        case .keep: return ["nothing: \(slot) keeps running"]
        case .scaleDown: return ["PATCH \(slot): the tag \(Site.stopTag)", "POST \(slot)/stop"]
        case .remove:
            guard case .package? = snapshot.stable.content else { return ["DELETE \(slot)"] }
            return ["DELETE \(slot), with the zip that it runs, which cannot be brought back"]
        }
    }

    private func unstaged() -> [String] {
        let first = settings.hasPreview ? ["POST sites/\(site)/resetSlotConfig (only what was prepared)"] : []
        switch snapshot.candidate.content {
        case nil: return first + ["DELETE \(slot)"]
        case .image(let reference):
            let set = "PATCH \(slot)/config/web: \(reference.printable(max: 200)), as before"
            guard case .slot = settings.layout else { return first + [set] }
            guard !snapshot.candidate.isStoppedByUs else {
                return first + [set, "PATCH \(slot): the tag \(Site.stopTag), then POST \(slot)/stop"]
            }
            return first + [set, "POST \(slot)/start, then PATCH \(slot) without its tag (only if we have stopped it)"]
        case .package, .composed:
            return first + ["nothing: \(slot) keeps what was deployed, which a zip cannot take back"]
        }
    }
}
