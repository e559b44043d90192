import Foundation
import Slipway
import SlipwayBase

/// Where a command reads its surroundings and writes its words; tests hand in their own.
struct Console: Sendable {
    /// Writes to standard output at once.
    var out: @Sendable (String) -> Void
    /// Writes to standard error at once.
    var err: @Sendable (String) -> Void
    /// What standard error is connected to.
    var terminal: Terminal
    /// The environment.
    var environment: [String: String]
    /// Whether signals are to be caught.
    var catchesSignals: Bool
    /// Platforms beside the built-in ones.
    var platforms: [any Platform] = []
    /// What requests go over.
    var network = Network.live
    /// Where what goes over it is kept, when it is.
    var exchanges: KeptExchanges?

    func line(_ text: String) { out(text + "\n") }
    func errorLine(_ text: String) { err(text + "\n") }

    /// The console of this process.
    static func ofProcess() -> Console {
        let environment = ProcessInfo.processInfo.environment
        return Console(
            out: { Descriptor.write($0, to: 1) },
            err: { Descriptor.write($0, to: 2) },
            terminal: Terminal(environment: environment),
            environment: environment,
            catchesSignals: true
        )
    }
}

/// Writes without buffers of its own, so that nothing is lost whatever way the process ends.
enum Descriptor {
    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            // A reader that went away must not stop a release.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
