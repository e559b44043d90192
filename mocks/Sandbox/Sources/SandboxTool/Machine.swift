import Foundation
import SlipwayBase

/// The machine's wall clock.
struct MachineTime: TimeSource {
    var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }
}

/// The machine's random numbers.
struct MachineRandom: RandomSource {
    func next() -> UInt64 { UInt64.random(in: .min ... .max) }
}

/// Calls back when the program is asked to end.
final class Interrupts: Sendable {
    private let sources: Locked<[any DispatchSourceSignal]>

    init(_ whenAsked: @escaping @Sendable () -> Void) {
        let made = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler(handler: whenAsked)
            source.resume()
            return source
        }
        sources = Locked(made)
    }

    func stop() { for source in sources.withLock({ $0 }) { source.cancel() } }
}
