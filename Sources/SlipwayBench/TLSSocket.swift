import COpenSSL
import Foundation

/// One accepted TLS connection. Its calls block, and are made by one thread or task at a time.
final class TLSSocket: @unchecked Sendable {
    private let descriptor: Int32
    private let tls: OpaquePointer

    /// Shakes hands on `descriptor`, which it then owns; nil when that fails.
    init?(_ descriptor: Int32, _ context: OpaquePointer) {
        guard let tls = SSL_new(context) else {
            close(descriptor)
            return nil
        }
        (self.descriptor, self.tls) = (descriptor, tls)
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard SSL_set_fd(tls, descriptor) == 1, SSL_accept(tls) == 1 else { return nil }
    }

    deinit {
        SSL_free(tls)
        close(descriptor)
    }

    /// Makes every call fail that waits for the peer.
    func interrupt() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// What arrived; nil when the peer is gone.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = SSL_read(tls, &buffer, Int32(buffer.count))
        return count > 0 ? Array(buffer.prefix(Int(count))) : nil
    }

    /// False when the peer is gone.
    func write(_ bytes: [UInt8]) -> Bool { bytes.isEmpty || SSL_write(tls, bytes, Int32(bytes.count)) > 0 }

    /// Whether the peer said something, or went, within so many milliseconds.
    func hears(withinMilliseconds limit: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, limit) != 0
    }
}
