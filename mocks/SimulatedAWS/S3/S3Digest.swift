import SlipwayBase
import SlipwaySigning

/// What S3 computes from bytes.
enum S3Digest {
    static func sha256(_ bytes: [UInt8]) -> String { SHA256.hexDigest(of: bytes) }

    /// 16 bytes for an ETag: the MD5 as in S3, or a piece of the SHA-256 where OpenSSL has no MD5.
    static func tag(_ bytes: [UInt8]) -> [UInt8] {
        MD5.digest(of: bytes) ?? Array(SHA256.digest(of: bytes).prefix(16))
    }

    /// The MD5; nil where OpenSSL has none.
    static func md5(_ bytes: [UInt8]) -> [UInt8]? { MD5.digest(of: bytes) }

    /// The bytes behind hexadecimal digits of either case; nil for anything else.
    static func bytes(hex: String) -> [UInt8]? {
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), digits.count == hex.utf8.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { index -> UInt8 in
            UInt8(digits[index] << 4 | digits[index + 1])
        }
    }

    /// The four bytes of a CRC-32, most significant first: `reflected` is the polynomial with its bits reversed.
    static func crc32(_ bytes: [UInt8], _ table: [UInt32]) -> [UInt8] {
        // Through pointers, as bundles are large and tests are built without optimisation.
        let value = bytes.withUnsafeBufferPointer { bytes in
            table.withUnsafeBufferPointer { table in
                ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
            }
        }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    /// CRC-32 of zip and Ethernet.
    static let crc32Table = table(reflected: 0xEDB8_8320)
    /// CRC-32C (Castagnoli).
    static let crc32cTable = table(reflected: 0x82F6_3B78)

    private static func table(reflected polynomial: UInt32) -> [UInt32] {
        (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let padded = group + [UInt8](repeating: 0, count: 3 - group.count)
            let value = Int(padded[0]) << 16 | Int(padded[1]) << 8 | Int(padded[2])
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[value >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
