public import SlipwayBase
public import SlipwayHTTP

/// Answers requests from cassettes, strictly: a request that was not recorded is refused, never guessed at or sent.
///
/// The same request again takes the next recorded answer, in the order of the cassettes and of their interactions.
/// Finding an answer costs the same whatever the number of interactions. Answers come after as long as they took when
/// they were recorded, on the clock that was passed in. Where the request asks for a stream, pieces arrive at their
/// recorded times; otherwise the answer is complete once the recorded stream ended.
///
/// Where cassettes hold stand-ins for accounts, subscriptions, tenants and hosts, the ones of whoever asks are taken
/// for them, and come back in the answers.
public final class ReplayingTransport: Transport {
    private let playback: Playback
    private let time: any TimeSource

    /// Makes a transport that has played nothing yet; `tolerance` says what need not be as it was recorded, and
    /// `standIns` which stand-ins are which real names, for those that an answer names before any request does.
    public init(
        _ cassettes: [Cassette],
        tolerating tolerance: ReplayTolerance = .none,
        standIns: [String: String] = [:],
        time: any TimeSource
    ) {
        playback = Playback(cassettes, standIns: standIns, tolerating: tolerance)
        self.time = time
    }

    /// The interactions whose answers were never given, in order. Of a request whose last answer repeats one is enough:
    /// how often something is polled is not part of what happened.
    public var unplayed: [RecordedPlace] { playback.unplayed }

    /// The stand-ins of the cassettes that no request has named, nor `standIns` when this was made.
    public var unnamedStandIns: [String] { playback.unnamed }

    /// The interactions whose answers were given, in the order of the requests.
    public var played: [RecordedPlace] { playback.played }

    /// Every request that had no answer, so that a test sees them even where the program under test went on.
    public var mismatches: [CassetteMismatch] { playback.mismatches }

    /// The next recorded answer to `request`, or `refused` with what differs from the nearest recording.
    public func send(_ request: Request) async throws(HTTPFailure) -> Response {
        guard !Task.isCancelled else {
            throw HTTPFailure(.cancelled, "the request was cancelled before it was replayed")
        }
        let recorded: RecordedRequest
        do throws(InputFailure) { recorded = try playback.recorded(request) } catch {
            throw HTTPFailure(.refused, error.description)
        }
        guard let outcome = playback.take(recorded) else {
            throw HTTPFailure(.refused, playback.miss(recorded).description)
        }
        return try await outcome.answer(to: request, time)
    }
}

extension RecordedOutcome {
    /// Gives it once more, at its times on `time`.
    func answer(to request: Request, _ time: any TimeSource) async throws(HTTPFailure) -> Response {
        switch self {
        case .failure(let failure): throw failure
        case .response(let recorded):
            var response = Response(status: recorded.status, headers: recorded.headers)
            let player = FramePlayer(recorded, time: time)
            try await player.begin()
            guard request.streamsResponse else {
                while let piece = try await player.next() { response.body += piece }
                return response
            }
            response.stream = BodyStream { () async throws(HTTPFailure) in try await player.next() }
            return response
        }
    }
}
