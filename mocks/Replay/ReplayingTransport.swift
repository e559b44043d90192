public import SlipwayBase
public import SlipwayHTTP

/// Answers requests from cassettes, strictly: a request that was not recorded is refused, never guessed at or sent.
///
/// The same request again takes the next recorded answer, in the order of the cassettes and of their interactions.
/// Finding an answer costs the same whatever the number of interactions. Where the request asks for a stream, pieces
/// arrive at their recorded times on the clock that was passed in; otherwise the answer is complete once the recorded
/// stream ended.
public final class ReplayingTransport: Transport {
    private struct Entry {
        var place: RecordedPlace
        var interaction: Interaction
        var key: RequestKey
    }

    private struct Queue {
        var entries: [Int] = []
        var played = 0
    }

    private struct State {
        var queues: [RequestKey: Queue] = [:]
        var played: [Int] = []
        var mismatches: [CassetteMismatch] = []
    }

    private let entries: [Entry]
    private let tolerance: ReplayTolerance
    private let time: any TimeSource
    private let state: Locked<State>

    /// Makes a transport that has played nothing yet; `tolerance` says what need not be as it was recorded.
    public init(_ cassettes: [Cassette], tolerating tolerance: ReplayTolerance = .none, time: any TimeSource) {
        (self.tolerance, self.time) = (tolerance, time)
        entries = cassettes.flatMap { cassette in
            cassette.interactions.enumerated().map { index, interaction in
                let place = RecordedPlace(
                    cassette: cassette.name,
                    number: index + 1,
                    id: interaction.id,
                    title: interaction.title
                )
                let key = RequestKey(interaction.request, tolerating: tolerance)
                return Entry(place: place, interaction: interaction, key: key)
            }
        }
        var queues: [RequestKey: Queue] = [:]
        for (index, entry) in entries.enumerated() { queues[entry.key, default: Queue()].entries.append(index) }
        state = Locked(State(queues: queues))
    }

    /// The interactions whose answers were never given, in order.
    public var unplayed: [RecordedPlace] {
        let played = Set(state.withLock { $0.played })
        return entries.indices.filter { !played.contains($0) }.map { entries[$0].place }
    }

    /// The interactions whose answers were given, in the order of the requests.
    public var played: [RecordedPlace] { state.withLock { $0.played }.map { entries[$0].place } }

    /// Every request that had no answer, so that a test sees them even where the program under test went on.
    public var mismatches: [CassetteMismatch] { state.withLock { $0.mismatches } }

    /// The next recorded answer to `request`, or `refused` with what differs from the nearest recording.
    public func send(_ request: Request) async throws(HTTPFailure) -> Response {
        guard !Task.isCancelled else {
            throw HTTPFailure(.cancelled, "the request was cancelled before it was replayed")
        }
        guard var recorded = RecordedRequest(request) else {
            throw HTTPFailure(.refused, "cassettes do not match uploads from files: send the bytes from memory")
        }
        recorded.origin = request.origin
        let key = RequestKey(recorded, tolerating: tolerance)
        guard let interaction = take(key) ?? take(key.anywhere) else {
            throw HTTPFailure(.refused, miss(recorded).description)
        }
        switch interaction.outcome {
        case .failure(let failure): throw failure
        case .response(let response): return try await answer(request, with: response)
        }
    }

    private func take(_ key: RequestKey) -> Interaction? {
        let index: Int? = state.withLock { state in
            guard let queue = state.queues[key], let last = queue.entries.last else { return nil }
            guard queue.played < queue.entries.count else {
                guard entries[last].interaction.repeats else { return nil }
                state.played.append(last)
                return last
            }
            state.queues[key]?.played += 1
            state.played.append(queue.entries[queue.played])
            return queue.entries[queue.played]
        }
        return index.map { entries[$0].interaction }
    }

    private func miss(_ request: RecordedRequest) -> CassetteMismatch {
        let key = RequestKey(request, tolerating: tolerance)
        let same = state.withLock { ($0.queues[key] ?? $0.queues[key.anywhere])?.entries } ?? []
        let candidates = (same.isEmpty ? Array(entries.indices) : same).map { index in
            (place: entries[index].place, request: entries[index].interaction.request)
        }
        let mismatch = CassetteMismatch(
            request,
            timesRecorded: same.count,
            candidates: candidates,
            tolerating: tolerance
        )
        state.withLock { $0.mismatches.append(mismatch) }
        return mismatch
    }

    private func answer(_ request: Request, with recorded: RecordedResponse) async throws(HTTPFailure) -> Response {
        var response = Response(status: recorded.status, headers: recorded.headers)
        guard request.streamsResponse else {
            let player = FramePlayer(recorded, time: time)
            while let piece = try await player.next() { response.body += piece }
            return response
        }
        let player = FramePlayer(recorded, time: time)
        response.stream = BodyStream { () async throws(HTTPFailure) in try await player.next() }
        return response
    }
}

/// Gives the pieces of a recorded body at their times.
private final class FramePlayer: Sendable {
    private let frames: [RecordedResponse.Frame]
    private let ended: RecordedResponse.StreamEnd?
    private let time: any TimeSource
    private let start: Timestamp
    private let position = Locked(0)

    init(_ response: RecordedResponse, time: any TimeSource) {
        self.time = time
        start = time.now
        switch response.content {
        case .whole(let body):
            frames = body.map { [RecordedResponse.Frame(at: .zero, bytes: $0.bytes)] } ?? []
            ended = nil
        case .frames(let frames, let ended): (self.frames, self.ended) = (frames, ended)
        }
    }

    func next() async throws(HTTPFailure) -> [UInt8]? {
        let index = position.withLock { position in
            defer { position = min(position + 1, frames.count + 1) }
            return position
        }
        if index < frames.count {
            try await wait(until: frames[index].at)
            return frames[index].bytes
        }
        guard index == frames.count, let ended else { return nil }
        try await wait(until: ended.at)
        if let reason = ended.broken { throw HTTPFailure(.unanswered, reason) }
        return nil
    }

    private func wait(until offset: Duration) async throws(HTTPFailure) {
        let rest = start + offset - time.now
        guard rest > .zero else { return }
        do { try await time.sleep(for: rest) } catch {
            throw HTTPFailure(.cancelled, "the stream was cancelled while it was replayed")
        }
    }
}
