public import HTTPTypes
public import SlipwayBase
import SlipwaySigning

/// An object of a simulated bucket.
public struct StoredObject: Hashable, Sendable {
    /// What was stored; nil when only size and digest are kept.
    public var bytes: [UInt8]?
    /// Its size.
    public var byteCount: Int
    /// The SHA-256 of the bytes in lower-case hexadecimal; nil when they came in parts that were not kept.
    public var sha256: String?
    /// The entity tag without its quotes.
    public var etag: String
    /// When it was last written.
    public var modifiedAt: Timestamp
    /// What comes back with it: `content-type`, `x-amz-meta-*`, and the checksum it was sent with.
    public var headers: HTTPFields
}

/// The bytes of one object or part, and what is computed from them.
struct Payload: Sendable {
    var bytes: [UInt8]?
    var byteCount: Int
    var sha256: String
    /// What an ETag is made of: the MD5, or 16 bytes of the SHA-256 where there is no MD5.
    var tag: [UInt8]

    init(_ bytes: [UInt8], sha256: String? = nil) {
        self.bytes = bytes
        byteCount = bytes.count
        self.sha256 = sha256 ?? S3Digest.sha256(bytes)
        tag = S3Digest.tag(bytes)
    }
}

/// An upload in parts that is neither completed nor aborted.
struct MultipartUpload: Sendable {
    struct Part: Sendable {
        var payload: Payload
        /// The checksum header it came with.
        var checksum: HTTPFields
        var modifiedAt: Timestamp
        var etag: String { Digits.hexadecimal(payload.tag) }
    }

    var id: String
    var key: String
    var initiatedAt: Timestamp
    var headers: HTTPFields
    var parts: [Int: Part] = [:]
}

/// A bucket, which lives in one region and belongs to one account.
struct Bucket: Sendable {
    var name: String
    var region: String
    var owner: String
    var createdAt: Timestamp
    var objects: [String: StoredObject] = [:]
    var uploads: [String: MultipartUpload] = [:]
}
