import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// Something that only a write can bring about.
struct Goal: Sendable {
    /// What it is, the same in every look: `version 2.4.1`.
    var name: String
    /// The write.
    var write: QueryCall
    /// For people: `asked shop-prod for 2.4.1`.
    var note: String
    /// Why it was not reached though an operation ran; without the platform's own words.
    var failure: String
    var status = Status()
    /// How long after its operation has begun it may still be missing on an environment that is Ready.
    var patience = Duration.zero
    /// How long the operation takes at least.
    var firstLook = Pace.afterWrite
    /// Another environment whose events tell of the same operation.
    var partner: Environment?
}

extension Work {
    /// Takes the next step toward `goal` on an environment that is Ready and where it does not hold.
    ///
    /// "Ready and not there" has three meanings: nothing was asked yet, what was asked has not begun, or it has failed.
    /// They are told apart by signs of an operation: a look that saw the environment at work, or events of a request
    /// newer than the newest one from before the write. The intent (with that event) is in the journal before the write
    /// is sent, so that this holds across lost answers and crashes:
    /// - no intent: note the newest event and say so; the next call may write.
    /// - a sign of an operation: it has run, and the environment is Ready without the goal: failed. The sign has to be
    ///   older than the look, so the first one only leads to another look.
    /// - sent without a sign: wait; after `Pace.trace` it had no effect and may be sent again. Should that be wrong,
    ///   because the service itself is late, it answers "Must be Ready", also to a second swap.
    /// - not sent by us, but intended under another lock: the process before us may have sent it a moment ago, so
    ///   its absence is believed after `Pace.doubt` only.
    func pursue(_ goal: Goal, on environment: Environment) async throws(ProviderFailure) -> Progress {
        guard var intent = memory.intent, intent.name == goal.name else { return try await intend(goal, environment) }
        var memory = memory
        let now = time.now
        if intent.hasBegun {
            let since = memory.since ?? now
            guard now < since + goal.patience else { throw await failure(goal, environment, intent) }
            memory.since = since
            return running(memory, Pace.look, goal.status)
        }
        var isSeen = try await hasSigns(of: intent, on: environment)
        if !isSeen, let partner = goal.partner { isSeen = try await hasSigns(of: intent, on: partner) }
        if isSeen {
            (intent.hasBegun, memory.since) = (true, nil)
            memory.intent = intent
            return running(memory, Pace.look, goal.status)
        }
        if let sent = intent.sent, now < sent + Pace.trace { return running(memory, Pace.look, goal.status) }
        if intent.fence != call.fence {
            (intent.fence, intent.notBefore, intent.sent, intent.request) = (call.fence, now + Pace.doubt, nil, nil)
            memory.intent = intent
            return running(memory, Pace.doubt, goal.status, note: "making sure that nothing is under way")
        }
        if now < intent.notBefore { return running(memory, intent.notBefore - now, goal.status) }
        if let progress = heldUp() { return progress }
        return try await write(goal, intent)
    }

    private func intend(_ goal: Goal, _ environment: Environment) async throws(ProviderFailure) -> Progress {
        var memory = memory
        var newest = try await cloud.events(of: environment, from: nil, max: 1).first
        if let partner = goal.partner, let other = try await cloud.events(of: partner, from: nil, max: 1).first,
            other.date > newest?.date ?? other.date
        {
            newest = other
        }
        memory.intent = Memory.Intent(
            name: goal.name,
            fence: call.fence,
            notBefore: time.now,
            newest: newest?.date
        )
        memory.shown = memory.shown ?? newest?.date
        (memory.since, memory.mixedSince) = (nil, nil)
        return running(memory, Pace.soon, goal.status)
    }

    private func write(_ goal: Goal, _ asked: Memory.Intent) async throws(ProviderFailure) -> Progress {
        var (memory, intent) = (memory, asked)
        let note: String
        do throws(AWSFailure) {
            intent.request = try await cloud.clients.elasticBeanstalk.send(goal.write).requestID
            note = goal.note
        } catch {
            guard error.mayHaveTakenEffect else { throw Cloud.failure(error) }
            intent.request = nil
            note = "\(goal.note); the answer was lost, looking what came of it"
        }
        intent.sent = time.now
        (memory.intent, memory.note) = (intent, note)
        (memory.eventsDue, memory.eventsGapSeconds) = (time.now + .seconds(Pace.eventsSeconds), Pace.eventsSeconds)
        return running(memory, goal.firstLook, goal.status)
    }

    /// Whether an operation has left events since the intent; ours alone when its number is known.
    func hasSigns(of intent: Memory.Intent, on environment: Environment) async throws(ProviderFailure) -> Bool {
        let start = intent.newest.map { $0 + .milliseconds(1) }
        let events = try await cloud.events(of: environment, from: start, request: intent.request)
        return events.contains { event in
            event.requestID != nil && (intent.request == nil || event.requestID == intent.request)
                && event.date > (intent.newest ?? Timestamp(milliseconds: .min))
        }
    }

    /// An environment at work: what it says, and when to look again.
    ///
    /// A write of ours that is seen at work has begun. One that this process certainly has not sent yet has not: then
    /// somebody else is at work, and we wait.
    func watch(_ environment: Environment, _ status: Status = Status()) async throws(ProviderFailure) -> Progress {
        var memory = memory
        if var intent = memory.intent, !intent.hasBegun {
            if intent.sent != nil || intent.fence != call.fence {
                intent.hasBegun = true
                memory.intent = intent
            } else {
                memory.intent = nil
            }
        }
        let now = time.now
        if memory.eventsDue.map({ now >= $0 }) ?? true {
            let events = try await cloud.events(of: environment, from: memory.shown.map { $0 + .milliseconds(1) })
            let gap = memory.eventsGapSeconds ?? Pace.eventsSeconds
            (memory.eventsDue, memory.eventsGapSeconds) = (now + .seconds(gap), min(gap * 2, Pace.eventsSecondsMax))
            if let newest = events.first { (memory.shown, memory.note) = (newest.date, Self.words(events)) }
        }
        let note = memory.note ?? "\(environment.name) \(environment.status.words)"
        return running(memory, Pace.look, status, note: note)
    }

    /// The newest events in the order they came; the service gives them the other way round.
    private static func words(_ events: [EnvironmentEvent]) -> String {
        var words: [String] = []
        for event in events where words.count < 3 && !words.contains(event.message) { words.append(event.message) }
        return words.reversed().joined(separator: " ").printable(max: 300)
    }

    /// Why `goal` was not reached, with what the platform says about it.
    private func failure(_ goal: Goal, _ environment: Environment, _ intent: Memory.Intent) async -> ProviderFailure {
        var words: [String] = []
        let events = try? await cloud.events(
            of: environment,
            from: intent.newest.map { $0 + .milliseconds(1) },
            request: intent.request,
            severity: "ERROR"
        )
        for event in (events ?? []).prefix(3).reversed() where !words.contains(event.message) {
            words.append(event.message)
        }
        if snapshot.stable.options.hasEnhancedHealth, let instances = try? await cloud.instances(of: environment) {
            words += instances.filter { $0.health < .green }.flatMap(\.causes).once.prefix(2)
        }
        let said = words.isEmpty ? "" : ": " + words.joined(separator: " ")
        return ProviderFailure(.unhealthy, "\(goal.failure)\(said)".printable(max: 1000))
    }
}

extension Sequence<String> {
    /// Each text once, in the order they come: what every instance says is said for all of them.
    var once: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
