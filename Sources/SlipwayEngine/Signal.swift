import SlipwayBase

/// Wakes whoever waits for it; a signal given while nobody waits wakes the next one.
final class Signal: Sendable {
    private struct State {
        var isGiven = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Locked(State())

    func give() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.isGiven = true }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns when the signal is given or the task is cancelled; one waiter at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isGiven || Task.isCancelled {
                        state.isGiven = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}

/// Asks a run to stop after the call under way; it can be carried on later.
public final class StopRequest: Sendable {
    private let isGiven = Locked(false)
    private let listeners = Locked<[@Sendable () -> Void]>([])

    /// A request not yet made.
    public init() {}

    /// Whether it was made.
    public var isRequested: Bool { isGiven.withLock { $0 } }

    /// Makes the request; may be called from any thread, more than once.
    public func request() {
        isGiven.withLock { $0 = true }
        for listener in listeners.withLock({ $0 }) { listener() }
    }

    /// Calls `listener` when the request is made, at once when it was made already.
    func whenRequested(_ listener: @escaping @Sendable () -> Void) {
        listeners.withLock { $0.append(listener) }
        if isRequested { listener() }
    }
}
