import Dispatch
import Foundation
import SlipwayEngine

/// Turns Ctrl-C, SIGTERM and SIGHUP into a request to stop, and a second one into an end at once.
///
/// Signals are taken from an event queue, never in a signal handler.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// `firstSignal` is told of the first one; `restore` puts the terminal right before an end at once.
    init(stop: StopRequest, firstSignal: @escaping @Sendable () -> Void, restore: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: nil)
            source.setEventHandler {
                guard stop.isRequested || number == SIGQUIT else {
                    // Said before it is done: the process may be gone right after.
                    firstSignal()
                    return stop.request()
                }
                restore()
                _exit(ExitReason.interrupted.rawValue)
            }
            source.resume()
            return source
        }
    }

    deinit { for source in sources { source.cancel() } }
}
