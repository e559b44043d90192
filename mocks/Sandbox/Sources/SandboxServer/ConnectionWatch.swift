import NIOCore

/// What the requests of one connection have in common; belongs to the connection's event loop.
final class ConnectionFacts {
    /// Whom the client's certificate names.
    var caller: CertifiedCaller?
    /// How many requests are being answered.
    var answering = 0
    /// When something was last finished.
    var progress = NIODeadline.now()
}

/// Closes a connection on which nothing is finished for too long: idle ones, and those that drip their requests.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    let facts = ConnectionFacts()
    private let idle: TimeAmount
    private var check: RepeatedTask?

    init(idleSecondsMax: Int64) { idle = .seconds(idleSecondsMax) }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { start(context) } }

    func channelInactive(context: ChannelHandlerContext) {
        check?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { check?.cancel() }

    private func start(_ context: ChannelHandlerContext) {
        guard check == nil else { return }
        facts.progress = .now()
        let bound = NIOLoopBound((self, context.channel), eventLoop: context.eventLoop)
        let pause = TimeAmount.nanoseconds(max(idle.nanoseconds / 4, 50_000_000))
        check = context.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { task in
            let (watch, channel) = bound.value
            guard watch.facts.answering == 0, .now() - watch.facts.progress > watch.idle else { return }
            task.cancel()
            channel.close(promise: nil)
        }
    }
}
