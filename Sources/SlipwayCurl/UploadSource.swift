import HTTPTypes
import SlipwayBase
import SlipwayHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the bytes of a request's body come from: any part can be read again, because libcurl may have to rewind.
final class UploadSource: Sendable {
    private enum Origin {
        case bytes([UInt8])
        case file(descriptor: Int32)
        case slice(FileSlice)
    }

    private let origin: Origin
    /// How many bytes will be sent.
    let length: Int

    /// Nil for requests that have no body and need not say so; opens the file of a file body.
    init?(of request: Request) throws(HTTPFailure) {
        switch request.body {
        case .none:
            // These methods announce a body of zero bytes; some servers answer 411 otherwise.
            guard [.post, .put, .patch].contains(request.method) else { return nil }
            (origin, length) = (.bytes([]), 0)
        case .bytes(let bytes):
            (origin, length) = (.bytes(bytes), bytes.count)
        case .file(let path):
            (origin, length) = try Self.open(path, for: request)
        case .slice(let slice):
            (origin, length) = (.slice(slice), slice.range.count)
        }
    }

    deinit {
        if case .file(let descriptor) = origin { close(descriptor) }
    }

    /// Fills `buffer` with what stands at `offset`; the number of bytes, or nil when the file became shorter or broke.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = min(buffer.count, length - offset)
        guard wanted > 0 else { return 0 }
        switch origin {
        case .bytes(let bytes):
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + wanted]))
            }
            return wanted
        case .file(let descriptor):
            var count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
            while count < 0, errno == EINTR { count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset)) }
            return count > 0 ? count : nil
        case .slice(let slice):
            let start = slice.range.lowerBound + offset
            guard let bytes = try? slice.file.read(at: start, count: wanted), bytes.count == wanted else { return nil }
            buffer.copyBytes(from: bytes)
            return wanted
        }
    }

    private static func open(_ path: String, for request: Request) throws(HTTPFailure) -> (Origin, Int) {
        // O_NONBLOCK: opening a pipe that nobody writes to must not hang; only regular files are accepted below.
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw HTTPFailure(
                .refused,
                "\(request.label): cannot read \(path.printable(max: 300)) to send it: \(reason)"
            )
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw HTTPFailure(.refused, "\(request.label): \(path.printable(max: 300)) is not a regular file; name one")
        }
        return (.file(descriptor: descriptor), Int(status.st_size))
    }
}

// `UploadSource.open` would hide the system's own.
private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
