import SlipwayBase
public import SlipwayModel

/// Brings up a whole second fleet, looks at it, and switches all production traffic at once.
public struct BlueGreenStrategy: Strategy, Hashable {
    /// Whether the switch is made as soon as the new fleet is ready, or only when a person says so.
    public var autoPromote: Bool
    /// How long the old fleet keeps running after the switch, so that going back takes a moment.
    public var scaleDownDelay: Duration
    /// What becomes of the old fleet after that.
    public var disposal: Disposal
    /// How long the new fleet may take to become ready; nil is the platform's own patience.
    public var deadline: Duration?

    /// Makes a blue-green strategy.
    public init(
        autoPromote: Bool = true,
        scaleDownDelay: Duration = .seconds(30),
        disposal: Disposal = .scaleDown,
        deadline: Duration? = nil
    ) {
        (self.autoPromote, self.scaleDownDelay) = (autoPromote, scaleDownDelay)
        (self.disposal, self.deadline) = (disposal, deadline)
    }

    /// `blueGreen`
    public var name: String { "blueGreen" }

    /// Stage, look, switch, wait, dispose; the undo switches back before it removes anything.
    public func plan(
        from observation: Observation,
        to release: Release,
        accepting: Set<String>
    ) throws(PlanFailure) -> Plan {
        let features: [Feature] = disposal == .scaleDown ? [.blueGreen, .emptyFleet] : [.blueGreen]
        let fidelity = try observation.fidelity(for: features, of: name, accepting: accepting)
        return try observation.plan(name, to: release, fidelity: fidelity) { live in
            steps(
                from: live,
                to: release,
                deadline: deadline ?? observation.patience,
                routingDeadline: observation.routingPatience
            )
        }
    }

    private func steps(
        from live: Release,
        to release: Release,
        deadline: Duration,
        routingDeadline: Duration
    ) -> [Step] {
        var steps = [
            Step(
                "stage",
                "Bring up \(release.version) beside \(live.version)",
                .perform(action: .staged(release: release, scale: .full)),
                undo: [.unstaged(release: release)],
                deadline: deadline
            )
        ]
        if !autoPromote {
            steps.append(
                Step("approve", "Wait for approval", .approval(prompt: "switch production to \(release.version)?"))
            )
        }
        steps.append(
            Step(
                "switch",
                "Switch production to \(release.version)",
                .perform(action: .live(release: release)),
                undo: [.live(release: live)],
                deadline: routingDeadline
            )
        )
        guard disposal != .keep else { return steps }
        if scaleDownDelay > .zero {
            steps.append(
                Step("delay", "Keep \(live.version) for \(scaleDownDelay.text)", .pause(duration: scaleDownDelay))
            )
        }
        let verb = disposal == .remove ? "Remove" : "Scale down"
        steps.append(
            Step(
                "retire",
                "\(verb) \(live.version)",
                .perform(action: .retired(release: live, disposal: disposal)),
                undo: [.staged(release: live, scale: .full)],
                deadline: deadline,
                isCleanup: true
            )
        )
        return steps
    }
}
