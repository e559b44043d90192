internal import Foundation
public import SlipwayBase

/// The machine's wall clock.
public struct SystemTime: TimeSource {
    /// The machine's wall clock.
    public init() {}

    /// The present time.
    public var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Returns after `duration`, or throws as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }
}

/// The machine's random numbers.
public struct SystemRandom: RandomSource {
    /// The machine's random numbers.
    public init() {}

    /// The next 64 random bits.
    public func next() -> UInt64 { UInt64.random(in: .min ... .max) }
}

/// A virtual clock that lets real time pass while it sleeps, so that a rehearsal can be watched.
///
/// It moves only in sleeps, in slices of a tenth of a second: what a run does stays the same at every pace.
public struct PacedTime: TimeSource {
    private let virtual: VirtualTime
    private let real: any TimeSource
    private let pace: Double

    /// A clock that passes `pace` virtual seconds a second of `real`.
    public init(_ virtual: VirtualTime, real: any TimeSource, pace: Double) {
        (self.virtual, self.real, self.pace) = (virtual, real, pace)
    }

    /// The present virtual time.
    public var now: Timestamp { virtual.now }

    /// Moves the virtual clock by `duration`, slowly.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        var left = duration
        let slice = Duration.milliseconds(max(1, Int64(100 * pace)))
        while left > .zero {
            let part = min(left, slice)
            try await real.sleep(for: part / pace)
            try await virtual.sleep(for: part)
            left -= part
        }
    }
}
