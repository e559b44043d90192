import SlipwayAzure
import SlipwayBase
import SlipwayHTTP

/// What a provider keeps in its own memory and nowhere else: addresses signed for one operation, publishing secrets,
/// packages that were read.
///
/// Whoever loses it reads the site instead, asks again, or reads the file again.
final class Kept: Sendable {
    private struct State {
        var operations: [String: ARMOperation] = [:]
        var publishing: [Origin: Secret<String>] = [:]
        var packages: [String: ZipPackage] = [:]
        var intents: Set<String> = []
    }

    private let state = Locked(State())

    /// The operation of a call, by its key.
    subscript(operation key: String) -> ARMOperation? {
        get { state.withLock { $0.operations[key] } }
        set { state.withLock { $0.operations[key] = newValue } }
    }

    /// What the `Authorization` field holds for a deployment engine that takes no token.
    subscript(publishing origin: Origin) -> Secret<String>? {
        get { state.withLock { $0.publishing[origin] } }
        set { state.withLock { $0.publishing[origin] = newValue } }
    }

    subscript(package path: String) -> ZipPackage? {
        get { state.withLock { $0.packages[path] } }
        set { state.withLock { $0.packages[path] = newValue } }
    }

    /// Whether the swap of a call, by its key, is this process' own to send.
    subscript(isIntended key: String) -> Bool {
        get { state.withLock { $0.intents.contains(key) } }
        set {
            state.withLock { state in
                if newValue { state.intents.insert(key) } else { state.intents.remove(key) }
            }
        }
    }
}
