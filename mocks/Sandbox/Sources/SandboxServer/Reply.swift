public import SlipwayHTTP

/// A request as it came in over a socket.
public struct IncomingRequest: Sendable {
    /// The request; its origin is what the Host field says, and its headers hold Content-Length when that was sent.
    public var request: Request
    /// Whom the client's certificate names, when it showed one that the sandbox's authority signed.
    public var caller: CertifiedCaller?
    /// Which of the server's ports it came in at.
    public var listener: String
    /// Whether the body is larger than the server reads; what came of it is left out.
    public var isTooLarge: Bool
}

/// Whom a client certificate names.
public struct CertifiedCaller: Hashable, Sendable {
    /// The common name.
    public var name: String
    /// The organizations.
    public var groups: [String]

    /// Makes a caller.
    public init(name: String, groups: [String] = []) { (self.name, self.groups) = (name, groups) }
}

/// What a request is answered with, and how the answer reaches the client.
public struct Reply: Sendable {
    /// Status, headers, and the body unless it is streamed.
    public var response: Response
    /// Where a streamed body comes from.
    public var source: (any ReplySource)?
    /// How long the answer is kept back.
    public var delay: Duration = .zero
    /// What happens to it on its way.
    public var delivery = Delivery.whole

    /// An answer that arrives whole, or piece by piece from `source`.
    public init(_ response: Response, source: (any ReplySource)? = nil) {
        (self.response, self.source) = (response, source)
    }
}

/// What happens to an answer on its way.
public enum Delivery: Hashable, Sendable {
    /// Nothing: it arrives.
    case whole
    /// The connection is reset before its first byte; over HTTP/2 only the stream is.
    case reset
    /// It breaks off after half of the body.
    case truncated
    /// Bytes that are no HTTP arrive in its place; over HTTP/2 they stand in the body, and the stream breaks off.
    case garbage
    /// The body arrives at this rate.
    case drip(bytesPerSecond: Int)
}

/// Where the body of an answer comes from that arrives piece by piece.
public protocol ReplySource: AnyObject, Sendable {
    /// The next piece; called only while the client takes more.
    func next() -> ReplyPiece

    /// Remembers whom to tell when `next` may give something after it gave nothing.
    func whenThereIsMore(_ wake: @escaping @Sendable () -> Void)

    /// The client is gone, or has everything.
    func close()
}

/// One look at a streamed body.
public enum ReplyPiece: Sendable {
    /// These bytes.
    case bytes([UInt8])
    /// Nothing for now.
    case nothing
    /// It is over.
    case end
}

/// Answers requests; called on the server's event loops, so it computes and never waits.
public protocol Responder: Sendable {
    /// The answer to `request`.
    func reply(to request: IncomingRequest) -> Reply
}

/// What the server takes, so that no client can use it up.
public struct ServerBounds: Hashable, Sendable {
    /// The largest body of a request.
    public var bodyBytesMax = 64 << 20
    /// The largest header block of a request.
    public var headerBytesMax = 64 << 10
    /// How long a connection may stay without finishing a request, once nothing on it is being answered.
    public var idleSecondsMax: Int64 = 60
    /// How many connections there may be at once; further ones are closed at once.
    public var connectionsMax = 10_000
    /// How many requests there may be at once on one HTTP/2 connection.
    public var streamsMax = 4_000

    /// The defaults.
    public init() {}
}
