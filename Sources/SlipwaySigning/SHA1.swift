import COpenSSL

/// SHA-1 digests, for names of files that others have chosen; never for anything that must be hard to forge.
public enum SHA1 {
    /// The digest of a text's UTF-8 as 40 characters in lower case.
    public static func hexDigest(of text: String) -> String {
        let bytes = Array(text.utf8)
        let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
            var length: UInt32 = 0
            let isDone = bytes.withUnsafeBytes {
                EVP_Digest($0.baseAddress, $0.count, output.baseAddress, &length, EVP_sha1(), nil)
            }
            // Fails only in an OpenSSL that is built without SHA-1; then no name is right, so an empty one is as good.
            count = isDone == 1 ? Int(length) : 0
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
