public import SlipwayBase

/// A clock for several who wait at once: it moves to the earliest end of a wait, and only when nobody does anything
/// else.
///
/// On `VirtualTime` whoever sleeps moves the clock at once, past those who would have woken up before: good for one
/// thing after the other. What was recorded of a watch beside polling has an order in time, and keeps it here.
public final class ReplayTime: TimeSource {
    private struct Sleeper {
        var number: Int
        var end: Timestamp
        var wake: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now: Timestamp
        var sleepers: [Sleeper] = []
        /// Those whose sleep was over before it began.
        var cancelled: Set<Int> = []
        var count = 0
        /// Whatever shows that somebody is at work.
        var signs = 0
        var isMoving = false
    }

    /// For how many moments nothing must have happened.
    private static let calm = 4
    private let state: Locked<State>
    private let real: any TimeSource

    /// Starts at `now`; looks every millisecond of `real` whether anybody still does something.
    public init(now: Timestamp = VirtualTime().now, real: any TimeSource) {
        (state, self.real) = (Locked(State(now: now)), real)
    }

    /// The present virtual time.
    public var now: Timestamp {
        state.withLock { state in
            state.signs += 1
            return state.now
        }
    }

    /// Returns once the clock has come to the end of `duration`, or throws as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        guard !Task.isCancelled else { throw CancellationError() }
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let isOver = await withTaskCancellationHandler {
            await withCheckedContinuation { wake in begin(number, duration, wake) }
        } onCancel: {
            cancel(number)
        }
        guard isOver else { throw CancellationError() }
    }

    private func begin(_ number: Int, _ duration: Duration, _ wake: CheckedContinuation<Bool, Never>) {
        let starts = state.withLock { state -> Bool? in
            state.signs += 1
            guard state.cancelled.remove(number) == nil else { return nil }
            state.sleepers.append(Sleeper(number: number, end: state.now + max(duration, .zero), wake: wake))
            defer { state.isMoving = true }
            return !state.isMoving
        }
        guard let starts else { return wake.resume(returning: false) }
        if starts { Task { await move() } }
    }

    private func cancel(_ number: Int) {
        let sleeper = state.withLock { state -> Sleeper? in
            state.signs += 1
            guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.wake.resume(returning: false)
    }

    /// Wakes one sleeper after the other, until there is none.
    private func move() async {
        var (seen, calm) = (-1, 0)
        while true {
            await Task.yield()
            try? await real.sleep(for: .milliseconds(1))
            let signs = state.withLock { $0.signs }
            calm = signs == seen ? calm + 1 : 0
            seen = signs
            guard calm >= Self.calm else { continue }
            calm = 0
            guard wakeFirst() else { return }
        }
    }

    /// False when there is nobody to wake.
    private func wakeFirst() -> Bool {
        let sleeper = state.withLock { state -> Sleeper? in
            let first = state.sleepers.indices.min { left, right in
                (state.sleepers[left].end, left) < (state.sleepers[right].end, right)
            }
            guard let first else {
                state.isMoving = false
                return nil
            }
            let sleeper = state.sleepers.remove(at: first)
            state.now = max(state.now, sleeper.end)
            return sleeper
        }
        sleeper?.wake.resume(returning: true)
        return sleeper != nil
    }
}
