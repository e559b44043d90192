import SlipwayModel

extension Observation {
    /// How faithfully the target offers `features`; throws one sentence when that is not good enough.
    func fidelity(
        for features: [Feature],
        of strategy: String,
        accepting: Set<String>
    ) throws(PlanFailure) -> [FidelityNote] {
        var notes: [FidelityNote] = []
        for feature in features {
            let fidelity = capabilities[feature]
            switch fidelity {
            case .exact: break
            case .approximated(let name, let why, let differs):
                guard accepting.contains(name) else {
                    throw PlanFailure(
                        "\(target): \(strategy) is only approximated here (\(why): \(differs)); "
                            + "accept it with `accept: [\(name)]`, or choose another strategy."
                    )
                }
            case .impossible(let why, let instead):
                throw PlanFailure("\(target): \(strategy) is impossible here: \(why); use \(instead) instead.")
            }
            notes.append(FidelityNote(feature, fidelity))
        }
        return notes
    }

    /// A plan of `steps` from this observation to `release`; without steps when it is live and settled already.
    ///
    /// `settling` steps see a release through that is in place and not settled; without them there is no plan for it.
    func plan(
        _ strategy: String,
        to release: Release,
        fidelity: [FidelityNote],
        settling: [Step] = [],
        steps: (Release) -> [Step]
    ) throws(PlanFailure) -> Plan {
        guard let live else {
            throw PlanFailure(
                "\(target): nothing serves production yet, so there is nothing to release from; "
                    + "create the workload once, then release with slipway."
            )
        }
        let isInPlace = live.isSame(as: release)
        guard !isInPlace || isSettled || !settling.isEmpty else {
            throw PlanFailure(
                "\(target): \(release.version) is in place already and not all of its replicas are up, "
                    + "and \(strategy) has no step that waits for them; "
                    + "carry on with the unfinished run if there is one, "
                    + "or wait for the replicas."
            )
        }
        return Plan(
            strategy: strategy,
            context: PlanContext(target: target, old: live, new: release, snapshot: snapshot),
            fingerprint: fingerprint,
            fidelity: fidelity,
            steps: isInPlace ? (isSettled ? [] : settling) : steps(live)
        )
    }
}
