import SlipwayBase
public import SlipwayModel

/// Gives the new release a growing share of production, step by step, then puts it in the old one's place.
public struct CanaryStrategy: Strategy, Hashable {
    /// One step, in the words of Argo Rollouts.
    public enum Step: Hashable, Sendable {
        /// The candidate takes such a share of production, 1 to 100 percent.
        case setWeight(Int)
        /// Wait so long; nil waits until a person says go on.
        case pause(Duration?)
        /// The candidate fleet has such a size from here on; nil follows the weight again.
        case setCanaryScale(Scale?)
        /// Requests with one of these headers go to the candidate; none when empty.
        case setHeaderRoute([HeaderMatch])
    }

    /// The steps in order.
    public var steps: [Step]
    /// How long a fleet may take to become ready; nil is the platform's own patience.
    public var deadline: Duration?

    /// Makes a canary strategy.
    public init(steps: [Step], deadline: Duration? = nil) { (self.steps, self.deadline) = (steps, deadline) }

    /// `canary`
    public var name: String { "canary" }

    /// The steps as asked, then the promotion.
    ///
    /// Where the candidate is promoted by replacement, it takes everything while the stable fleet is replaced, so that
    /// no request meets a half-replaced fleet; by a switchover, its share is taken away before the switch. Every undo
    /// first takes the candidate's traffic away.
    public func plan(
        from observation: Observation,
        to release: Release,
        accepting: Set<String>
    ) throws(PlanFailure) -> Plan {
        if let trial = try trial(on: observation) {
            return try plan(trial, from: observation, to: release, accepting: accepting)
        }
        if let ramp = try ramp(on: observation) {
            let fidelity = try observation.fidelity(for: [.ramp], of: name, accepting: accepting)
            return try observation.plan(name, to: release, fidelity: fidelity) { live in
                var compiler = CanaryCompiler(from: live, to: release, on: observation, deadline: deadline)
                compiler.add(ramp)
                compiler.promote()
                return compiler.steps
            }
        }
        var features: [Feature] = [.weights]
        for step in steps {
            switch step {
            case .setHeaderRoute where !features.contains(.headers): features.append(.headers)
            case .setCanaryScale where !features.contains(.candidateScale): features.append(.candidateScale)
            default: break
            }
        }
        let fidelity = try observation.fidelity(for: features, of: name, accepting: accepting)
        return try observation.plan(name, to: release, fidelity: fidelity) { live in
            var compiler = CanaryCompiler(from: live, to: release, on: observation, deadline: deadline)
            for step in steps { compiler.add(step) }
            compiler.promote()
            return compiler.steps
        }
    }
}

extension CanaryStrategy {
    /// The steps as one trial by the platform itself, where it has no weights and they are one weight and one wait.
    private func trial(on observation: Observation) throws(PlanFailure) -> Trial? {
        guard case .impossible = observation.capabilities[.weights],
            steps.count == 2, case .setWeight(let percent) = steps[0], case .pause(let duration?) = steps[1]
        else { return nil }
        if case .impossible = observation.capabilities[.trial] { return nil }
        let trial = Trial(percent: percent, duration: duration)
        if let objection = observation.capabilities.trialLimits?.objection(to: trial) {
            throw PlanFailure(
                "\(observation.target): the canary's one step is tried by the platform itself: \(objection)."
            )
        }
        return trial
    }

    /// The steps as one ramp of the platform's own, where it has no weights: equal rises after equal waits of whole
    /// minutes.
    private func ramp(on observation: Observation) throws(PlanFailure) -> Ramp? {
        guard case .impossible = observation.capabilities[.weights] else { return nil }
        if case .impossible = observation.capabilities[.ramp] { return nil }
        guard let ramp = Ramp(steps) else {
            throw PlanFailure(
                "\(observation.target): the platform is to raise the canary's share by itself, and its steps are not "
                    + "equal rises after equal waits of whole minutes (such as setWeight 10, pause 10m, setWeight 20, "
                    + "pause 10m); change the steps, or leave the ramp to slipway."
            )
        }
        return ramp
    }

    private func plan(
        _ trial: Trial,
        from observation: Observation,
        to release: Release,
        accepting: Set<String>
    ) throws(PlanFailure) -> Plan {
        let fidelity = try observation.fidelity(for: [.trial], of: name, accepting: accepting)
        return try observation.plan(name, to: release, fidelity: fidelity) { live in
            [
                SlipwayModel.Step(
                    "trial",
                    "Give \(trial.percent)% of production to \(release.version) for \(trial.duration.text), "
                        + "then replace \(live.version)",
                    .perform(action: .replacedAfterTrial(release: release, trial: trial)),
                    undo: [.replacedInPlace(release: live, batch: Batch())],
                    deadline: (deadline ?? observation.patience) + trial.duration
                )
            ]
        }
    }
}

extension Ramp {
    /// The ramp that canary steps are: weights and timed pauses by turns, every rise and every pause like the first.
    fileprivate init?(_ steps: [CanaryStrategy.Step]) {
        guard !steps.isEmpty, steps.count.isMultiple(of: 2) else { return nil }
        var (weights, pauses): ([Int], [Duration]) = ([], [])
        for (index, step) in steps.enumerated() {
            switch step {
            case .setWeight(let weight) where index.isMultiple(of: 2): weights.append(weight)
            case .pause(let duration?) where !index.isMultiple(of: 2): pauses.append(duration)
            default: return nil
            }
        }
        let rises = Set(zip(weights, weights.dropFirst()).map { $1 - $0 })
        guard Set(pauses).count == 1, rises.count <= 1 else { return nil }
        let wait = pauses[0].components
        guard wait.seconds >= 60, wait.seconds.isMultiple(of: 60), wait.attoseconds == 0 else { return nil }
        self.init(first: weights[0], last: weights[weights.count - 1], step: rises.first ?? 0, interval: pauses[0])
    }
}
