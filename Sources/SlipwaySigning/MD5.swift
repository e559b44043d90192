import COpenSSL

/// MD5 digests: a checksum that old protocols ask for, never a proof of anything.
public enum MD5 {
    // Fetched once; nil where OpenSSL's policy (FIPS) has no MD5.
    private nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "MD5", nil)

    /// The 16 bytes of the digest of `bytes`; nil where OpenSSL's policy forbids MD5.
    public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8]? {
        guard let algorithm else { return nil }
        let contiguous = Array(bytes)
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let isDone = contiguous.withUnsafeBytes {
            EVP_Digest($0.baseAddress, $0.count, &digest, &length, algorithm, nil)
        }
        return isDone == 1 ? Array(digest.prefix(Int(length))) : nil
    }
}
