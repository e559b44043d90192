import COpenSSL

/// SHA-256 digests.
public enum SHA256 {
    // Fetched once, because a fetch costs more than hashing a hundred bytes; what is fetched never changes.
    private nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    /// The 32 bytes of the digest of `bytes`.
    public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
        let contiguous = Array(bytes)
        return [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
            var length: UInt32 = 0
            let isDone = contiguous.withUnsafeBytes {
                EVP_Digest($0.baseAddress, $0.count, output.baseAddress, &length, algorithm, nil)
            }
            // Fails only in an OpenSSL without SHA-256, with which no TLS works either.
            precondition(isDone == 1, "OpenSSL offers no SHA-256")
            count = Int(length)
        }
    }

    /// The digest of `bytes` as 64 characters in lower case.
    public static func hexDigest(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let characters = digest(of: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The digest of a text's UTF-8 as 64 characters in lower case.
    public static func hexDigest(of text: String) -> String { hexDigest(of: text.utf8) }
}
