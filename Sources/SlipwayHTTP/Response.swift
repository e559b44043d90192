public import HTTPTypes

/// What came back, whatever its status: an HTTP status is not a transport failure.
public struct Response: Sendable {
    /// The status code.
    public var status: Int
    /// Header fields in order.
    public var headers: HTTPFields
    /// The body in memory; empty when it is streamed.
    public var body: [UInt8]
    /// The body piece by piece, when the request asked for that.
    public var stream: BodyStream?

    /// Makes a response.
    public init(status: Int, headers: HTTPFields = [:], body: [UInt8] = [], stream: BodyStream? = nil) {
        (self.status, self.headers, self.body, self.stream) = (status, headers, body, stream)
    }

    /// Whether the status is 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(status) }
}

/// A response body as it arrives: one consumer, with back-pressure; dropping it ends the transfer.
public struct BodyStream: AsyncSequence, Sendable {
    /// A piece of the body; the split means nothing.
    public typealias Element = [UInt8]
    /// How the stream broke off.
    public typealias Failure = HTTPFailure

    private let pull: @Sendable () async throws(HTTPFailure) -> [UInt8]?

    /// `pull` gives the next piece, or nil at the end.
    public init(_ pull: @escaping @Sendable () async throws(HTTPFailure) -> [UInt8]?) { self.pull = pull }

    /// Pulls one piece at a time.
    public struct Iterator: AsyncIteratorProtocol {
        let pull: @Sendable () async throws(HTTPFailure) -> [UInt8]?

        /// The next piece, or nil at the end.
        public mutating func next() async throws(HTTPFailure) -> [UInt8]? { try await pull() }

        /// The next piece, or nil at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPFailure) -> [UInt8]? {
            try await pull()
        }
    }

    /// The one iterator: pieces go to whoever pulls first.
    public func makeAsyncIterator() -> Iterator { Iterator(pull: pull) }
}

/// Why no response came back, told by how far the request got.
public struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// How far the request got.
    public enum Reach: String, Hashable, Sendable, Codable {
        /// No credential could be had; nothing was sent.
        case unauthenticated
        /// Our own rules forbid the request; nothing was sent.
        case refused
        /// No byte of the request reached the server.
        case unsent
        /// The request may have taken effect; its answer is lost or unusable.
        case unanswered
        /// The caller gave up; the request may have taken effect.
        case cancelled
    }

    /// How far the request got.
    public var reach: Reach
    /// What happened, in one sentence without any secret.
    public var reason: String

    /// Makes a failure.
    public init(_ reach: Reach, _ reason: String) { (self.reach, self.reason) = (reach, reason) }

    /// Whether the server may have acted on the request.
    public var mayHaveTakenEffect: Bool { reach == .unanswered || reach == .cancelled }

    /// The reason.
    public var description: String { reason }
}
