internal import SlipwayBase

/// Keys derived from secrets, each good for a day, a region and a service; kept because deriving costs five hashes.
///
/// Bounded, and safe to share between threads. It keeps no secret, only what was derived from it.
public final class SigningKeys: Sendable {
    private struct Entry {
        var id: String
        /// A seeded hash of the secret: another secret under the same id must not find this key.
        var check: Int
        var day: SIMD8<UInt8>
        var region: String
        var service: String
        var key: DerivedKey
    }

    private struct State {
        var entries: [Entry] = []
        /// Work space that no signature is using.
        var idle: [Scratch] = []
    }

    private let capacity: Int
    private let state = Locked(State())

    /// Keeps at most `capacity` keys, the oldest of which make room.
    public init(capacity: Int = 32) { self.capacity = max(capacity, 1) }

    /// The signing key of that secret and scope, and work space that must be put back.
    func take(for access: SigV4.AccessKey, _ scope: SigV4.Scope) -> (DerivedKey, Scratch) {
        let check = access.secret.hashValue
        return state.withLock { state in
            let scratch = state.idle.popLast() ?? Scratch()
            for entry in state.entries
            where entry.check == check && entry.day == scope.day && entry.id == access.id
                && entry.service == scope.service && entry.region == scope.region
            {
                return (entry.key, scratch)
            }
            let key = DerivedKey(access, scope)
            if state.entries.count >= capacity { state.entries.removeFirst() }
            state.entries.append(
                Entry(
                    id: access.id,
                    check: check,
                    day: scope.day,
                    region: scope.region,
                    service: scope.service,
                    key: key
                )
            )
            return (key, scratch)
        }
    }

    /// Gives work space back for the next signature.
    func putBack(_ scratch: Scratch) {
        scratch.clear()
        state.withLock { state in
            if state.idle.count < 8 { state.idle.append(scratch) }
        }
    }
}

/// One key ready for use, and what every signature with it has in common.
final class DerivedKey: Sendable {
    let hmac: HMACKey
    /// `20150830/us-east-1/service/aws4_request`
    let scope: String

    init(_ access: SigV4.AccessKey, _ scope: SigV4.Scope) {
        self.scope = scope.parts.joined(separator: "/")
        var key = HMACKey(Array("AWS4".utf8) + Array(access.secret.reveal().utf8))
        for part in scope.parts { key = HMACKey(key.digest(of: Array(part.utf8))) }
        hmac = key
    }
}

extension SigV4 {
    /// What a key is derived for.
    struct Scope {
        /// Such as `20150830`.
        var day: SIMD8<UInt8>
        var region: String
        var service: String

        var parts: [String] {
            let day = withUnsafeBytes(of: day) { String(decoding: $0, as: UTF8.self) }
            return [day, region, service, "aws4_request"]
        }
    }
}
