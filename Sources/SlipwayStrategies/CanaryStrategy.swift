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

    /// The steps as one ramp of the platform's own, where the target asks for that: equal rises after equal waits of
    /// whole minutes.
    private func ramp(on observation: Observation) throws(PlanFailure) -> Ramp? {
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

/// Turns canary steps into plan steps while it remembers what the candidate has by then.
private struct CanaryCompiler {
    let live: Release
    let release: Release
    let deadline: Duration
    let routingDeadline: Duration
    let promotion: Promotion
    private(set) var steps: [Step] = []
    private var scale: Scale?
    private var staged: Scale?
    private var weight = 0
    private var matches: [HeaderMatch] = []
    private var pauses = 0

    init(from live: Release, to release: Release, on observation: Observation, deadline: Duration?) {
        (self.live, self.release) = (live, release)
        (self.deadline, routingDeadline) = (deadline ?? observation.patience, observation.routingPatience)
        promotion = observation.capabilities.promotion
        // What takes the stable fleet's place in one switch has its size from the beginning.
        if promotion == .switchover { scale = .full }
    }

    mutating func add(_ step: CanaryStrategy.Step) {
        switch step {
        case .setWeight(let percent):
            stage(scale ?? .percent(percent))
            route(percent, id: "route-\(percent)", "Give \(percent)% of production to \(release.version)")
        case .pause(let duration?):
            pauses += 1
            steps.append(Step("pause-\(pauses)", "Wait \(duration.text)", .pause(duration: duration)))
        case .pause(nil):
            pauses += 1
            let prompt = "go on with \(release.version) at \(weight)%?"
            steps.append(Step("approve-\(pauses)", "Wait for approval", .approval(prompt: prompt)))
        case .setCanaryScale(let scale):
            self.scale = scale
            stage(scale ?? .percent(max(weight, 1)))
        case .setHeaderRoute(let matches):
            if staged == nil { stage(scale ?? .percent(1)) }
            match(matches)
        }
    }

    mutating func add(_ ramp: Ramp) {
        stage(scale ?? .full)
        weight = ramp.last
        steps.append(
            Step(
                "ramp",
                "Let the platform raise \(release.version) from \(ramp.first)% to \(ramp.last)% of production",
                .perform(action: .ramped(ramp: ramp, release: release)),
                undo: [.routed(percent: 0, release: release)],
                deadline: routingDeadline + ramp.duration
            )
        )
    }

    mutating func promote() {
        switch promotion {
        case .replacement: replace()
        case .switchover: switchOver()
        }
    }

    /// The candidate's share goes first: a rule that stays would lead to the old release as soon as they have changed
    /// places.
    private mutating func switchOver() {
        stage(.full)
        route(0, id: "clear", "Take the share of \(release.version) away before the switch")
        steps.append(
            Step(
                "switch",
                "Switch production to \(release.version)",
                .perform(action: .live(release: release)),
                undo: [.live(release: live)],
                deadline: routingDeadline
            )
        )
    }

    private mutating func replace() {
        stage(.full)
        if weight != 100 { route(100, id: "take-over", "Give all of production to the candidate fleet") }
        steps.append(
            Step(
                "promote",
                "Replace \(live.version) by \(release.version) in the stable fleet",
                .perform(action: .replacedInPlace(release: release, batch: Batch())),
                undo: [.replacedInPlace(release: live, batch: Batch())],
                deadline: deadline
            )
        )
        steps.append(
            Step(
                "hand-back",
                "Give all of production to the stable fleet",
                .perform(action: .routed(percent: 0, release: release)),
                undo: [.routed(percent: 100, release: release)],
                deadline: routingDeadline
            )
        )
        if !matches.isEmpty { match([]) }
        steps.append(
            Step(
                "clean-up",
                "Take the candidate fleet down",
                .perform(action: .unstaged(release: release)),
                undo: [.staged(release: release, scale: .full)],
                deadline: deadline,
                isCleanup: true
            )
        )
    }

    private mutating func stage(_ wanted: Scale) {
        guard staged != wanted else { return }
        let isFirst = staged == nil
        staged = wanted
        let number = steps.count { $0.id.hasPrefix("stage") } + 1
        steps.append(
            Step(
                "stage-\(number)",
                "Bring up \(release.version) at \(words(wanted))",
                .perform(action: .staged(release: release, scale: wanted)),
                undo: isFirst ? [.unstaged(release: release)] : [],
                deadline: deadline
            )
        )
    }

    private mutating func route(_ percent: Int, id: String, _ title: String) {
        weight = percent
        steps.append(
            Step(
                id,
                title,
                .perform(action: .routed(percent: percent, release: release)),
                undo: [.routed(percent: 0, release: release)],
                deadline: routingDeadline
            )
        )
    }

    private mutating func match(_ wanted: [HeaderMatch]) {
        let former = matches
        matches = wanted
        let number = steps.count { $0.id.hasPrefix("headers") } + 1
        let title =
            wanted.isEmpty
            ? "Stop routing by header" : "Route \(wanted.map(\.name).joined(separator: ", ")) to \(release.version)"
        // On the way back nobody may reach the candidate, whatever stood here before; only after the hand-back,
        // when the candidate is brought up again, the former matches return.
        let undo: [HeaderMatch] = wanted.isEmpty ? former : []
        steps.append(
            Step(
                "headers-\(number)",
                title,
                .perform(action: .matched(headers: wanted, release: release)),
                undo: [.matched(headers: undo, release: release)],
                deadline: routingDeadline
            )
        )
    }

    private func words(_ scale: Scale) -> String {
        switch scale {
        case .full: "full size"
        case .percent(let percent): "\(percent)% of the stable fleet"
        case .replicas(let count): count == 1 ? "1 replica" : "\(count) replicas"
        }
    }
}
