/// Bytes as text, in the two forms that digests are written in.
public enum Digits {
    /// `bytes` in lower-case hexadecimal.
    public static func hexadecimal(_ bytes: [UInt8]) -> String {
        var text = ByteText(capacity: bytes.count * 2)
        bytes.withUnsafeBufferPointer { text.appendHexadecimal($0) }
        return text.string
    }

    /// `bytes` in base64 with padding.
    public static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[start + $1]) : 0) }
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
