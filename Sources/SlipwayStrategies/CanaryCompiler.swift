import SlipwayBase
import SlipwayModel

/// Turns canary steps into plan steps while it remembers what the candidate has by then.
struct CanaryCompiler {
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
