import NIOCore
import NIOHTTP1
import SlipwayBase
import SlipwayHTTP

/// One answer on its way to a client; belongs to the event loop of its channel.
final class ReplyDelivery {
    /// How long a refused body is read on, so that its sender sees the answer instead of a reset.
    private static let lingering = TimeAmount.seconds(2)
    private static let drips: Int64 = 10

    private let reply: Reply
    private let request: HTTPRequestHead
    private let context: ChannelHandlerContext
    private let closes: Bool
    private var whenDone: (() -> Void)?
    private var source: (any ReplySource)?
    private var isOver = false

    init(_ reply: Reply, to request: HTTPRequestHead, over context: ChannelHandlerContext, closes: Bool) {
        (self.reply, self.request, self.context, self.closes) = (reply, request, context, closes)
        source = reply.source
    }

    /// Sends the answer; `whenDone` runs when all of it was handed over.
    func begin(_ whenDone: @escaping () -> Void) {
        self.whenDone = whenDone
        after(reply.delay) { $0.deliver() }
    }

    /// The client is gone.
    func abandon() {
        isOver = true
        whenDone = nil
        source?.close()
        source = nil
    }

    private func deliver() {
        switch reply.delivery {
        case .whole: source == nil ? sendWhole() : sendStream()
        case .reset: breakOff(.reset)
        case .truncated: sendHalf()
        case .garbage: sendGarbage()
        case .drip(let rate):
            sendHead(length: source == nil ? reply.response.body.count : nil)
            drip(reply.response.body[...], max(rate, 1))
        }
    }

    private var body: [UInt8] { request.method == .HEAD ? [] : reply.response.body }

    private func sendHead(length: Int?) {
        let head = Wire.head(reply.response, for: request, length: length, closes: closes)
        context.write(wrapped(.head(head)), promise: nil)
    }

    private func sendWhole() {
        sendHead(length: reply.response.body.count)
        if !body.isEmpty { send(body[...]) }
        end()
    }

    private func send(_ bytes: ArraySlice<UInt8>) {
        var buffer = context.channel.allocator.buffer(capacity: bytes.count)
        buffer.writeBytes(bytes)
        context.write(wrapped(.body(.byteBuffer(buffer))), promise: nil)
    }

    private func end() {
        context.writeAndFlush(wrapped(.end(nil)), promise: nil)
        over()
        guard closes, request.version.major < 2 else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: request.isKeepAlive ? Self.lingering : .zero) {
            bound.value.close(promise: nil)
        }
    }

    private func over() {
        isOver = true
        source?.close()
        source = nil
        whenDone?()
        whenDone = nil
    }

    // MARK: Streams

    private func sendStream() {
        sendHead(length: nil)
        context.flush()
        let (bound, loop) = (NIOLoopBound(self, eventLoop: context.eventLoop), context.eventLoop)
        source?.whenThereIsMore { loop.execute { bound.value.pump() } }
        pump()
    }

    /// Sends what there is, as long as the client takes it.
    func pump() {
        guard let source, reply.delivery == .whole, whenDone != nil else { return }
        var hasWritten = false
        while context.channel.isWritable {
            switch source.next() {
            case .bytes(let bytes):
                send(bytes[...])
                hasWritten = true
                continue
            case .nothing: break
            case .end: return end()
            }
            break
        }
        if hasWritten { context.flush() }
    }

    // MARK: Faults

    private func sendHalf() {
        let half = reply.response.body.prefix(reply.response.body.count / 2)
        sendHead(length: reply.response.body.count)
        if !half.isEmpty { send(half) }
        context.flush()
        // In a moment: what is closed too early is not sent at all.
        after(.milliseconds(20)) { $0.breakOff(nil) }
    }

    private func sendGarbage() {
        let garbage = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
        guard request.version.major >= 2 else { return breakOff(.garbage(garbage)) }
        sendHead(length: nil)
        send(garbage[...])
        context.flush()
        after(.milliseconds(20)) { $0.breakOff(nil) }
    }

    private func drip(_ rest: ArraySlice<UInt8>, _ rate: Int) {
        guard !isOver else { return }
        guard !rest.isEmpty, request.method != .HEAD else { return end() }
        let piece = rest.prefix(max(rate / Int(Self.drips), 1))
        send(piece)
        context.flush()
        let pause = Duration.milliseconds(max(Int64(piece.count) * 1000 / Int64(rate), 1))
        after(pause) { $0.drip(rest.dropFirst(piece.count), rate) }
    }

    /// Ends the connection below HTTP, or the stream of an HTTP/2 connection.
    private func breakOff(_ violence: Violence?) {
        guard whenDone != nil else { return }
        let context = context
        over()
        if let violence, request.version.major < 2 {
            context.triggerUserOutboundEvent(violence, promise: nil)
        } else {
            context.close(promise: nil)
        }
    }

    private func after(_ delay: Duration, _ body: @escaping @Sendable (ReplyDelivery) -> Void) {
        guard delay > .zero else { return body(self) }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(delay.milliseconds)) {
            // The client may have gone meanwhile.
            guard !bound.value.isOver else { return }
            body(bound.value)
        }
    }

    private func wrapped(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }
}
