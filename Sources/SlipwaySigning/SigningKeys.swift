internal import SlipwayBase

/// Keys derived from secrets, each good for a day, a region and a service; kept because deriving costs four hashes.
///
/// Bounded. It keeps no secret, only what was derived from it.
public final class SigningKeys: Sendable {
    private struct Entry {
        var id: String
        var day: String
        var region: String
        var service: String
        /// A seeded hash of the secret: another secret under the same id must not find this key.
        var check: Int
        var key: [UInt8]
    }

    private let capacity: Int
    private let entries = Locked<[Entry]>([])

    /// Keeps at most `capacity` keys, the oldest of which make room.
    public init(capacity: Int = 32) { self.capacity = max(capacity, 1) }

    /// The signing key of that secret, day, region and service.
    func key(of access: SigV4.AccessKey, day: String, region: String, service: String) -> [UInt8] {
        let check = access.secret.hashValue
        return entries.withLock { entries in
            let found = entries.first {
                $0.id == access.id && $0.check == check && $0.day == day && $0.region == region
                    && $0.service == service
            }
            if let found { return found.key }
            var key = Array("AWS4".utf8) + Array(access.secret.reveal().utf8)
            for part in [day, region, service, "aws4_request"] { key = HMAC.sha256(of: part.utf8, key: key) }
            if entries.count >= capacity { entries.removeFirst() }
            entries.append(
                Entry(id: access.id, day: day, region: region, service: service, check: check, key: key)
            )
            return key
        }
    }
}
