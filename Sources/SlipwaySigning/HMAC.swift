import COpenSSL

/// Keyed digests.
public enum HMAC {
    /// The 32 bytes of HMAC-SHA256 of `message` under `key`.
    ///
    /// Source: RFC 2104.
    public static func sha256(of message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
        HMACKey(key).digest(of: Array(message))
    }
}

/// A key as HMAC uses it: the two blocks that precede what is hashed. Overwritten when it goes.
///
/// Two digests over one context are quicker than OpenSSL's own HMAC, which copies contexts for every message.
final class HMACKey: @unchecked Sendable {
    private static let blockSize = 64
    private let blocks = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * blockSize, alignment: 16)

    init(_ key: [UInt8]) {
        var key = key.count > Self.blockSize ? SHA256.digest(of: key) : key
        for index in 0..<Self.blockSize {
            let byte = index < key.count ? key[index] : 0
            blocks[index] = byte ^ 0x36
            blocks[index + Self.blockSize] = byte ^ 0x5C
        }
        key.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    deinit {
        OPENSSL_cleanse(blocks.baseAddress, blocks.count)
        blocks.deallocate()
    }

    func digest(of message: [UInt8]) -> [UInt8] {
        let stream = SHA256.Stream()
        return [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            message.withUnsafeBytes { sign($0, with: stream, into: output.baseAddress.unsafelyUnwrapped) }
            count = 32
        }
    }

    /// Writes 32 bytes to `output`, with a context that may have been used before.
    func sign(
        _ message: UnsafeRawBufferPointer,
        with stream: borrowing SHA256.Stream,
        into output: UnsafeMutablePointer<UInt8>
    ) {
        stream.start()
        stream.add(UnsafeRawBufferPointer(rebasing: blocks[..<Self.blockSize]))
        stream.add(message)
        stream.finish(into: output)
        stream.start()
        stream.add(UnsafeRawBufferPointer(rebasing: blocks[Self.blockSize...]))
        stream.add(UnsafeRawBufferPointer(start: output, count: 32))
        stream.finish(into: output)
    }
}
