/// A clock that never waits: sleeping moves it forward at once.
///
/// Rehearsals and tests run on it, so that a thirty-minute canary takes milliseconds and every wait is counted.
public final class VirtualTime: TimeSource {
    private let state: Locked<Timestamp>

    /// Starts at `now`.
    public init(now: Timestamp = Timestamp(milliseconds: 1_767_225_600_000)) { state = Locked(now) }

    /// The present virtual time.
    public var now: Timestamp { state.withLock { $0 } }

    /// Moves the clock forward by `duration` and returns.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        guard !Task.isCancelled else { throw CancellationError() }
        advance(by: duration)
    }

    /// Moves the clock forward by `duration`; negative durations are ignored.
    public func advance(by duration: Duration) {
        state.withLock { now in now = max(now, now + duration) }
    }
}
