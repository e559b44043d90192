import NIOCore
import NIOHTTP1
import NIOSSL
public import SlipwayBase

/// Which hosts a tunnel leads to, and what proves to its clients that they have reached them.
///
/// Nothing is ever sent on: the end of every tunnel is this server.
public struct TunnelHosts: Sendable {
    /// Whether this server stands in for a host, named without its port.
    public var contains: @Sendable (String) -> Bool
    /// What proves that this server is the host.
    public var identity: @Sendable (String) throws(InputFailure) -> Server.Identity

    /// Makes a set of hosts.
    public init(
        contains: @escaping @Sendable (String) -> Bool,
        identity: @escaping @Sendable (String) throws(InputFailure) -> Server.Identity
    ) {
        (self.contains, self.identity) = (contains, identity)
    }
}

/// What the ends of tunnels are secured with, by host; each is made once.
final class TunnelEnds: Sendable {
    private static let hostsMax = 1_000

    let hosts: TunnelHosts
    private let known = Locked<[String: NIOSSLContext]>([:])

    init(_ hosts: TunnelHosts) { self.hosts = hosts }

    func context(for host: String) throws -> NIOSSLContext {
        if let context = known.withLock({ $0[host] }) { return context }
        let context = try NIOSSLContext(configuration: Server.configuration(try hosts.identity(host)))
        known.withLock { known in
            if known.count >= Self.hostsMax { known = [:] }
            known[host] = context
        }
        return context
    }
}

/// Takes one CONNECT, and makes the connection one to the host that it names.
final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    // What goes out is too little for an encoder, which would add a body to the answer of a CONNECT.
    typealias OutboundOut = ByteBuffer

    private let ends: TunnelEnds
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let become: (any Channel, NIOSSLContext) throws -> Void
    private var head: HTTPRequestHead?

    /// Waits behind `decoder`, which it takes away once `become` has added what the host is made of.
    init(
        _ ends: TunnelEnds,
        decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        become: @escaping (any Channel, NIOSSLContext) throws -> Void
    ) {
        (self.ends, self.decoder, self.become) = (ends, decoder, become)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end: if let head { open(head, context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func open(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.method == .CONNECT else {
            let words = "This is the sandbox's tunnel: set HTTPS_PROXY to it, and ask for https URLs.\n"
            return refuse("400 Bad Request", words, context)
        }
        let host = String(head.uri.prefix { $0 != ":" }).lowercased()
        guard ends.hosts.contains(host) else {
            let words = "The sandbox simulates no host called \(host.printable(max: 200)), and it leads nowhere else.\n"
            return refuse("403 Forbidden", words, context)
        }
        do {
            let secured = try ends.context(for: host)
            let answer = ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            let pipeline = context.pipeline.syncOperations
            try become(context.channel, secured)
            // From the tail to the head, so that what the client has sent already comes to those who take their place.
            _ = pipeline.removeHandler(self)
            _ = pipeline.removeHandler(decoder)
        } catch {
            context.close(promise: nil)
        }
    }

    private func refuse(_ status: String, _ words: String, _ context: ChannelHandlerContext) {
        let fields = "Content-Type: text/plain\r\nContent-Length: \(words.utf8.count)\r\nConnection: close"
        let answer = ByteBuffer(string: "HTTP/1.1 \(status)\r\n\(fields)\r\n\r\n\(words)")
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(answer)).whenComplete { _ in bound.value.close(promise: nil) }
    }
}
