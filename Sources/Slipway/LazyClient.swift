internal import SlipwayBase
internal import SlipwayCurl
internal import SlipwayHTTP

/// The one client of a toolkit, started when the first connection is made.
final class LazyClient: Sendable {
    private let started = Locked<CurlClient?>(nil)

    func transport(tls: TLSSettings, proxy: ProxyChoice) throws(InputFailure) -> any Transport {
        do throws(HTTPFailure) { return try client().transport(tls: tls, proxy: proxy) } catch {
            throw InputFailure("the network cannot be used: \(error.reason)")
        }
    }

    private func client() throws(HTTPFailure) -> CurlClient {
        try started.withLock { (started) throws(HTTPFailure) in
            if let started { return started }
            let client = try CurlClient()
            started = client
            return client
        }
    }
}
