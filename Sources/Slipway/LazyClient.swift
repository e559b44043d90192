internal import SlipwayBase
internal import SlipwayCurl
internal import SlipwayHTTP

/// The one client of a toolkit, started when the first connection is made.
final class LazyClient: Sendable {
    private let started = Locked<CurlClient?>(nil)
    private let scripted: (any Transport)?
    private let watched: (@Sendable (any Transport) -> any Transport)?

    /// With `scripted`, everything goes to it and no client is ever started: for tests of what lies above the network.
    /// `watched` stands around every transport to the network.
    init(_ scripted: (any Transport)? = nil, watched: (@Sendable (any Transport) -> any Transport)? = nil) {
        (self.scripted, self.watched) = (scripted, watched)
    }

    func transport(tls: TLSSettings, proxy: ProxyChoice) throws(InputFailure) -> any Transport {
        if let scripted { return scripted }
        do throws(HTTPFailure) {
            let transport = try client().transport(tls: tls, proxy: proxy)
            return watched?(transport) ?? transport
        } catch {
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
