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
    /// The request headers that are matched; all others change from run to run, or are secret.
    public static let matchedHeaders: [HTTPField.Name] = [.accept, .contentType]

    /// The method.
    public var method: HTTPRequest.Method
    /// Where it went, in cassettes over several hosts; nil matches a request to anywhere.
    public var origin: Origin?
    /// Path and query as they were sent.
    public var target: String
    /// Accept and Content-Type, where they were sent.
    public var headers: HTTPFields
    /// The body; nil when there was none.
    public var body: RecordedBody?

    /// Makes a recorded request; other headers than the matched ones are left out.
    public init(
        _ method: HTTPRequest.Method,
        _ target: String,
        to origin: Origin? = nil,
        headers: HTTPFields = [:],
        body: RecordedBody? = nil
    ) {
        (self.method, self.target, self.origin, self.body) = (method, target, origin, body)
        self.headers = HTTPFields(headers.filter { Self.matchedHeaders.contains($0.name) })
    }

    /// What a recorder of one host keeps of `request`; nil for uploads from files or slices of them, which are not
    /// recorded yet.
    public init?(_ request: Request) {
        switch request.body {
        case .none: self.init(request.method, request.target, headers: request.headers)
        case .bytes(let bytes):
            let body = bytes.isEmpty ? nil : RecordedBody(bytes)
            self.init(request.method, request.target, headers: request.headers, body: body)
        case .file, .slice: return nil
        }
    }

    /// The request as it would be sent to `origin`.
    public func request(to origin: Origin) -> Request {
        Request(method, origin, target, headers: headers, body: body.map { .bytes($0.bytes) } ?? .none)
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

    /// Makes a recorded response.
    public init(status: Int, headers: HTTPFields = [:], content: Content = .whole(nil)) {
        (self.status, self.headers, self.content) = (status, headers, content)
    }

    /// The body in one piece, however it arrived.
    public var bytes: [UInt8] {
        switch content {
        case .whole(let body): body?.bytes ?? []
        case .frames(let frames, _): frames.flatMap(\.bytes)
        }
    }
}

/// A body in the most readable of three forms.
public enum RecordedBody: Hashable, Sendable {
    /// A JSON object or list.
    case json(JSON)
    /// Other text.
    case text(String)
    /// Anything else.
    case base64([UInt8])

    /// The most readable form of `bytes`; white space between the tokens of a JSON document is not kept.
    public init(_ bytes: [UInt8]) {
        if let document = try? JSON(parsing: bytes), document.array != nil || document.object != nil {
            self = .json(document)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            self = .text(text)
        } else {
            self = .base64(bytes)
        }
    }

    /// The bytes; a JSON document in compact form.
    public var bytes: [UInt8] {
        switch self {
        case .json(let document): document.bytes
        case .text(let text): Array(text.utf8)
        case .base64(let bytes): bytes
        }
    }
}
