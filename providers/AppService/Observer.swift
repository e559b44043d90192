import SlipwayAzure
import SlipwayBase
import SlipwayModel
import SlipwaySigning

/// Reads a target once: what serves, what could be done, and a digest of everything a plan depends on.
struct Observer: Sendable {
    let target: String
    let settings: AppServiceSettings
    let cloud: Cloud

    /// The site with what every layout reads of it.
    struct Base: Sendable {
        var production: Seen
        var plan: HostingPlan?
        var isWarm: Bool

        var tier: String { plan?.tier ?? production.site.tier ?? "" }
        var planName: String { plan?.name ?? "the plan of \(production.place.site)" }
    }

    func observe() async throws(ProviderFailure) -> Observation {
        switch settings.layout {
        case .site(let name): return observeSite(try await base(name))
        case .slot(let site, let name): return try await observeSlot(try await base(site), name)
        case .pair(let stable, let canary, _): return try await observePair(try await base(stable), canary, share: 0)
        }
    }

    func base(_ name: String) async throws(ProviderFailure) -> Base {
        guard let production = try await cloud.see(Place(site: name)) else { throw try await unknown(name) }
        guard production.content != .image("") else {
            throw ProviderFailure(
                .refused,
                "\(name) has no site container \(settings.container ?? ""); correct `container`, or make it once."
            )
        }
        var plan: HostingPlan?
        if let call = production.site.planID.flatMap({ cloud.calls.plan($0) }) {
            plan = try await cloud.find(call).map(AppServiceReplies.plan)
        }
        let isWarm = await cloud.status(of: production.site, settings.warmUp.path).map(settings.warmUp.accepts) ?? false
        return Base(production: production, plan: plan, isWarm: isWarm)
    }

    /// The failure that a name nobody has means, with the nearest one.
    private func unknown(_ name: String) async throws(ProviderFailure) -> ProviderFailure {
        let group = settings.scope.resourceGroup
        let names = AppServiceReplies.names(try await cloud.list(cloud.calls.sites()))
        let near = name.nearest(of: names).map { "; did you mean “\($0.printable(max: 60))”?" }
        return ProviderFailure(
            .refused,
            "Site \(name) is not there in the resource group \(group)"
                + (near ?? "; create it once, or correct `site`, `resourceGroup` or `subscription`.")
        )
    }

    // MARK: One site, replaced in place

    private func observeSite(_ base: Base) -> Observation {
        var capabilities = Capabilities([.rolling: inPlace(base)])
        let instead = "`rolling`, or a target that names a `slot`"
        for feature in Feature.allCases where feature != .rolling {
            capabilities[feature] = .impossible(why: "the target names no slot", instead: instead)
        }
        capabilities[.batch] = Self.noBatch
        capabilities[.mixedBatch] = Self.noBatch
        let state = state(base.production, isWarm: base.isWarm)
        return observation(
            base,
            capabilities,
            Snapshot(stable: state, candidate: nil),
            digested: [state.digested(isSlot: false)],
            summary: [],
            warnings: []
        )
    }

    static let noBatch = Fidelity.impossible(
        why: "App Service restarts instances as it sees fit",
        instead: "`rolling` without `maxSurge` and `maxUnavailable`, or `blueGreen` with a `slot`"
    )

    /// Replacing what production runs, without a slot.
    func inPlace(_ base: Base) -> Fidelity {
        switch base.production.content {
        case .composed: return Self.composed
        case .package:
            return .impossible(
                why: "a zip that is deployed in place leaves nothing to go back to",
                instead: "`blueGreen` or `canary` with a `slot`"
            )
        case .image:
            guard base.production.site.isRunning else { return stopped(base.production) }
            if base.production.site.targetSwapSlot != nil { return prepared(base.production) }
            return .approximated(
                name: "inPlaceRestart",
                why: "App Service replaces a container in place by restarting it",
                differs: "it says nothing of how many instances restart at a time, and requests may fail meanwhile"
            )
        }
    }

    static let composed = Fidelity.impossible(
        why: "the site runs several containers from one file, which names no single image",
        instead: "site containers, and `container` for the one that is released"
    )

    func stopped(_ seen: Seen) -> Fidelity {
        .impossible(
            why: "\(seen.place.words) does not run (\(seen.site.state))",
            instead: "it after starting it (az webapp start)"
        )
    }

    func prepared(_ production: Seen) -> Fidelity {
        let slot = (production.site.targetSwapSlot ?? "").printable(max: 60)
        return .impossible(
            why: "a swap of \(production.place.words) with \(slot) has been prepared and is not completed",
            instead: "it after completing or cancelling that swap (az webapp deployment slot swap --action reset)"
        )
    }

    // MARK: What all layouts share

    func state(_ seen: Seen, isWarm: Bool = false) -> Snapshot.State {
        var state = Snapshot.State(json: nil)
        (state.content, state.isRunning, state.isWarm) = (seen.content, seen.site.isRunning, isWarm)
        state.isStoppedByUs = seen.site.isStoppedByUs
        return state
    }

    func observation(
        _ base: Base,
        _ capabilities: Capabilities,
        _ snapshot: Snapshot,
        digested: [JSON],
        summary: [String],
        warnings: [String]
    ) -> Observation {
        let production = base.production
        var said: [String] = []
        if !production.site.isRunning {
            said.append("\(production.place.words) does not run (\(production.site.state)).")
        }
        if !base.isWarm, production.site.isRunning {
            said.append("\(production.place.words) does not answer as `warmUp` asks.")
        }
        if settings.lock == nil {
            said.append("There is no lock between machines; name one with `lock: { container: … }`.")
        }
        return Observation(
            target: target,
            live: production.content.release,
            replicas: base.plan?.workers ?? 1,
            isSettled: production.site.isRunning && production.site.operationID == nil,
            capabilities: capabilities,
            patience: .seconds(20 * 60),
            // Room for one more swap after one whose answer was lost is known to have come to nothing.
            routingPatience: settings.swapTimeout + settings.routingCookieTail + .seconds(5 * 60),
            snapshot: snapshot.json,
            fingerprint: SHA256.hexDigest(of: JSON.array(digested).canonical.bytes),
            summary: [
                "subscription \(settings.scope.subscription), resource group \(settings.scope.resourceGroup)",
                "\(production.place.words): \(base.plan?.workers ?? 1) × \(production.content.words)",
            ] + summary,
            warnings: said + warnings
        )
    }
}
