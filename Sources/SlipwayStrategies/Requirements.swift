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

    /// A plan of `steps` from this observation to `release`; without steps when the release is live already.
    func plan(
        _ strategy: String,
        to release: Release,
        fidelity: [FidelityNote],
        steps: (Release) -> [Step]
    ) throws(PlanFailure) -> Plan {
        guard let live else {
            throw PlanFailure(
                "\(target): nothing serves production yet, so there is nothing to release from; "
                    + "create the workload once, then release with slipway."
            )
        }
        return Plan(
            strategy: strategy,
            context: PlanContext(target: target, old: live, new: release, snapshot: snapshot),
            fingerprint: fingerprint,
            fidelity: fidelity,
            steps: live.artifact == release.artifact ? [] : steps(live)
        )
    }
}

/// How long a change of routing may take to be seen, well above what controllers were seen to need.
let routingDeadline = Duration.seconds(300)
