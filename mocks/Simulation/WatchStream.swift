public import SlipwayBase
public import SlipwayHTTP

extension KubernetesWorld: SimulatedWorld {
    /// Streams watches; a watch that cannot begin is refused at once.
    public mutating func openStream(for request: Request, at time: Timestamp) -> OpenedStream<Self>? {
        guard APITarget(request.target).isSet("watch"),
            case .success(let (cursor, lines)) = openWatch(request, at: time)
        else { return nil }
        let watch = Watching(cursor: cursor, first: lines, began: time)
        return OpenedStream(Response(status: 200, headers: .json), watch)
    }
}

/// A streamed watch: how far it has told, and when it ends.
struct Watching: SimulatedStream {
    var cursor: WatchCursor
    /// Lines that were there at the beginning; nil once told.
    var first: [UInt8]?
    var began: Timestamp
    private var hasEnded = false

    init(cursor: WatchCursor, first: [UInt8], began: Timestamp) {
        (self.cursor, self.first, self.began) = (cursor, first.isEmpty ? nil : first, began)
    }

    mutating func next(in world: KubernetesWorld, mode: WatchMode) -> StreamPiece {
        if let lines = first {
            first = nil
            return .bytes(lines)
        }
        guard !hasEnded else { return .end }
        let lines = world.events(&cursor)
        if !lines.isEmpty { return .bytes(lines) }
        let end = began + (cursor.timeout ?? .seconds(1800))
        guard !cursor.hasEnded, world.now < end, mode != .ends else {
            hasEnded = true
            let isTold = cursor.hasEnded || !cursor.wantsBookmarks
            return isTold ? .end : .bytes(world.bookmark(cursor))
        }
        var pause = end - world.now
        if let change = world.nextChange { pause = min(pause, change - world.now) }
        if case .sleeps(let most) = mode { pause = min(pause, most) }
        return .pause(max(pause, .milliseconds(1)))
    }
}

extension BodyStream {
    /// A stream of one piece.
    static func once(_ bytes: [UInt8]) -> BodyStream {
        let rest = Locked<[UInt8]?>(bytes)
        return BodyStream { () async throws(HTTPFailure) -> [UInt8]? in
            rest.withLock { rest in
                defer { rest = nil }
                return rest
            }
        }
    }
}

/// Wakes everybody who waits for something to happen.
final class Bell: Sendable {
    private struct State {
        var count = 0
        var sleepers: [Int: CheckedContinuation<Bool, Never>] = [:]
        var next = 0
        var cancelled: Set<Int> = []
    }

    private let state = Locked(State())

    /// How often it has rung.
    var count: Int { state.withLock { $0.count } }

    func ring() {
        let sleepers = state.withLock { state in
            state.count += 1
            defer { state.sleepers = [:] }
            return state.sleepers
        }
        for sleeper in sleepers.values { sleeper.resume(returning: true) }
    }

    /// Returns once it has rung more than `count` times; false when the task is cancelled first.
    func wait(since count: Int) async -> Bool {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(ticket) != nil { return false }
                    if state.count > count { return true }
                    state.sleepers[ticket] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: ticket)
                if sleeper == nil { state.cancelled.insert(ticket) }
                return sleeper
            }
            sleeper?.resume(returning: false)
        }
    }
}
