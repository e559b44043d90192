import SlipwayBase
import SlipwayEngine
import SlipwayModel
import SlipwayStrategies

/// Everything one run of the engine needs, on a virtual clock.
struct Bench {
    var fleet = ToyFleet()
    var journal: any Journal = MemoryJournal()
    var time = VirtualTime(now: Samples.start)
    var lock: ToyLock?
    var settings = Engine.Settings(assumesApproval: true)
    var stop = StopRequest()
    let run = RunID("seoul-1")

    func engine(holder: String = "slipway-a/seoul-1", observer: @escaping Engine.Observer = { _, _ in }) -> Engine {
        Engine(
            provider: fleet,
            journal: journal,
            time: time,
            random: SeededRandom(seed: 1),
            lock: lock,
            holder: holder,
            settings: settings,
            stop: stop,
            observer: observer
        )
    }

    /// Starts a run of `strategy`.
    func start(_ strategy: any Strategy = Samples.canary) async throws -> Verdict {
        try await engine().start(Samples.plan(strategy), as: run)
    }

    func events() async throws -> [Event] { try await journal.records(of: run, after: 0).map(\.event) }

    func state() async throws -> RunState {
        try RunState(replaying: try await journal.records(of: run, after: 0))
    }

    /// How the world looks when the old release is live and nothing of the new one is left.
    static let before = ToyFleet.World()
    /// How the world looks when the new release is live and nothing of the old one is left.
    static let after = ToyFleet.World(stable: Samples.new.version)

    static let strategies: [any Strategy & Hashable] = [
        RollingStrategy(), BlueGreenStrategy(autoPromote: false, disposal: .remove), Samples.canary,
    ]
}

/// A journal in which something happens around the append of one record.
final class MeddledJournal: Journal {
    enum Moment: CaseIterable { case before, after }

    private let journal = MemoryJournal()
    private let count = Locked(0)
    private let number: Int
    private let moment: Moment
    private let meddle: @Sendable (MemoryJournal, RunID) async throws(JournalFailure) -> Void

    /// Calls `meddle` around append `number`, counted from 1.
    init(
        _ number: Int,
        _ moment: Moment,
        meddle: @escaping @Sendable (MemoryJournal, RunID) async throws(JournalFailure) -> Void
    ) {
        (self.number, self.moment, self.meddle) = (number, moment, meddle)
    }

    func append(_ event: Event, at: Timestamp, to run: RunID) async throws(JournalFailure) -> Record {
        let isNow = count.withLock { count in
            count += 1
            return count == number
        }
        if isNow, moment == .before { try await meddle(journal, run) }
        let record = try await journal.append(event, at: at, to: run)
        if isNow, moment == .after { try await meddle(journal, run) }
        return record
    }

    func records(of run: RunID, after sequence: Int) async throws(JournalFailure) -> [Record] {
        try await journal.records(of: run, after: sequence)
    }
}
