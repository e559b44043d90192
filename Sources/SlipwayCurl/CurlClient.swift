public import SlipwayBase
public import SlipwayHTTP

/// Speaks HTTPS through libcurl: one thread and one connection pool, shared by every transport made from it.
///
/// Dropping the last reference ends it, like `shutdown()`.
public final class CurlClient: Sendable {
    /// How many of everything; the defaults suit a deploy tool that watches some hundred objects.
    public struct Settings: Hashable, Sendable {
        /// Connections to one scheme, host, port and identity; further requests wait for one.
        public var connectionsPerHostMax = 16
        /// Requests that share one HTTP/2 connection.
        public var streamsPerConnectionMax = 100
        /// Requests under way and waiting; one more fails at once as `unsent`.
        public var requestsMax = 4_096
        /// Bytes of a streamed body that are kept for a slow reader before the server is made to wait.
        public var streamHighWaterBytes = 256 << 10
        /// Whether HTTP/2 is offered.
        public var isHTTP2Allowed = true
        /// The User-Agent of requests that name none.
        public var userAgent = "slipway"
        /// How the loop waits for its sockets.
        public var waiting = Waiting.automatic

        /// The defaults.
        public init() {}
    }

    /// How the loop waits for its sockets.
    public enum Waiting: Hashable, Sendable {
        /// epoll on Linux, libcurl's own poll elsewhere.
        case automatic
        /// libcurl's own poll everywhere: simpler, and dearer with many open streams.
        case poll
    }

    /// What a client did so far.
    public struct Statistics: Hashable, Sendable {
        /// Connections opened.
        public var connectionsOpened = 0
        /// Requests handed to libcurl.
        public var requestsStarted = 0
        /// Requests that ended, however they ended.
        public var requestsEnded = 0

        /// All zero.
        public init() {}
    }

    let loop: EventLoop
    let settings: Settings

    /// Starts the thread; fails when the machine has no thread or descriptor left.
    public init(_ settings: Settings = Settings()) throws(HTTPFailure) {
        self.settings = settings
        loop = try EventLoop(settings)
    }

    deinit { loop.submit(.stop) }

    /// Fails every request under way and every later one, and closes the connections.
    public func shutdown() { loop.submit(.stop) }

    /// What this client did so far.
    public var statistics: Statistics { loop.statistics.withLock { $0 } }

    /// A transport with its own identity and proxy; it keeps this client alive.
    public func transport(tls: TLSSettings = TLSSettings(), proxy: ProxyChoice = .environment) -> CurlTransport {
        CurlTransport(client: self, tls: tls, proxy: proxy)
    }
}

/// Which proxy requests go through; with one, every request is tunnelled through CONNECT.
public enum ProxyChoice: Hashable, Sendable {
    /// What `https_proxy`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say; libcurl reads them for each request.
    case environment
    /// This proxy for every host: an `http`, `https`, `socks5` or `socks5h` URL, which may hold a password.
    case url(Secret<String>)
    /// No proxy at all.
    case none
}
