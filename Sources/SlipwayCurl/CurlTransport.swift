import HTTPTypes
import SlipwayBase
public import SlipwayHTTP

/// Sends requests through a `CurlClient`, with one identity and one proxy.
///
/// It never follows redirects, never repeats a request that is not idempotent, and verifies every server with TLS 1.2
/// or newer unless the settings say otherwise. Cancelling the calling task ends the transfer at any point.
public struct CurlTransport: Transport {
    let client: CurlClient
    let tls: TLSSettings
    let proxy: ProxyChoice

    /// Sends `request`; gives the whole response, or its head and a stream when `request.streamsResponse` is set.
    public func send(_ request: Request) async throws(HTTPFailure) -> Response {
        if Task.isCancelled { throw HTTPFailure(.cancelled, "\(request.label): cancelled before it was sent") }
        let transfer = Transfer(
            try RequestPlan(request, tls: tls, proxy: proxy, settings: client.settings),
            client.loop
        )
        var response = try await transfer.answer()
        if request.streamsResponse {
            let reader = StreamReader(transfer, client)
            response.stream = BodyStream { () async throws(HTTPFailure) in try await reader.next() }
        }
        return response
    }
}

/// Ends the transfer when nobody holds the stream any more, and keeps the client alive until then.
private final class StreamReader: Sendable {
    private let transfer: Transfer
    private let client: CurlClient

    init(_ transfer: Transfer, _ client: CurlClient) { (self.transfer, self.client) = (transfer, client) }

    deinit { transfer.cancel() }

    func next() async throws(HTTPFailure) -> [UInt8]? { try await transfer.nextPiece() }
}

extension Request {
    /// Method and URL without the query, for messages.
    var label: String { "\(method.rawValue) \(origin)\(target.prefix { $0 != "?" })".printable(max: 300) }
}
