public import HTTPTypes
public import SlipwayBase

/// One HTTP request: the exact bytes of its target are kept, because those are what is signed and sent.
public struct Request: Hashable, Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// Where it goes.
    public var origin: Origin
    /// Path and query, byte for byte as they go on the wire; begins with `/`.
    public var target: String
    /// Header fields, without Host and Content-Length.
    public var headers: HTTPFields
    /// What is sent after the header.
    public var body: Body
    /// How long to wait, and how much to read.
    public var bounds: Bounds
    /// Whether sending it twice is as good as sending it once.
    public var isIdempotent: Bool
    /// Whether the response's body is wanted piece by piece as it arrives.
    public var streamsResponse: Bool

    /// What is sent after the header.
    public enum Body: Hashable, Sendable {
        /// Nothing.
        case none
        /// Bytes in memory.
        case bytes([UInt8])
        /// A file, read while it is sent.
        case file(path: String)
        /// A piece of an open file, read while it is sent.
        case slice(FileSlice)
    }

    /// How long to wait, and how much to read.
    public struct Bounds: Hashable, Sendable {
        /// Until the connection stands, TLS included.
        public var connect: Duration
        /// Without a single byte in either direction; zero for no bound.
        public var idle: Duration
        /// From start to end; zero for no bound.
        public var total: Duration
        /// The most bytes of the body that are accepted, after decompression; only for bodies held in memory.
        public var responseBytesMax: Int

        /// Bounds for ordinary API calls.
        public init(
            connect: Duration = .seconds(10),
            idle: Duration = .seconds(30),
            total: Duration = .seconds(60),
            responseBytesMax: Int = Limits.responseBytesMax
        ) {
            (self.connect, self.idle, self.total, self.responseBytesMax) = (connect, idle, total, responseBytesMax)
        }
    }

    /// Makes a request; GET, HEAD, OPTIONS, PUT and DELETE count as idempotent unless said otherwise.
    public init(
        _ method: HTTPRequest.Method,
        _ origin: Origin,
        _ target: String,
        headers: HTTPFields = [:],
        body: Body = .none,
        isIdempotent: Bool? = nil
    ) {
        self.method = method
        self.origin = origin
        self.target = target
        self.headers = headers
        self.body = body
        self.bounds = Bounds()
        self.isIdempotent = isIdempotent ?? [.get, .head, .options, .put, .delete].contains(method)
        self.streamsResponse = false
    }

    /// The absolute URL.
    public var url: String { origin.description + target }
}
