public import HTTPTypes
internal import SlipwayBase
public import SlipwayHTTP

/// One operation of a service that speaks XML over paths and methods (Route 53), before it becomes a request.
public struct RestCall: Hashable, Sendable {
    /// The operation, such as `ChangeResourceRecordSets`.
    public var action: String
    /// `GET` or `POST`.
    public var method: HTTPRequest.Method
    /// Path and query as they go on the wire.
    public var target: String
    /// The document that is sent.
    public var body: XMLNode?
    /// Whether sending it twice is as good as sending it once.
    public var isIdempotent: Bool

    /// Makes a call; what has no body only reads.
    public init(_ action: String, _ target: String, body: XMLNode? = nil, isIdempotent: Bool = true) {
        (self.action, self.target, self.body, self.isIdempotent) = (action, target, body, isIdempotent)
        method = body == nil ? .get : .post
    }

    /// The request of this call, not signed yet. Pure.
    public func request(to endpoint: AWSEndpoint, namespace: String?) -> Request {
        let document = body.map { $0.document(namespace: namespace) }
        var request = Request(
            method,
            endpoint.origin,
            target,
            headers: document == nil ? [:] : [.contentType: "application/xml"],
            body: document.map { .bytes($0) } ?? .none,
            isIdempotent: isIdempotent
        )
        request.bounds.responseBytesMax = Limits.xmlBytesMax
        return request
    }
}

/// Speaks XML over paths and methods with one service.
///
/// Repeating and signing are the transport's: put `AWSRetry` and in it `AWSAuthenticate` in front of it.
public struct RestClient: Sendable {
    /// Where calls go.
    public let endpoint: AWSEndpoint
    private let namespace: String?
    private let transport: any Transport

    /// Calls `endpoint` through `transport`; documents are sent in `namespace`.
    public init(_ endpoint: AWSEndpoint, namespace: String?, transport: any Transport) {
        (self.endpoint, self.namespace, self.transport) = (endpoint, namespace, transport)
    }

    /// Sends `call` and gives the root of what was answered.
    public func send(_ call: RestCall) async throws(AWSFailure) -> AWSReply {
        let request = call.request(to: endpoint, namespace: namespace)
        let response = try await transport.answer(to: request, call: call.action)
        return try AWSReply(response, call: call.action)
    }
}
