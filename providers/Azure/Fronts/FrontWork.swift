public import SlipwayBase
public import SlipwayModel

/// Operations of writes to a front that are not over yet, by the key of their step.
///
/// Their addresses are signed and stay in memory; where one is lost, reading the front says what came of it.
public final class FrontOperations: Sendable {
    private let pending = Locked<[String: ARMOperation]>([:])

    /// None.
    public init() {}

    subscript(_ key: String) -> ARMOperation? {
        get { pending.withLock { $0[key] } }
        set { pending.withLock { $0[key] = newValue } }
    }
}

/// One `advance` of what production is shared by: looks first, makes at most one write, and waits until it is in force.
public struct FrontWork: Sendable {
    private static let soon = Duration.milliseconds(250)
    /// Between two looks at a side that Azure is at work on.
    private static let look = Duration.seconds(10)
    /// Between two looks while a change reaches everybody.
    private static let rest = Duration.seconds(60)

    private let front: any AzureFront
    private let call: Call
    private let time: any TimeSource
    private let operations: FrontOperations
    private let memory: FrontMemory

    /// Brings `call` about at `front`; `operations` are the same for all calls of one provider.
    public init(_ front: any AzureFront, _ call: Call, operations: FrontOperations, time: any TimeSource) {
        (self.front, self.call, self.operations, self.time) = (front, call, operations, time)
        memory = FrontMemory(call.token)
    }

    /// The candidate takes `percent` of production, everywhere.
    ///
    /// `missing` is asked only before a write: what the side that gains (the candidate when true) lacks to be led to;
    /// nil when nothing.
    public func route(
        _ percent: Int,
        missing: (_ candidateGains: Bool) async throws(ProviderFailure) -> Progress?
    ) async throws(ProviderFailure) -> Progress {
        if let progress = try await pending() { return progress }
        let reading = try await read()
        if let progress = changing(reading) { return progress }
        guard let change = reading.next(toward: percent) else { return spread(reading, percent) }
        let gains = percent > reading.percent
        if gains, case .impossible(let why, _) = reading.trouble {
            throw ProviderFailure(.conflict, "\(front.words): \(why); somebody changed it.")
        }
        if let progress = try await missing(gains) { return progress.keeping(memory.token) }
        return try await write(change, Status(weight: reading.percent), "asked \(front.words) for \(percent)%")
    }

    /// Nil when the front is as it was before the plan; otherwise the next step toward that.
    public func restore(_ remembered: JSON) async throws(ProviderFailure) -> Progress? {
        if let progress = try await pending() { return progress }
        let reading = try await read()
        if let progress = changing(reading) { return progress }
        guard reading.percent == 0 else {
            throw ProviderFailure(
                .conflict,
                "\(front.words) still leads \(reading.percent)% of production to \(reading.candidate.name); "
                    + "nothing is taken down."
            )
        }
        guard let change = reading.next(restoring: remembered) else { return nil }
        return try await write(change, Status(weight: 0), "put \(front.words) back as it was")
    }

    private func read() async throws(ProviderFailure) -> FrontReading {
        do throws(AzureFailure) { return try await front.read() } catch { throw ProviderFailure(error) }
    }

    private func changing(_ reading: FrontReading) -> Progress? {
        guard reading.isChanging else { return nil }
        return running(memory, Self.look, Status(weight: nil), "waiting for Azure to finish with \(front.words)")
    }

    /// What became of the write before; nil when it is over, or when nothing is known of it.
    private func pending() async throws(ProviderFailure) -> Progress? {
        guard let operation = operations[call.key] else { return nil }
        do throws(AzureFailure) {
            operations[call.key] = try await front.poll(operation)
        } catch {
            // An operation that is not known any more says nothing; what it did is read.
            guard error.kind != .throttled, error.kind != .unavailable else { throw ProviderFailure(error) }
            operations[call.key] = nil
            guard error.kind == .absent || error.kind == .unreadable else { throw ProviderFailure(error) }
        }
        guard let next = operations[call.key] else { return nil }
        return running(memory, next.wait, Status(), "waiting for Azure to finish with \(front.words)")
    }

    /// That a write is to come is kept before it is made: whoever goes on after a crash waits as long as if it was.
    private func write(_ change: FrontChange, _ status: Status, _ note: String) async throws(ProviderFailure)
        -> Progress
    {
        guard memory == .meant else { return running(.meant, Self.soon, status, "about to write \(front.words)") }
        if let until = call.coveredUntil, time.now >= until {
            return running(memory, Self.soon, status, "held up past the end of the lock; looking again")
        }
        do throws(AzureFailure) {
            operations[call.key] = try await front.write(change.setting, to: change.part)
        } catch { throw ProviderFailure(error) }
        return running(.meant, operations[call.key]?.wait ?? Self.soon, status, note)
    }

    /// `done` once the share, which is there, has reached everybody.
    private func spread(_ reading: FrontReading, _ percent: Int) -> Progress {
        let status = Status(weight: percent)
        switch memory {
        case .none: return .done(status: status)
        case .meant:
            let until = time.now + reading.propagation
            return spreading(until, status)
        case .until(let end) where time.now < end: return spreading(end, status)
        case .until:
            let side = reading.candidate
            guard percent > 0, side.isSilent else { return .done(status: status) }
            let note = "\(side.name) does not answer the probes of \(front.words), so that nobody is led there"
            return running(memory, Self.look, status, note)
        }
    }

    private func spreading(_ until: Timestamp, _ status: Status) -> Progress {
        let note = "\(front.words) has it; everybody is led by it at \(until.rfc3339Seconds)"
        let rest = max(until - time.now, Self.soon)
        return running(.until(until), min(rest, Self.rest), status, note)
    }

    private func running(_ memory: FrontMemory, _ wait: Duration, _ status: Status, _ note: String) -> Progress {
        var status = status
        status.note = note
        return .running(token: memory.token, pollAfter: wait, status: status)
    }
}

/// What a step at a front knew from its last look.
enum FrontMemory: Hashable, Sendable {
    /// It has written nothing.
    case none
    /// It may have written.
    case meant
    /// The share is there, and everybody is led by it at this time.
    case until(Timestamp)

    init(_ token: Token?) {
        switch (token?.value["front"]?.string, token?.value["until"]?.int) {
        case ("spreading", let end?): self = .until(Timestamp(milliseconds: Int64(end)))
        case (.some, _): self = .meant
        default: self = .none
        }
    }

    var token: Token? {
        switch self {
        case .none: nil
        case .meant: Token(["front": "meant"])
        case .until(let end): Token(["front": "spreading", "until": .int(end.milliseconds)])
        }
    }
}

extension Progress {
    /// The same with the front's own token: what a fleet waits for changes nothing of what was written.
    fileprivate func keeping(_ token: Token?) -> Progress {
        guard case .running(_, let wait, let status) = self else { return self }
        return .running(token: token, pollAfter: wait, status: status)
    }
}
