internal import SlipwayBase
public import SlipwayEngine
internal import SlipwayModel

/// One durable event of a run, with the state it leads to.
public struct Update: Sendable, CustomStringConvertible {
    /// The run.
    public var run: RunID
    /// The target's name.
    public var target: String
    /// What was written.
    public var record: Record
    /// Where the run stands after it.
    public var state: RunState

    /// Makes an update.
    public init(run: RunID, target: String, record: Record, state: RunState) {
        (self.run, self.target, self.record, self.state) = (run, target, record, state)
    }

    /// Time, run and what happened, on one printable line.
    public var description: String {
        "\(record.at.rfc3339Seconds) \(run)  \(Narration(run: run, state: state, event: record.event).sentence)"
    }

    /// What happened in one printable sentence; nil for events that say nothing to people.
    public var news: String? {
        let narration = Narration(run: run, state: state, event: record.event)
        return narration.isNews ? narration.sentence : nil
    }
}

/// Tells an event in words.
struct Narration {
    let run: RunID
    let state: RunState
    let event: Event

    /// Whether people who follow the run want to read it.
    var isNews: Bool {
        switch event {
        case .locked: false
        case .takenUp: state.sequence > 3
        default: true
        }
    }

    var sentence: String {
        switch event {
        case .planned(let plan):
            "\(plan.strategy) release \(plan.versions), \(plan.steps.count) step\(plan.steps.count == 1 ? "" : "s")"
        case .takenUp(let holder): "taken up by \(holder.printable(max: 100))"
        case .locked(let fence): "holds the target's lock, token \(fence)"
        case .intended(let key): label(key)
        case .progressed(_, _, let status): words(status) ?? "under way"
        case .faulted(_, let failure, let retryAt):
            failure.summary.printable() + (retryAt.map { "; asked again at \($0.rfc3339Seconds)" } ?? "")
        case .succeeded(let key, let status): "\(place(key)) done" + (words(status).map { ": \($0)" } ?? "")
        case .paused(let key, let until?): "\(label(key)), until \(until.rfc3339Seconds)"
        case .paused(let key, nil): "\(label(key)): \(prompt(key)) `slipway resume \(run)` goes on"
        case .approved: "a person said go on"
        case .leftBehind(_, let reason): "left behind: \(reason.printable())"
        case .abortRequested(let reason): "abort asked for: \(reason.printable())"
        case .rollbackRequested(let reason): "rollback asked for: \(reason.printable())"
        case .turnedBack(let cause): "taking everything back: \(cause.printable())"
        case .finished(let verdict, let summary): "\(verdict.words): \(summary.printable())"
        }
    }

    private func label(_ key: String) -> String { "\(place(key)): \(title(key))" }

    private func place(_ key: String) -> String {
        guard let index = stepIndex(key) else { return key.printable(max: 80) }
        return (key.contains("/undo-") ? "undo of step" : "step") + " \(index + 1) of \(state.plan.steps.count)"
    }

    private func title(_ key: String) -> String {
        guard let index = stepIndex(key) else { return key.printable(max: 80) }
        let step = state.plan.steps[index]
        guard let undo = step.undo(of: key) else { return step.title.printable(max: 160) }
        return undo.words
    }

    private func prompt(_ key: String) -> String {
        guard let index = stepIndex(key), case .approval(let prompt) = state.plan.steps[index].kind else { return "" }
        return prompt.printable(max: 160)
    }

    private func stepIndex(_ key: String) -> Int? {
        let id = key.split(separator: "/", maxSplits: 1).first.map(String.init) ?? key
        return state.plan.steps.firstIndex { $0.id == id }
    }

    private func words(_ status: Status) -> String? {
        var parts: [String] = []
        if let ready = status.ready { parts.append("ready \(ready)" + (status.wanted.map { "/\($0)" } ?? "")) }
        if let weight = status.weight { parts.append("weight \(weight)%") }
        if let note = status.note { parts.append(note.printable(max: 300)) }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
