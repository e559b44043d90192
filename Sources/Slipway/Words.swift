internal import SlipwayBase
public import SlipwayEngine
public import SlipwayModel

extension Action {
    /// The end state in words, such as `2.4.1 takes 20% of production`.
    public var words: String {
        let version = release.version.printable(max: 128)
        return switch self {
        case .staged(_, let scale): "a fleet of \(version) runs at \(scale.words), ready to take production"
        case .routed(let percent, _): "the candidate fleet takes \(percent)% of production"
        case .ramped(let ramp, _):
            "the platform has raised the candidate fleet's share from \(ramp.first)% to \(ramp.last)% of production"
        case .matched(let headers, _):
            headers.isEmpty
                ? "no requests are routed by header"
                : "requests with \(headers.map { $0.name.printable(max: 80) }.joined(separator: ", ")) go to \(version)"
        case .live: "\(version) takes all of production"
        case .replacedInPlace: "the stable fleet runs \(version)"
        case .replacedAfterTrial(_, let trial):
            "the stable fleet runs \(version), after \(trial.duration.text) with \(trial.percent)% of production"
        case .retired(_, let disposal): "the fleet of \(version) is \(disposal.words)"
        case .unstaged: "the candidate fleet of \(version) is taken down"
        }
    }
}

extension Scale {
    /// `full size`, `20% of the stable fleet`, `2 replicas`.
    public var words: String {
        switch self {
        case .full: "full size"
        case .percent(let percent): "\(percent)% of the stable fleet"
        case .replicas(let count): count == 1 ? "1 replica" : "\(count) replicas"
        }
    }
}

extension Disposal {
    /// What has become of the fleet.
    public var words: String {
        switch self {
        case .keep: "kept"
        case .scaleDown: "scaled down"
        case .remove: "removed"
        }
    }
}

extension Verdict {
    /// One or two words for people.
    public var words: String {
        switch self {
        case .deployed: "deployed"
        case .rolledBack: "rolled back"
        case .failed: "failed and taken back"
        case .aborted: "aborted and taken back"
        case .superseded: "superseded"
        case .unknown: "state unknown"
        }
    }
}

extension Plan {
    /// `2.4.0 -> 2.4.1`
    public var versions: String {
        "\((context.old?.version ?? "nothing").printable(max: 128)) -> \(context.new.version.printable(max: 128))"
    }
}

extension Step {
    /// The undo action that `key` (`route-20/undo-1`) names; nil when it names the step itself.
    func undo(of key: String) -> Action? {
        guard let text = key.split(separator: "/").dropFirst().first, text.hasPrefix("undo-"),
            let number = Int(text.dropFirst(5)), undo.indices.contains(number - 1)
        else { return nil }
        return undo[number - 1]
    }
}

extension RunState.Task {
    /// What is done in words: the step's title, or the end state its undo brings about.
    public func title(in plan: Plan) -> String {
        let step = plan.steps[step]
        return (step.undo(of: key)?.words ?? step.title).printable(max: 160)
    }
}
