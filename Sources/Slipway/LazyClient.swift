internal import SlipwayAccess
internal import SlipwayBase
internal import SlipwayCurl
internal import SlipwayHTTP

/// The one client of a toolkit, started when the first connection is made.
final class LazyClient: Sendable {
    private enum Way {
        case network(AccessEnvironment)
        case scripted(any Transport)
    }

    private let started = Locked<CurlClient?>(nil)
    private let way: Way
    private let watched: (@Sendable (any Transport) -> any Transport)?

    /// A client for the network as `environment` has it; `watched` stands around every transport.
    init(in environment: AccessEnvironment, watched: (@Sendable (any Transport) -> any Transport)? = nil) {
        (way, self.watched) = (.network(environment), watched)
    }

    /// Everything goes to `scripted`, and no client is ever started: for what lies above the network.
    init(_ scripted: any Transport) { (way, watched) = (.scripted(scripted), nil) }

    /// A transport; authorities that `tls` does not name are the environment's, else the system's.
    func transport(tls: TLSSettings, proxy: ProxyChoice) throws(InputFailure) -> any Transport {
        let environment: AccessEnvironment
        switch way {
        case .scripted(let transport): return transport
        case .network(let place): environment = place
        }
        var tls = tls
        if tls.authorities == nil { tls.authorities = try environment.trustedAuthorities() }
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
