import COpenSSL
import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A simulated platform behind a TLS socket on the loopback: HTTP/1.1, a thread a connection, in this process.
final class SimulatedServer: Sendable {
    private struct State {
        var isStopped = false
        var sockets: [ObjectIdentifier: TLSSocket] = [:]
    }

    /// The port on 127.0.0.1.
    let port: Int
    private let listener: Int32
    private let platform: any Transport
    private let state = Locked(State())

    init(_ platform: any Transport, certificate: String, key: String) throws {
        guard let context = SSL_CTX_new(TLS_server_method()),
            SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        else { throw BenchFailure("\(certificate) or \(key) cannot be used") }
        (listener, port) = try Self.listen()
        self.platform = platform
        let door = Door(context: context)
        Thread.detachNewThread { [self] in accept(door) }
    }

    /// Takes no more connections and ends those there are.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        let sockets = state.withLock { state in
            state.isStopped = true
            return state.sockets.values
        }
        for socket in sockets { socket.interrupt() }
    }

    private struct Door: @unchecked Sendable { let context: OpaquePointer }

    private static func listen() throws -> (Int32, Int) {
        #if os(Linux)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && Foundation.listen(listener, 64) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isBound else { throw BenchFailure("no port of 127.0.0.1 can be had") }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func accept(_ door: Door) {
        while true {
            let descriptor = Foundation.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            Thread.detachNewThread { [self] in
                if let socket = TLSSocket(descriptor, door.context), admit(socket) { serve(socket) }
            }
        }
        close(listener)
        SSL_CTX_free(door.context)
    }

    private func admit(_ socket: TLSSocket) -> Bool {
        state.withLock { state in
            if !state.isStopped { state.sockets[ObjectIdentifier(socket)] = socket }
            return !state.isStopped
        }
    }

    private func serve(_ socket: TLSSocket) {
        var reader = RequestReader(socket)
        while let request = reader.next() {
            guard answer(request, socket) else { break }
        }
        state.withLock { _ = $0.sockets.removeValue(forKey: ObjectIdentifier(socket)) }
    }

    /// The status and every header but those that tell how the body arrives.
    private static func head(of response: Response) -> String {
        var headers = response.headers
        (headers[.contentLength], headers[.transferEncoding]) = (nil, nil)
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return "HTTP/1.1 \(response.status) X\r\n"
            + headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    }

    /// False when the connection is over.
    private func answer(_ request: Request, _ socket: TLSSocket) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let isAlive = Locked(false)
        let task = Task { [platform] in
            defer { done.signal() }
            guard let response = try? await platform.send(request) else { return }
            var head = Self.head(of: response)
            guard let stream = response.stream else {
                head += "Content-Length: \(response.body.count)\r\n\r\n"
                let isWritten = socket.write(Array(head.utf8) + response.body)
                return isAlive.withLock { $0 = isWritten }
            }
            head += "Transfer-Encoding: chunked\r\n\r\n"
            guard socket.write(Array(head.utf8)) else { return }
            for try await piece in stream {
                let chunk = Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0D, 0x0A]
                guard socket.write(chunk) else { return }
            }
            let isWritten = socket.write(Array("0\r\n\r\n".utf8))
            isAlive.withLock { $0 = isWritten }
        }
        // A client has nothing to say while a watch goes on: when it is heard, it has gone.
        while request.streamsResponse, done.wait(timeout: .now()) == .timedOut {
            if socket.hears(withinMilliseconds: 20) {
                task.cancel()
                break
            }
        }
        if !request.streamsResponse { done.wait() }
        return isAlive.withLock { $0 }
    }
}
