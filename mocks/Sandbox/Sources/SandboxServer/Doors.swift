import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a fault does to a connection below HTTP.
enum Violence: Sendable {
    /// A TCP reset, without a word of TLS.
    case reset
    /// Bytes that are no HTTP, then the end.
    case garbage([UInt8])
}

/// Nearest to the socket, below TLS: resets the connection.
final class SocketDoor: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard case .reset? = event as? Violence else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        // Closing with data unsent and no time to linger sends a reset.
        if let socket = context.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context.close(promise: promise)
    }
}

/// Between TLS and HTTP: sends bytes that are no HTTP.
final class GarbageDoor: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard case .garbage(let bytes)? = event as? Violence else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        context.close(promise: promise)
    }
}
