internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// What was played of some cassettes, and what comes next for each request.
final class Playback: Sendable {
    private struct Entry {
        var place: RecordedPlace
        var interaction: Interaction
        var matching: Int
        var key: RequestKey
    }

    private struct Slot: Hashable {
        var matching: Int
        var key: RequestKey
    }

    private struct Queue {
        var entries: [Int] = []
        var played = 0
    }

    private struct State {
        var queues: [Slot: Queue] = [:]
        var played: [Int] = []
        var mismatches: [CassetteMismatch] = []
        var names: StandIns
    }

    private let entries: [Entry]
    private let matchings: [Matching]
    private let headers: [HTTPField.Name]
    private let tolerance: ReplayTolerance
    private let state: Locked<State>

    init(_ cassettes: [Cassette], standIns: [String: String] = [:], tolerating tolerance: ReplayTolerance = .none) {
        self.tolerance = tolerance
        var matchings: [Matching] = []
        for cassette in cassettes where !matchings.contains(cassette.matching) { matchings.append(cassette.matching) }
        self.matchings = matchings
        headers = Set(matchings.flatMap(\.headers)).sorted { $0.canonicalName < $1.canonicalName }
        var entries: [Entry] = []
        for cassette in cassettes {
            let matching = matchings.firstIndex(of: cassette.matching) ?? 0
            for (index, interaction) in cassette.interactions.enumerated() {
                entries.append(
                    Entry(
                        place: RecordedPlace(cassette.name, index, interaction),
                        interaction: interaction,
                        matching: matching,
                        key: RequestKey(interaction.request, matching: cassette.matching, tolerating: tolerance)
                    )
                )
            }
        }
        self.entries = entries
        var queues: [Slot: Queue] = [:]
        for (index, entry) in entries.enumerated() {
            queues[Slot(matching: entry.matching, key: entry.key), default: Queue()].entries.append(index)
        }
        let names = StandIns(of: cassettes.flatMap(\.interactions), known: standIns)
        state = Locked(State(queues: queues, names: names))
    }

    var unplayed: [RecordedPlace] {
        let (played, queues) = state.withLock { (Set($0.played), $0.queues) }
        // How often something is polled is not part of what happened.
        let polled = queues.values.filter {
            $0.played > 0 && entries[$0.entries[$0.entries.count - 1]].interaction.repeats
        }
        let known = played.union(polled.flatMap(\.entries))
        return entries.indices.filter { !known.contains($0) }.map { entries[$0].place }
    }

    /// The stand-ins that no request has given a real name.
    var unnamed: [String] { state.withLock { $0.names.unnamed } }

    var played: [RecordedPlace] { state.withLock { $0.played }.map { entries[$0].place } }

    var mismatches: [CassetteMismatch] { state.withLock { $0.mismatches } }

    /// The stand-ins that real names have here, so that what is recorded beside this goes on with them.
    var names: StandIns { state.withLock { $0.names } }

    /// What is compared of `request`, with recorded stand-ins in the place of real names.
    func recorded(_ request: Request) throws(InputFailure) -> RecordedRequest {
        let recorded = try RecordedRequest(request, matched: headers)
        return state.withLock { $0.names.standIns(in: recorded) }
    }

    /// The next outcome of `request`, with real names in it; nil when there is none.
    func take(_ request: RecordedRequest) -> RecordedOutcome? {
        let slots = slots(of: request)
        return state.withLock { state in
            guard let index = Self.next(of: slots, entries, &state) else { return nil }
            state.played.append(index)
            return state.names.realNames(in: entries[index].interaction.outcome)
        }
    }

    /// The next outcome of `request` as it was recorded, and where; nil when there is none.
    func takeAsRecorded(_ request: RecordedRequest) -> (place: RecordedPlace, outcome: RecordedOutcome)? {
        let slots = slots(of: request)
        let index = state.withLock { state in
            let index = Self.next(of: slots, entries, &state)
            if let index { state.played.append(index) }
            return index
        }
        return index.map { (entries[$0].place, entries[$0].interaction.outcome) }
    }

    /// A live exchange as it would be recorded beside what is played here.
    func standIns(in interaction: Interaction) -> Interaction {
        let names = state.withLock { $0.names.table }
        let alone = Cassette(name: "", origin: CassetteOrigin(.recorded, from: ""), interactions: [interaction])
        return alone.redacted().withStandIns(beside: names).interactions[0]
    }

    /// Tells why there is no outcome, and keeps it.
    func miss(_ request: RecordedRequest) -> CassetteMismatch {
        let slots = slots(of: request)
        let same = state.withLock { state in slots.flatMap { state.queues[$0]?.entries ?? [] } }
        let candidates = (same.isEmpty ? Array(entries.indices) : same).map { index in
            let entry = entries[index]
            return CassetteMismatch.Candidate(place: entry.place, key: entry.key, matching: entry.matching)
        }
        let mismatch = CassetteMismatch(
            request,
            timesRecorded: same.count,
            candidates: candidates,
            ways: matchings.map { ($0, RequestKey(request, matching: $0, tolerating: tolerance)) }
        )
        state.withLock { $0.mismatches.append(mismatch) }
        return mismatch
    }

    /// Where the outcomes of `request` may stand: recorded for its origin, or for all.
    private func slots(of request: RecordedRequest) -> [Slot] {
        matchings.indices.flatMap { index in
            var key = RequestKey(request, matching: matchings[index], tolerating: tolerance)
            var slots: [Slot] = []
            if key.origin != nil { slots.append(Slot(matching: index, key: key)) }
            key.origin = nil
            return slots + [Slot(matching: index, key: key)]
        }
    }

    private static func next(of slots: [Slot], _ entries: [Entry], _ state: inout State) -> Int? {
        for slot in slots {
            guard let queue = state.queues[slot], queue.played < queue.entries.count else { continue }
            state.queues[slot]?.played += 1
            return queue.entries[queue.played]
        }
        let lasts = slots.compactMap { state.queues[$0]?.entries.last }
        return lasts.first { entries[$0].interaction.repeats }
    }
}

extension RecordedPlace {
    fileprivate init(_ cassette: String, _ index: Int, _ interaction: Interaction) {
        self.init(cassette: cassette, number: index + 1, id: interaction.id, title: interaction.title)
    }
}
