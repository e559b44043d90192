internal import SlipwayBase

/// Lets one in after the other, in the order in which they came.
///
/// Whoever is cancelled while he waits goes away without having been in.
final class Turnstile: Sendable {
    /// What came of asking to be let in.
    enum Entry: Hashable {
        /// In; `leave` is due.
        case entered
        /// Cancelled while waiting.
        case cancelled
        /// Too many wait already.
        case crowded
    }

    private struct State {
        var isTaken = false
        var count = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Entry, Never>)] = []
        var cancelled: Set<Int> = []
    }

    private let state = Locked(State())

    /// Waits for the turn; never throws away a turn that was given.
    func enter() async -> Entry {
        let number = state.withLock { state -> Int in
            state.count += 1
            return state.count
        }
        let entry = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in wait(number, continuation) }
        } onCancel: {
            cancel(number)
        }
        state.withLock { _ = $0.cancelled.remove(number) }
        return entry
    }

    /// Lets the next one in.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Entry, Never>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: .entered)
    }

    private func wait(_ number: Int, _ continuation: CheckedContinuation<Entry, Never>) {
        let entry = state.withLock { state -> Entry? in
            // The cancellation may come before there is anybody to be woken.
            guard !state.cancelled.contains(number) else { return .cancelled }
            guard state.isTaken else {
                state.isTaken = true
                return .entered
            }
            guard state.waiting.count < Limits.waitingWritesMax else { return .crowded }
            state.waiting.append((number, continuation))
            return nil
        }
        if let entry { continuation.resume(returning: entry) }
    }

    private func cancel(_ number: Int) {
        let woken = state.withLock { state -> CheckedContinuation<Entry, Never>? in
            guard let index = state.waiting.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.waiting.remove(at: index).continuation
        }
        woken?.resume(returning: .cancelled)
    }
}
