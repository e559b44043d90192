import SlipwayBase
import SlipwayModel

extension Observer {
    /// Two environments of which the one that has the live CNAME serves.
    func observeBlueGreen(_ names: [String], _ found: [Environment?], _ cname: String) async throws(ProviderFailure)
        -> Observation
    {
        let present = found.compactMap { $0 }
        guard !present.isEmpty else { throw try await unknown(names[0]) }
        guard let live = present.first(where: { $0.answers(to: cname) }) else {
            let held = present.map { "\($0.name) has \(($0.cname ?? "none").printable(max: 255))" }
            throw ProviderFailure(
                .refused,
                "\(held.joined(separator: ", ")): neither is \(cname); correct `cname`, or swap it to the environment "
                    + "that serves."
            )
        }
        let stable = try await see(live)
        let candidate = try await seen(present.first { $0.id != live.id })
        let candidateName = names.first { $0 != live.name } ?? ""
        var capabilities = Capabilities([
            .blueGreen: switching(stable, candidate),
            .emptyFleet: .approximated(
                name: "oneInstance",
                why: "an environment without instances cannot be kept",
                differs: "the old environment keeps one instance"
            ),
        ])
        for feature in [Feature.rolling, .batch, .mixedBatch, .weights, .headers, .candidateScale, .trial] {
            capabilities[feature] = .impossible(
                why: "the target names a blue and a green environment",
                instead: "`strategy: { blueGreen: {} }`, or name `environment:` or `stable:` and `canary:`"
            )
        }
        let state = candidate?.state ?? Snapshot.State(name: candidateName)
        let settled = [stable, candidate].compactMap { $0 }.map(isSettled)
        return Observation(
            target: target,
            live: self.live(live),
            replicas: stable.count,
            isSettled: isSettled(stable),
            capabilities: capabilities,
            snapshot: Snapshot(stable: stable.state, candidate: state).json,
            fingerprint: digest([stable.state.digested, state.digested] + settled.map { .bool($0) }),
            summary: [summary(stable), candidate.map(summary) ?? "\(candidateName): to be made like \(live.name)"],
            warnings: warnings(stable) + [
                "The switch is a change of names in DNS: clients that keep the old address reach the old environment "
                    + "for a while, which is therefore not taken down before \(settings.dnsTail.text) have passed."
            ]
        )
    }

    private func switching(_ stable: Seen, _ candidate: Seen?) -> Fidelity {
        for seen in [stable, candidate].compactMap({ $0 }) {
            guard seen.environment.isWebTier else {
                return .impossible(
                    why: "\(seen.environment.name) is a worker, which has no CNAME",
                    instead: "`rolling` with `environment:`"
                )
            }
            if let trouble = trouble(seen) { return trouble }
        }
        return .exact
    }
}

extension Snapshot.State {
    /// An environment that is not there.
    init(name: String) { self.name = name }
}
