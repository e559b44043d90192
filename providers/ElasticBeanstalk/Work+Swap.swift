import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension Work {
    /// The environment of `release` has the live CNAME.
    ///
    /// A swap repeated is an undo. So it is asked for only when the other environment has the live CNAME at this very
    /// look, both are Ready, and no event tells of an operation since the intent; what came of it is always read from
    /// the CNAMEs.
    func switchOver(to release: Release) async throws(ProviderFailure) -> Progress {
        guard case .blueGreen(_, _, let cname) = settings.layout else {
            throw ProviderFailure(.refused, "\(call.context.target) has no `cname` to switch.")
        }
        let isForward = !isBack(release)
        let states = isForward ? [snapshot.candidate, snapshot.stable] : [snapshot.stable, snapshot.candidate]
        let found = try await cloud.environments(states.map(\.name))
        guard let wanted = found[0] else {
            throw ProviderFailure(.refused, "\(states[0].name) is not there to take production.")
        }
        if wanted.answers(to: cname) {
            return wanted.isReady ? .done(status: Status()) : try await watch(wanted)
        }
        guard let other = found[1] else {
            throw ProviderFailure(.conflict, "\(states[1].name), which had \(cname), is not there any more.")
        }
        guard wanted.isReady, other.isReady else { return try await watch(wanted.isReady ? other : wanted) }
        guard other.answers(to: cname) else {
            throw ProviderFailure(.conflict, "neither \(wanted.words) nor \(other.words) has \(cname) any more.")
        }
        guard wanted.label == label(release) else {
            throw ProviderFailure(
                .conflict,
                "\(wanted.words) runs \(wanted.label ?? "nothing") and not \(label(release)); someone changed it."
            )
        }
        // On the way back nothing is asked of the former release: it is better than the one that is taken back.
        if isForward, memory.intent == nil {
            let progress = try await settle(wanted, on: release)
            guard case .done = progress else { return progress }
        }
        var goal = Goal(
            name: "CNAME to \(wanted.name)",
            write: cloud.calls.swap(other, wanted),
            note: "asked for \(cname) to lead to \(wanted.name)",
            failure: "\(cname) still leads to \(other.name) after the swap ended"
        )
        goal.patience = Pace.settling
        goal.firstLook = Pace.look
        goal.partner = other
        return try await pursue(goal, on: wanted)
    }
}
