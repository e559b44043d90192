import HTTPTypes
public import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// S3 as far as releases need it: buckets, objects, uploads in parts, conditional writes, and its refusals.
///
/// Not there: versions, access lists, encryption, copies, deleting many; each is refused, or ignored where a
/// server may. ETags are MD5 as in S3 (or taken from the SHA-256 where OpenSSL has no MD5).
public struct SimulatedS3: Sendable {
    /// Whether the bytes of objects of any size are kept, so that they can be read back.
    public var keepsBodies = false
    /// The largest object whose bytes are kept all the same.
    public var keptBytesMax = 256 << 10
    /// The smallest part of an upload but its last: 5 MiB in S3.
    public var partBytesMin = 5 << 20

    var buckets: [String: Bucket] = [:]
    var conflicts: Set<[String]> = []
    var uploadsBegun = 0

    /// No buckets.
    public init() {}

    /// Makes a bucket, as another service or a seed does; one that is there stays as it is.
    public mutating func addBucket(_ name: String, region: String, owner: String, at now: Timestamp) {
        guard buckets[name] == nil else { return }
        buckets[name] = Bucket(name: name, region: region, owner: owner, createdAt: now)
    }

    /// The region of a bucket; nil when there is no such bucket.
    public func region(ofBucket name: String) -> String? { buckets[name]?.region }

    /// The account that a bucket belongs to; nil when there is no such bucket.
    public func owner(ofBucket name: String) -> String? { buckets[name]?.owner }

    /// An object; nil when bucket or key are not there.
    public func object(_ key: String, in bucket: String) -> StoredObject? { buckets[bucket]?.objects[key] }

    /// The keys of a bucket in the order of S3's lists.
    public func keys(in bucket: String) -> [String] { sorted(buckets[bucket]?.objects.keys.map { $0 } ?? []) }

    /// The uploads of a bucket that are neither completed nor aborted, by key.
    public func unfinishedUploads(in bucket: String) -> [(key: String, id: String)] {
        (buckets[bucket]?.uploads.values.map { ($0.key, $0.id) } ?? []).sorted { $0 < $1 }
    }

    /// Writes an object as somebody else would, past every check; does nothing without the bucket.
    public mutating func put(_ bytes: [UInt8], key: String, in bucket: String, at now: Timestamp) {
        let payload = Payload(bytes)
        let object = stored(payload, etag: Digits.hexadecimal(payload.tag), headers: [:], at: now)
        buckets[bucket]?.objects[key] = object
    }

    /// Removes an object as somebody else would.
    public mutating func remove(_ key: String, in bucket: String) { buckets[bucket]?.objects[key] = nil }

    /// Makes the next conditional write of a key meet another one at the same moment: it is answered with 409 and has
    /// no effect.
    public mutating func conflictNext(on key: String, in bucket: String) { conflicts.insert([bucket, key]) }

    func stored(_ payload: Payload, etag: String, headers: HTTPFields, at now: Timestamp) -> StoredObject {
        StoredObject(
            bytes: payload.byteCount <= keptBytesMax || keepsBodies ? payload.bytes : nil,
            byteCount: payload.byteCount,
            sha256: payload.sha256,
            etag: etag,
            modifiedAt: now,
            headers: headers
        )
    }

    /// Keys in the order of their UTF-8, which is the order of S3's lists.
    func sorted(_ keys: [String]) -> [String] { keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
