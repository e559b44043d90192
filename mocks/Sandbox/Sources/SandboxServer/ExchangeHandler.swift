import NIOCore
import NIOHTTP1
import SlipwayBase
import SlipwayHTTP

/// Reads requests, one after the other, and hands each to the responder; for HTTP/1.1 connections and HTTP/2 streams.
final class ExchangeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What is known of the place that requests come in at.
    struct Place: Sendable {
        var listener: String
        var isSecure: Bool
        var bounds: ServerBounds
        var responder: any Responder
    }

    private static let progressBytes = 64 << 10

    private let place: Place
    private let facts: ConnectionFacts
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var unreported = 0
    private var isRefused = false
    private var delivery: ReplyDelivery?
    private var known: (host: String, origin: Origin)?

    init(_ place: Place, _ facts: ConnectionFacts) { (self.place, self.facts) = (place, facts) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let bytes): take(bytes, context)
        case .end: finish(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { delivery?.pump() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        abandon()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { abandon() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func abandon() {
        guard let delivery else { return }
        self.delivery = nil
        facts.answering -= 1
        delivery.abandon()
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.head = head
        body = []
        (unreported, isRefused) = (0, false)
        let announced = head.headers.first(name: "content-length").flatMap(Int.init) ?? 0
        if announced > place.bounds.bodyBytesMax { return refuse(context) }
        body.reserveCapacity(announced)
        guard head.headers.first(name: "expect")?.lowercased() == "100-continue", head.version.major < 2 else { return }
        let goOn = HTTPResponseHead(version: head.version, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
    }

    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !isRefused else { return }
        guard body.count + bytes.readableBytes <= place.bounds.bodyBytesMax else { return refuse(context) }
        body.append(contentsOf: bytes.readableBytesView)
        unreported += bytes.readableBytes
        guard unreported >= Self.progressBytes else { return }
        (unreported, facts.progress) = (0, .now())
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard !isRefused, let head else { return }
        answer(head, context, isTooLarge: false)
    }

    /// Answers before the body is over, and reads on for a moment so that the answer gets through.
    private func refuse(_ context: ChannelHandlerContext) {
        guard !isRefused, let head else { return }
        isRefused = true
        body = []
        answer(head, context, isTooLarge: true)
    }

    /// Read once for a connection whose requests all say the same.
    private func origin(of head: HTTPRequestHead) -> Origin {
        let host = head.headers.first(name: "host") ?? ""
        if let known, known.host == host { return known.origin }
        let origin = Wire.origin(host: host, isSecure: place.isSecure)
        known = (host, origin)
        return origin
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext, isTooLarge: Bool) {
        let incoming = IncomingRequest(
            request: Wire.request(head, body: body, to: origin(of: head)),
            caller: facts.caller,
            listener: place.listener,
            isTooLarge: isTooLarge
        )
        body = []
        facts.answering += 1
        let reply = place.responder.reply(to: incoming)
        let delivery = ReplyDelivery(reply, to: head, over: context, closes: isTooLarge || !head.isKeepAlive)
        self.delivery = delivery
        delivery.begin { [self] in
            guard self.delivery === delivery else { return }
            self.delivery = nil
            facts.answering -= 1
            facts.progress = .now()
        }
    }
}
