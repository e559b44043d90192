internal import Foundation
internal import SlipwayBase

/// A file of this machine that stays open while it is read in pieces.
final class DiskFile: FileReader {
    let byteCount: Int
    private let path: String
    private let descriptor: Int32

    /// Opens a regular file; throws one sentence when there is none at `path`.
    init(path: String) throws(InputFailure) {
        self.path = path
        // Not blocking, so that a pipe that nobody writes to does not hang the program.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        let shown = path.printable(max: 300)
        guard descriptor >= 0 else { throw InputFailure("\(shown) cannot be read: \(DiskFiles.reason()).") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            close(descriptor)
            throw InputFailure("\(shown) is \(isFolder ? "a folder" : "no regular file"), not a file to release.")
        }
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
        var (done, error) = (0, Int32(0))
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while done < count {
                let got = pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done))
                if got < 0, errno == EINTR { continue }
                if got < 0 { error = errno }
                guard got > 0 else { break }
                done += got
            }
            filled = done
        }
        guard done == count else {
            let why = error == 0 ? "it became shorter while it was read" : String(cString: strerror(error))
            throw InputFailure("\(path.printable(max: 300)) cannot be read: \(why).")
        }
        return bytes
    }
}
