internal import Foundation
internal import SlipwayBase

/// Reads and writes whole small files.
enum DiskFiles {
    /// The bytes of the file at `path`; throws one sentence when it cannot be read or is larger than `bytesMax`.
    static func read(_ path: String, bytesMax: Int) throws(InputFailure) -> [UInt8] {
        let shown = path.printable(max: 300)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw InputFailure("\(shown) cannot be read: \(reason()).") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw InputFailure("\(shown) is a folder, not a file.")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Foundation.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw InputFailure("\(shown) cannot be read: \(reason()).") }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= bytesMax else {
                throw InputFailure("\(shown) is larger than \(bytesMax >> 10) KiB, which no such file is.")
            }
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func reason() -> String { String(cString: strerror(errno)) }
}
