import COpenSSL

/// SHA-256 digests.
public enum SHA256 {
    // Fetched once, because a fetch costs more than hashing a hundred bytes; what is fetched never changes.
    nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    /// The 32 bytes of the digest of `bytes`.
    public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var stream = Stream()
        stream.update(bytes)
        return stream.finish()
    }

    /// The digest of `bytes` as 64 characters in lower case.
    public static func hexDigest(of bytes: some Sequence<UInt8>) -> String { Digits.hexadecimal(digest(of: bytes)) }

    /// The digest of a text's UTF-8 as 64 characters in lower case.
    public static func hexDigest(of text: String) -> String { hexDigest(of: text.utf8) }

    /// The digest of `bytes` as 44 characters of base64, the form of checksum headers.
    public static func base64Digest(of bytes: some Sequence<UInt8>) -> String { Digits.base64(digest(of: bytes)) }

    /// A digest of bytes that arrive piece by piece: a file, a body.
    public struct Stream: ~Copyable, @unchecked Sendable {
        private let context: OpaquePointer

        /// Begins with no bytes.
        public init() {
            guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
            self.context = context
            start()
        }

        deinit { EVP_MD_CTX_free(context) }

        /// Adds the next piece.
        public mutating func update(_ piece: some Sequence<UInt8>) {
            if piece.withContiguousStorageIfAvailable({ add(UnsafeRawBufferPointer($0)) }) == nil {
                Array(piece).withUnsafeBytes { add($0) }
            }
        }

        /// The 32 bytes of the digest of all pieces.
        public consuming func finish() -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: 32) { output, count in
                finish(into: output.baseAddress)
                count = 32
            }
        }

        /// The digest of all pieces as 64 characters in lower case.
        public consuming func finishHex() -> String { Digits.hexadecimal(finish()) }

        // What follows is for signers, which use one context many times.

        func start() {
            // Fails only in an OpenSSL without SHA-256, with which no TLS works either.
            precondition(EVP_DigestInit_ex2(context, SHA256.algorithm, nil) == 1, "OpenSSL offers no SHA-256")
        }

        func add(_ bytes: UnsafeRawBufferPointer) {
            precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256 failed")
        }

        func finish(into output: UnsafeMutablePointer<UInt8>?) {
            precondition(EVP_DigestFinal_ex(context, output, nil) == 1, "SHA-256 failed")
        }
    }
}

/// SHA-1, for names that others have given with it: of files, of certificates. It protects nothing.
public enum InsecureSHA1 {
    /// The 20 bytes of the digest of `bytes`.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
            var length: UInt32 = 0
            let isDone = EVP_Digest(bytes, bytes.count, output.baseAddress, &length, EVP_sha1(), nil)
            precondition(isDone == 1, "OpenSSL offers no SHA-1")
            count = Int(length)
        }
    }

    /// The digest of a text's UTF-8 as 40 characters in lower case, as in the cache of AWS SSO tokens.
    public static func fileName(for text: String) -> String { Digits.hexadecimal(digest(of: Array(text.utf8))) }
}
