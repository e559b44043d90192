public import SlipwayBase

/// AWS Signature Version 4 for one service in one region.
///
/// Pure but for its cache of derived keys: the same inputs give the same signature. Share one value, and one
/// ``SigningKeys``, between threads as you like.
///
/// Source: AWS General Reference, "Signature Version 4 signing process".
public struct SigV4: Sendable {
    /// A header field.
    public typealias Field = (name: String, value: String)

    /// How a path is written before it is signed.
    public enum PathRule: Hashable, Sendable {
        /// Without `.`, `..` and empty segments, then encoded once more than on the wire: every service but S3.
        case normalized
        /// As it is on the wire, where everything but unreserved characters and `/` is encoded once: S3.
        case verbatim
    }

    /// What requests are signed with.
    public struct AccessKey: Hashable, Sendable {
        /// The public half, such as `AKIDEXAMPLE`.
        public var id: String
        /// The secret half.
        public var secret: Secret<String> { didSet { check = secret.hashValue } }
        /// The token of temporary credentials.
        public var sessionToken: Secret<String>?
        /// A seeded hash of the secret; taken once, because every signature looks for it.
        private(set) var check: Int

        /// Makes a key.
        public init(id: String, secret: Secret<String>, sessionToken: Secret<String>? = nil) {
            (self.id, self.secret, self.sessionToken) = (id, secret, sessionToken)
            check = secret.hashValue
        }
    }

    /// What stands for the body in a signature.
    public enum Payload: Hashable, Sendable {
        /// The body itself, which is hashed here.
        case bytes([UInt8])
        /// A hash made elsewhere (64 digits in lower case), or one of the words AWS defines, word for word.
        case named(String)

        /// The body is not signed; only over TLS, and only where the service allows it.
        public static let unsigned = Payload.named("UNSIGNED-PAYLOAD")
        /// No body.
        public static let empty = Payload.bytes([])
    }

    /// A request as it goes on the wire.
    public struct Input: Sendable {
        /// The method in upper case.
        public var method: String
        /// Path and query, byte for byte as they are sent; begins with `/`.
        public var target: String
        /// Every field that is sent and settled by now, Host among them, with its port unless it is the scheme's own.
        public var headers: [Field]
        /// What stands for the body.
        public var payload: Payload

        /// Makes an input.
        public init(method: String, target: String, headers: [Field], payload: Payload = .empty) {
            (self.method, self.target, self.headers, self.payload) = (method, target, headers, payload)
        }
    }

    /// The service's name in signatures, such as `elasticbeanstalk` or `s3`.
    public let service: String
    /// The region in signatures; `us-east-1` for services that have none.
    public let region: String
    /// How a path is written before it is signed.
    public let pathRule: PathRule
    /// Whether `x-amz-content-sha256` is sent and signed; from the start only for S3, which demands it.
    public var sendsPayloadHash: Bool
    /// Whether a session token is part of what is signed; a few services want it added afterwards.
    public var signsSessionToken = true

    let keys: SigningKeys

    /// Makes a signer; without a `pathRule` it is the one of the service.
    public init(service: String, region: String, pathRule: PathRule? = nil, keys: SigningKeys = SigningKeys()) {
        (self.service, self.region, self.keys) = (service, region, keys)
        self.pathRule = pathRule ?? (service == "s3" ? .verbatim : .normalized)
        sendsPayloadHash = service == "s3"
    }

    /// Fields that proxies and clients change or add on the way, and so are never signed; in lower case.
    public static let neverSigned: Set<String> = [
        "authorization", "baggage", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade",
        "user-agent", "x-amzn-trace-id",
    ]

    // Most names are settled by their length, without hashing them.
    private static let neverSignedLengths = neverSigned.reduce(UInt64(0)) { $0 | 1 << UInt64($1.utf8.count) }

    /// Whether a field of that name, in lower case, is never signed.
    static func isNeverSigned(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count < 64, neverSignedLengths >> UInt64(name.count) & 1 == 1 else { return false }
        return neverSigned.contains(String(decoding: name, as: UTF8.self))
    }
}
