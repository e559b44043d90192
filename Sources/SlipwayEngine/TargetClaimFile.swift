internal import Foundation
internal import SlipwayBase

/// Excludes other processes of this machine from one target, for as long as it is kept.
///
/// The kernel gives it up when the process ends, however it ends.
public final class TargetClaim: Sendable {
    private let file: Int32

    /// Claims `target` of `application` by a lock file beside the journal at `journal`.
    ///
    /// Throws at once when another process (or another run of this one) holds it, with its process number.
    public init(target: String, application: String, journal: String, processID: Int32) throws(ClaimFailure) {
        let folder = journal + ".claims"
        do throws(JournalFailure) { try JournalFile.makeFolder(folder) } catch { throw .unusable(error.summary) }
        let path = folder + "/" + Self.fileName(application) + "." + Self.fileName(target) + ".lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw .unusable("the lock file \(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            defer { close(file) }
            guard errno == EWOULDBLOCK else {
                throw .unusable("the lock file \(path) cannot be locked: \(String(cString: strerror(errno))).")
            }
            throw .held(target: target, processID: Self.number(in: file))
        }
        self.file = file
        let text = Array("\(processID)\n".utf8)
        _ = ftruncate(file, 0)
        _ = pwrite(file, text, text.count, 0)
    }

    deinit { close(file) }

    private static func number(in file: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .newlines))
    }

    /// The name with everything but ASCII letters, digits, `-` and `_` written as `%` and two hexadecimal digits.
    private static func fileName(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return result
    }
}

/// Why a target is not claimed.
public enum ClaimFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process holds it.
    case held(target: String, processID: Int32?)
    /// The lock file cannot be used, in one sentence.
    case unusable(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .held(let target, let processID):
            "\(target) is being worked on by another slipway" + (processID.map { " (process \($0))" } ?? "")
                + "; wait for it, or `slipway abort` its run."
        case .unusable(let sentence): sentence
        }
    }
}
