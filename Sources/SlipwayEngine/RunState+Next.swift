public import SlipwayBase
public import SlipwayModel

extension RunState {
    /// What the engine is to do now.
    public enum Decision: Hashable, Sendable {
        /// Write this event.
        case append(Event)
        /// Ask the provider.
        case advance(Call)
        /// Nothing to do before `until`.
        case wait(until: Timestamp)
        /// Nothing to do until a person says go on.
        case askPerson(key: String, prompt: String)
        /// The run is over.
        case end(Verdict)
    }

    /// The next thing to do at `now`. Pure.
    ///
    /// Abort comes before everything else; then the failure of the task under way; then the task itself.
    public func next(at now: Timestamp) -> Decision {
        if let verdict { return .end(verdict) }
        if let abortReason, !isBack { return .append(.turnedBack(cause: abortReason)) }
        guard let task = tasks.first else { return .append(ending) }
        // Even what gives up asks the platform again, so a wait that was asked for comes first.
        if let retryAt, now < retryAt { return .wait(until: retryAt) }
        if let reason = giveUpReason(of: task, at: now) { return .append(givingUp(task, reason)) }
        switch task.kind {
        case .perform(let action): return perform(action, task, now)
        case .pause(let duration): return pause(task, until: now + duration, now)
        case .approval(let prompt):
            if isApproved { return .append(.succeeded(key: task.key, status: Status())) }
            return isPaused ? .askPerson(key: task.key, prompt: prompt) : .append(.paused(key: task.key, until: nil))
        }
    }

    private func perform(_ action: Action, _ task: Task, _ now: Timestamp) -> Decision {
        guard isIntended else { return .append(.intended(key: task.key)) }
        return .advance(Call(action: action, key: task.key, token: token, context: plan.context, fence: fence ?? 0))
    }

    private func pause(_ task: Task, until: Timestamp, _ now: Timestamp) -> Decision {
        guard isPaused else { return .append(.paused(key: task.key, until: until)) }
        guard let pausedUntil, now < pausedUntil, !isApproved else {
            return .append(.succeeded(key: task.key, status: Status()))
        }
        return .wait(until: pausedUntil)
    }

    private func giveUpReason(of task: Task, at now: Timestamp) -> String? {
        if let fault, fault.kind != .transient { return fault.summary }
        guard case .perform = task.kind, isIntended, let watchedSince, now - watchedSince > task.deadline else {
            return nil
        }
        let detail = fault?.summary ?? status.note
        return "not done after \(task.deadline.text)" + (detail.map { ": \($0)" } ?? "")
    }

    private func givingUp(_ task: Task, _ reason: String) -> Event {
        if fault?.kind == .superseded { return .finished(verdict: .superseded, summary: reason) }
        if isBack { return .finished(verdict: .unknown, summary: "taking back stopped at \(task.key): \(reason)") }
        if task.isCleanup { return .leftBehind(key: task.key, reason: reason) }
        return .turnedBack(cause: "\(plan.steps[task.step].title): \(reason)")
    }

    private var ending: Event {
        switch direction {
        case .back(let cause, let verdict):
            let live = plan.context.old.map { "\($0.version) is live" } ?? "nothing is live"
            return .finished(verdict: verdict, summary: "\(live); \(cause)")
        case .forward:
            let left = leftovers.isEmpty ? "" : "; left behind: \(leftovers.joined(separator: "; "))"
            return .finished(verdict: .deployed, summary: "\(plan.context.new.version) is live\(left)")
        }
    }
}
