public import SlipwayBase
public import SlipwayModel

/// What a run's records say, and what they ask for next.
///
/// Pure: this is the whole decision making of the engine. Status, progress lines and audit are read from it too.
public struct RunState: Sendable {
    /// One thing to bring about: a step, or one action of a step's undo.
    public struct Task: Hashable, Sendable {
        /// Derived from the plan: `route-20`, or `route-20/undo-1` on the way back.
        public var key: String
        /// The index of its step in the plan.
        public var step: Int
        /// What is to be done.
        public var kind: Step.Kind
        /// How long it may take while it is watched.
        public var deadline: Duration
        /// Whether its failure is only reported.
        public var isCleanup: Bool
    }

    /// Which way the run goes.
    public enum Direction: Hashable, Sendable {
        /// Towards the new release.
        case forward
        /// Back to the old one, because of `cause`; `verdict` is the end if all goes well.
        case back(cause: String, verdict: Verdict)
    }

    /// The plan.
    public let plan: Plan
    /// Which way the run goes.
    public private(set) var direction = Direction.forward
    /// What is still to be done, in order; the first is under way.
    public private(set) var tasks: [Task]
    /// Steps that were reached so far, going forward.
    public private(set) var stepsDone = 0
    /// The last status of the platform.
    public private(set) var status = Status()
    /// What the platform said last about the task under way; nil until it has said something.
    public private(set) var report: Status?
    /// When each step began, by key.
    public private(set) var begun: [String: Timestamp] = [:]
    /// What cleaning steps left behind.
    public private(set) var leftovers: [String] = []
    /// How the run ended; nil while it goes on.
    public private(set) var verdict: Verdict?
    /// One sentence about the end.
    public private(set) var summary = ""
    /// The last failure of the task under way.
    public private(set) var fault: ProviderFailure?
    /// Failures of the task under way without success between them.
    public private(set) var faults = 0
    /// When a timed pause ends.
    public private(set) var pausedUntil: Timestamp?
    /// The last fencing token; nil before the first lock.
    public private(set) var fence: Int64?
    /// The sequence of the last record.
    public private(set) var sequence = 0
    /// When the run began.
    public private(set) var startedAt: Timestamp?

    private(set) var isIntended = false
    private(set) var isPaused = false
    private(set) var isApproved = false
    private(set) var token: Token?
    private(set) var retryAt: Timestamp?
    private(set) var abortReason: String?
    /// Since when the task under way has been watched without a break.
    private(set) var watchedSince: Timestamp?

    /// Folds the records of one run; throws when they are not one.
    public init(replaying records: [Record]) throws(JournalFailure) {
        guard let first = records.first, case .planned(let plan) = first.event else {
            throw JournalFailure("the journal of this run does not begin with its plan; it cannot be carried on.")
        }
        guard plan.format == Plan.formatVersion else {
            throw JournalFailure("the plan has form \(plan.format), this program reads form \(Plan.formatVersion).")
        }
        self.plan = plan
        tasks = plan.steps.enumerated().map { index, step in
            Task(key: step.id, step: index, kind: step.kind, deadline: step.deadline, isCleanup: step.isCleanup)
        }
        for record in records { try apply(record) }
    }

    /// The task under way.
    public var current: Task? { verdict == nil ? tasks.first : nil }
    /// Whether the run waits for a person.
    public var awaitsApproval: Bool { current != nil && isPaused && pausedUntil == nil && !isApproved }
    /// Whether the undo steps run.
    public var isBack: Bool { if case .back = direction { true } else { false } }

    /// Takes one more record in; throws when it does not fit what came before.
    public mutating func apply(_ record: Record) throws(JournalFailure) {
        sequence = record.sequence
        switch record.event {
        case .planned: startedAt = startedAt ?? record.at
        case .takenUp:
            watchedSince = record.at
            // A person has looked and wants it tried again.
            if verdict == .unknown { (verdict, fault, faults, retryAt) = (nil, nil, 0, nil) }
        case .locked(let fence): self.fence = fence
        case .intended(let key):
            try expect(key)
            (isIntended, watchedSince) = (true, record.at)
            begun[key] = begun[key] ?? record.at
        case .progressed(let key, let token, let status):
            try expect(key)
            (self.token, fault, faults, retryAt) = (token, nil, 0, nil)
            self.status = self.status.updated(with: status)
            report = status
        case .faulted(let key, let failure, let retryAt):
            try expect(key)
            (fault, faults, self.retryAt) = (failure, faults + 1, retryAt)
        case .succeeded(let key, let status):
            try expect(key)
            self.status = self.status.updated(with: status)
            finishTask()
        case .paused(let key, let until):
            try expect(key)
            (isPaused, pausedUntil) = (true, until)
            begun[key] = begun[key] ?? record.at
        case .approved(let key): if tasks.first?.key == key { isApproved = true }
        case .leftBehind(let key, let reason):
            try expect(key)
            leftovers.append(reason)
            finishTask()
        case .abortRequested(let reason): if verdict == nil { abortReason = reason }
        case .rollbackRequested(let reason): try reopen(reason)
        case .turnedBack(let cause): turnBack(cause)
        case .finished(let verdict, let summary): (self.verdict, self.summary) = (verdict, summary)
        }
    }

    private func expect(_ key: String) throws(JournalFailure) {
        guard tasks.first?.key == key else {
            throw JournalFailure(
                "the journal speaks of “\(key)” where its plan expects "
                    + "“\(tasks.first?.key ?? "the end")”; it is damaged."
            )
        }
    }

    private mutating func finishTask() {
        tasks.removeFirst()
        if !isBack { stepsDone += 1 }
        clearTask()
    }

    private mutating func clearTask() {
        (isIntended, isPaused, isApproved) = (false, false, false)
        (token, retryAt, pausedUntil, fault, faults, report) = (nil, nil, nil, nil, 0, nil)
    }

    private mutating func turnBack(_ cause: String) {
        let verdict: Verdict = abortReason == nil ? .failed : .aborted
        // The step under way may have taken effect: it is taken back too.
        queueUndo(reached: stepsDone + (isIntended ? 1 : 0))
        direction = .back(cause: cause, verdict: verdict)
    }

    private mutating func reopen(_ reason: String) throws(JournalFailure) {
        guard verdict == .deployed else {
            throw JournalFailure(
                "only a finished release can be taken back; this run ended as \(verdict?.rawValue ?? "open")."
            )
        }
        verdict = nil
        queueUndo(reached: plan.steps.count)
        direction = .back(cause: reason, verdict: .rolledBack)
    }

    private mutating func queueUndo(reached: Int) {
        tasks = plan.steps.prefix(reached).enumerated().reversed().flatMap { index, step in
            step.undo.enumerated().map { number, action in
                Task(
                    key: "\(step.id)/undo-\(number + 1)",
                    step: index,
                    kind: .perform(action: action),
                    deadline: max(step.deadline, .seconds(600)),
                    isCleanup: false
                )
            }
        }
        clearTask()
    }
}

extension Status {
    /// This status with what `newer` knows better; the note is always the newer one.
    func updated(with newer: Status) -> Status {
        Status(
            ready: newer.ready ?? ready,
            wanted: newer.wanted ?? wanted,
            updated: newer.updated ?? updated,
            weight: newer.weight ?? weight,
            note: newer.note
        )
    }
}
