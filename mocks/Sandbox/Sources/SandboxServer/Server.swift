import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import NIOTLS
public import SlipwayBase

/// An HTTP server on loopback: HTTP/1.1 and HTTP/2 over TLS with optional client certificates, and plain HTTP/1.1.
public final class Server: Sendable {
    /// What proves who the server is, and whose clients it believes.
    public struct Identity: Sendable {
        /// The certificate, PEM.
        public var certificate: String
        /// Its key, PEM.
        public var key: Secret<String>
        /// The authority that signs client certificates, PEM.
        public var authority: String

        /// Makes an identity.
        public init(certificate: String, key: Secret<String>, authority: String) {
            (self.certificate, self.key, self.authority) = (certificate, key, authority)
        }
    }

    /// How clients come in at a port.
    public enum Door: Sendable {
        /// In plain HTTP.
        case plain
        /// Over TLS.
        case secure(Identity)
        /// Over TLS to one of these hosts, after a CONNECT as to a proxy.
        case tunnel(TunnelHosts)
    }

    private let group: MultiThreadedEventLoopGroup
    private let bounds: ServerBounds
    private let connections = Locked(0)
    private let listeners = Locked<[any Channel]>([])

    /// A server that does not listen yet.
    public init(threads: Int = 2, bounds: ServerBounds = ServerBounds()) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        self.bounds = bounds
    }

    /// Listens at a port of 127.0.0.1, 0 for any that is free, and gives the port.
    public func listen(
        _ name: String,
        port: Int,
        _ door: Door,
        _ responder: any Responder
    ) async throws(InputFailure) -> Int {
        do {
            let entrance = try Entrance(door)
            let place = ExchangeHandler.Place(
                listener: name,
                isSecure: entrance.isSecure,
                bounds: bounds,
                responder: responder
            )
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { [self] channel in
                    channel.eventLoop.makeCompletedFuture { try configure(channel, entrance, place) }
                }
            let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
            listeners.withLock { $0.append(channel) }
            return channel.localAddress?.port ?? port
        } catch {
            let reason =
                (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? String(describing: error)
            throw InputFailure(
                "port \(port) of 127.0.0.1 cannot be opened for \(name): \(reason.printable(max: 200)); choose another one"
            )
        }
    }

    /// Runs `body` on an event loop whenever `pause` is over, nil being never, and gives what is to be called when
    /// `pause` has become another one; both compute and never wait.
    public func alarm(after pause: @escaping @Sendable () -> Duration?, _ body: @escaping @Sendable () -> Void)
        -> @Sendable () -> Void
    {
        let loop = group.next()
        let alarm = NIOLoopBoundBox.makeBoxSendingValue(Alarm(loop: loop, pause: pause, body: body), eventLoop: loop)
        return { loop.execute { alarm.value.plan() } }
    }

    /// Stops listening and ends every connection.
    public func stop() async {
        for channel in listeners.withLock({ $0 }) { try? await channel.close() }
        try? await group.shutdownGracefully()
    }

    static func configuration(_ identity: Identity) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificate.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(identity.key.reveal().utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(identity.authority.utf8)))
        configuration.certificateVerification = .optionalVerification
        return configuration
    }

    /// A door with what it needs to open.
    private enum Entrance {
        case plain
        case secure(NIOSSLContext)
        case tunnel(TunnelEnds)

        init(_ door: Door) throws {
            switch door {
            case .plain: self = .plain
            case .secure(let identity): self = .secure(try NIOSSLContext(configuration: configuration(identity)))
            case .tunnel(let hosts): self = .tunnel(TunnelEnds(hosts))
            }
        }

        var isSecure: Bool {
            if case .plain = self { return false }
            return true
        }
    }

    private func configure(_ channel: any Channel, _ entrance: Entrance, _ place: ExchangeHandler.Place) throws {
        let isWelcome = connections.withLock { count in
            count += 1
            return count <= bounds.connectionsMax
        }
        channel.closeFuture.whenComplete { [connections] _ in connections.withLock { $0 -= 1 } }
        guard isWelcome else { throw ChannelError.connectTimeout(.zero) }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(SocketDoor())
        let watch = ConnectionWatch(idleSecondsMax: bounds.idleSecondsMax)
        switch entrance {
        case .plain:
            try pipeline.addHandlers([GarbageDoor(), watch])
            try Self.addHTTP1(channel, place, watch.facts)
        case .secure(let context): try Self.addTLS(channel, context, watch, place)
        case .tunnel(let ends):
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
            // It counts from here: who never says where to is closed as any other that dawdles.
            try pipeline.addHandlers([watch, decoder])
            let tunnel = TunnelHandler(ends, decoder: decoder) { channel, context in
                try Self.addTLS(channel, context, nil, place)
            }
            try pipeline.addHandler(tunnel)
        }
    }

    /// Adds TLS and what is behind it; `watch` is nil where the channel has one already.
    private static func addTLS(
        _ channel: any Channel,
        _ context: NIOSSLContext,
        _ watch: ConnectionWatch?,
        _ place: ExchangeHandler.Place
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([NIOSSLServerHandler(context: context), GarbageDoor()])
        if let watch { try pipeline.addHandler(watch) }
        let negotiation = ApplicationProtocolNegotiationHandler { result, channel in
            channel.eventLoop.makeCompletedFuture { try negotiated(result, channel, place) }
        }
        try pipeline.addHandler(negotiation)
    }

    private static func negotiated(_ result: ALPNResult, _ channel: any Channel, _ place: ExchangeHandler.Place) throws
    {
        let facts = try channel.pipeline.syncOperations.handler(type: ConnectionWatch.self).facts
        let door = try channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        facts.caller = try door.peerCertificate.flatMap { CertifiedCaller(der: try $0.toDERBytes()) }
        guard case .negotiated("h2") = result else { return try addHTTP1(channel, place, facts) }
        try addHTTP2(channel, place)
    }

    private static func addHTTP1(_ channel: any Channel, _ place: ExchangeHandler.Place, _ facts: ConnectionFacts)
        throws
    {
        let pipeline = channel.pipeline.syncOperations
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderListSize = place.bounds.headerBytesMax
        decoding.maxHeaderFieldSize = place.bounds.headerBytesMax
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withErrorHandling: true,
            withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
            withDecoderLimitConfiguration: decoding
        )
        try pipeline.addHandler(ExchangeHandler(place, facts))
    }

    private static func addHTTP2(_ channel: any Channel, _ place: ExchangeHandler.Place) throws {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: place.bounds.streamsMax),
            HTTP2Setting(parameter: .maxHeaderListSize, value: place.bounds.headerBytesMax),
        ]
        connection.targetWindowSize = 1 << 20
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = 1 << 20
        // Clients that give up many watches at once are no attack here.
        stream.streamResetFrameRateLimit.maximumCount = 100_000
        stream.streamErrorRateLimit.maximumCount = 100_000
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: connection,
            streamConfiguration: stream
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                guard let parent = stream.parent else { throw ChannelError.eof }
                let facts = try parent.pipeline.syncOperations.handler(type: ConnectionWatch.self).facts
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                try pipeline.addHandler(ExchangeHandler(place, facts))
            }
        }
    }
}
