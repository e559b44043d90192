/// Sends one request and gives its answer.
///
/// Write your own to record, replay or imitate; test with it by handing it to whatever takes a transport.
public protocol Transport: Sendable {
    /// Sends `request`; returns whatever the server answered, throws when there is no answer.
    func send(_ request: Request) async throws(HTTPFailure) -> Response
}

/// The rest of a pipeline, as a middleware sees it.
public typealias Next = @Sendable (Request) async throws(HTTPFailure) -> Response

/// Stands between a caller and a transport: changes requests, answers, or how often they are sent.
public protocol Middleware: Sendable {
    /// Answers `request`, usually by handing it to `next`.
    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response
}

extension Middleware {
    /// What came of handing `request` to `next`, for those that look at answers and failures alike.
    public func outcome(of request: Request, _ next: Next) async -> Result<Response, HTTPFailure> {
        do throws(HTTPFailure) {
            return .success(try await next(request))
        } catch {
            return .failure(error)
        }
    }
}

/// Middlewares in front of a transport; itself a transport.
public struct Pipeline: Transport {
    private let middlewares: [any Middleware]
    private let transport: any Transport

    /// The first middleware sees a request first and its answer last.
    public init(_ middlewares: [any Middleware], to transport: any Transport) {
        (self.middlewares, self.transport) = (middlewares, transport)
    }

    /// Sends `request` through every middleware to the transport.
    public func send(_ request: Request) async throws(HTTPFailure) -> Response {
        try await send(request, through: middlewares[...])
    }

    private func send(_ request: Request, through rest: ArraySlice<any Middleware>) async throws(HTTPFailure)
        -> Response
    {
        guard let first = rest.first else { return try await transport.send(request) }
        return try await first.intercept(request) { (request) async throws(HTTPFailure) -> Response in
            try await send(request, through: rest.dropFirst())
        }
    }
}
