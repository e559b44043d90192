internal import SlipwayBase

/// Keys derived from secrets, each good for a day, a region and a service; kept because deriving costs five hashes.
///
/// Bounded, and safe to share between threads. It keeps no secret, only what was derived from it.
public final class SigningKeys: Sendable {
    private struct Entry {
        var id: String
        /// Days since 1970-01-01.
        var day: Int
        /// A seeded hash of the secret: another secret under the same id must not find this key.
        var check: Int
        var region: String
        var service: String
        var key: DerivedKey

        func fits(_ id: String, _ check: Int, _ day: Int, _ signer: SigV4) -> Bool {
            self.check == check && self.day == day && self.id == id && service == signer.service
                && region == signer.region
        }
    }

    private struct State {
        var entries: [Entry] = []
        /// Work space that no signature is using.
        var idle: [WorkSpace] = []
    }

    private static let idleMax = 8
    private let capacity: Int
    private let state = Locked(State())

    /// Keeps at most `capacity` keys, the oldest of which make room.
    public init(capacity: Int = 32) { self.capacity = max(capacity, 1) }

    /// Runs `body` with the key that `access` signs with on that day for `signer`, and with work space that is empty.
    func withKey<Result>(
        of access: SigV4.AccessKey,
        on day: Int,
        for signer: SigV4,
        _ body: (DerivedKey, inout Scratch) -> Result
    ) -> Result {
        let (key, space) = take(access, day, signer)
        defer { putBack(space) }
        return body(key, &space.scratch)
    }

    private func take(_ access: SigV4.AccessKey, _ day: Int, _ signer: SigV4) -> (DerivedKey, WorkSpace) {
        let check = access.check
        return state.withLock { state in
            let space = state.idle.popLast() ?? WorkSpace()
            // By index, because a copy of an entry counts all its references up and down.
            for index in state.entries.indices where state.entries[index].fits(access.id, check, day, signer) {
                return (state.entries[index].key, space)
            }
            let key = DerivedKey(access, day, signer)
            if state.entries.count >= capacity { state.entries.removeFirst() }
            state.entries.append(
                Entry(
                    id: access.id,
                    day: day,
                    check: check,
                    region: signer.region,
                    service: signer.service,
                    key: key
                )
            )
            return (key, space)
        }
    }

    private func putBack(_ space: WorkSpace) {
        space.scratch.clear()
        state.withLock { state in
            if state.idle.count < Self.idleMax { state.idle.append(space) }
        }
    }
}

/// Lets work space lie in an array.
private final class WorkSpace {
    var scratch = Scratch()
}

/// One key ready for use, and what every signature with it has in common.
final class DerivedKey: Sendable {
    let hmac: HMACKey
    /// Such as `20150830`.
    let day: String
    /// `20150830/us-east-1/service/aws4_request`
    let scope: String

    init(_ access: SigV4.AccessKey, _ day: Int, _ signer: SigV4) {
        self.day = SigningStamp.text(ofDay: day)
        let parts = [self.day, signer.region, signer.service, "aws4_request"]
        scope = parts.joined(separator: "/")
        var key = HMACKey(Array("AWS4".utf8) + Array(access.secret.reveal().utf8))
        for part in parts { key = HMACKey(key.digest(of: Array(part.utf8))) }
        hmac = key
    }
}
