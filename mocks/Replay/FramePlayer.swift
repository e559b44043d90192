internal import SlipwayBase
internal import SlipwayHTTP

/// Gives the pieces of a recorded body at their times.
final class FramePlayer: Sendable {
    private let frames: [RecordedResponse.Frame]
    private let ended: RecordedResponse.StreamEnd?
    private let after: Duration
    private let time: any TimeSource
    private let start: Timestamp
    private let position = Locked(0)

    init(_ response: RecordedResponse, time: any TimeSource) {
        self.time = time
        (start, after) = (time.now, response.after)
        switch response.content {
        case .whole(let body):
            frames = body.map { [RecordedResponse.Frame(at: .zero, bytes: $0.bytes)] } ?? []
            ended = nil
        case .frames(let frames, let ended): (self.frames, self.ended) = (frames, ended)
        }
    }

    /// Returns when the header of the answer had come.
    func begin() async throws(HTTPFailure) { try await wait(until: after) }

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
