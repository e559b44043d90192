internal import Foundation
internal import SlipwaySigning

/// SHA-256 in the two forms that S3 writes it.
enum S3Digest {
    /// The digest of no bytes at all, in hexadecimal.
    static let ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    static func of(_ bytes: [UInt8]) -> [UInt8] { SHA256.digest(of: bytes) }

    static func hexadecimal(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func base64(_ digest: [UInt8]) -> String { Data(digest).base64EncodedString() }
}
