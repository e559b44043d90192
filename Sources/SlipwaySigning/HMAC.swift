/// Keyed digests.
public enum HMAC {
    /// The 32 bytes of HMAC-SHA256 of `message` under `key`.
    ///
    /// Source: RFC 2104.
    public static func sha256(of message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
        let key = key.count > 64 ? SHA256.digest(of: key) : key
        var inner = [UInt8](repeating: 0x36, count: 64)
        var outer = [UInt8](repeating: 0x5C, count: 64)
        for index in key.indices {
            inner[index] ^= key[index]
            outer[index] ^= key[index]
        }
        var stream = SHA256.Stream()
        stream.update(inner)
        stream.update(message)
        let digest = stream.finish()
        return SHA256.digest(of: outer + digest)
    }
}
