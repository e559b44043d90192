public import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP

/// One request and what came of it.
public struct Interaction: Hashable, Sendable {
    /// Its name inside the cassette.
    public var id: String
    /// What happens in it, in a few words.
    public var title: String
    /// Who called, in words; never matched, because credentials are not recorded.
    public var caller: String?
    /// What was asked.
    public var request: RecordedRequest
    /// What came of it.
    public var outcome: RecordedOutcome
    /// Whether this answer is given again when the same request comes after the last recording of it.
    public var repeats: Bool

    /// Makes an interaction.
    public init(
        id: String,
        title: String,
        caller: String? = nil,
        request: RecordedRequest,
        outcome: RecordedOutcome,
        repeats: Bool = false
    ) {
        (self.id, self.title, self.caller) = (id, title, caller)
        (self.request, self.outcome, self.repeats) = (request, outcome, repeats)
    }
}

/// What is kept of a request: only what is matched.
public struct RecordedRequest: Hashable, Sendable {
    /// The request headers that are matched unless a cassette chooses; others change from run to run, or are secret.
    public static let matchedHeaders: [HTTPField.Name] = [.accept, .contentType]

    /// Where it went; nil matches every origin.
    public var origin: Origin?
    /// The method.
    public var method: HTTPRequest.Method
    /// Path and query as they were sent.
    public var target: String
    /// The matched headers, where they were sent.
    public var headers: HTTPFields
    /// The body; nil when there was none.
    public var body: RecordedBody?

    /// Makes a recorded request; other headers than the `matched` ones are left out, and so are volatile ones.
    public init(
        _ method: HTTPRequest.Method,
        _ target: String,
        to origin: Origin? = nil,
        headers: HTTPFields = [:],
        body: RecordedBody? = nil,
        matched: [HTTPField.Name] = RecordedRequest.matchedHeaders
    ) {
        (self.method, self.target, self.body, self.origin) = (method, target, body, origin)
        self.headers = HTTPFields(headers.filter { matched.contains($0.name) && !Matching.isVolatile($0.name) })
    }

    /// What a recorder keeps of `request`: of uploads from files their digest and size.
    ///
    /// Throws one sentence when such a file cannot be read.
    public init(_ request: Request, matched: [HTTPField.Name] = RecordedRequest.matchedHeaders) throws(InputFailure) {
        self.init(
            request.method,
            request.target,
            to: request.origin,
            headers: request.headers,
            body: try RecordedBody(request.body),
            matched: matched
        )
    }

    /// The request as it would be sent to `origin`, or to its own.
    public func request(to origin: Origin) -> Request {
        Request(method, self.origin ?? origin, target, headers: headers, body: body.map { .bytes($0.bytes) } ?? .none)
    }
}

/// What came of a request.
public enum RecordedOutcome: Hashable, Sendable {
    /// The server answered.
    case response(RecordedResponse)
    /// There was no answer.
    case failure(HTTPFailure)
}

/// What is kept of a response: its status, the headers that clients act on, and the whole body.
public struct RecordedResponse: Hashable, Sendable {
    /// The body in one piece, or as it arrived.
    public enum Content: Hashable, Sendable {
        /// In one piece; nil when empty.
        case whole(RecordedBody?)
        /// Piece by piece with times, in order, and how it ended; a nil end follows at once on the last piece.
        case frames([Frame], ended: StreamEnd?)
    }

    /// A piece of a streamed body.
    public struct Frame: Hashable, Sendable {
        /// When it arrived, since the request.
        public var at: Duration
        /// Its bytes.
        public var bytes: [UInt8]

        /// Makes a frame.
        public init(at: Duration, bytes: [UInt8]) { (self.at, self.bytes) = (at, bytes) }
    }

    /// How a streamed body ended.
    public struct StreamEnd: Hashable, Sendable {
        /// When, since the request.
        public var at: Duration
        /// Why it broke off; nil when it ended as the protocol has it.
        public var broken: String?

        /// Makes an end.
        public init(at: Duration, broken: String? = nil) { (self.at, self.broken) = (at, broken) }
    }

    /// The status code.
    public var status: Int
    /// Header fields in order.
    public var headers: HTTPFields
    /// The body.
    public var content: Content
    /// How long it was waited for.
    public var after: Duration

    /// Makes a recorded response.
    public init(
        status: Int,
        headers: HTTPFields = [:],
        content: Content = .whole(nil),
        after: Duration = .zero
    ) {
        (self.status, self.headers, self.content, self.after) = (status, headers, content, after)
    }

    /// The body in one piece, however it arrived.
    public var bytes: [UInt8] {
        switch content {
        case .whole(let body): body?.bytes ?? []
        case .frames(let frames, _): frames.flatMap(\.bytes)
        }
    }
}
