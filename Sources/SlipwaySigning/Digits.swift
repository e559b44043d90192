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
        let text = base64(bytes, "+/")
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// `bytes` in the base64 of URLs without padding, the form of JSON Web Tokens.
    public static func base64url(_ bytes: [UInt8]) -> String { base64(bytes, "-_") }

    /// The bytes of base64 with its padding; nil for anything else.
    ///
    /// White space between is passed over where `skipsSpace` says so, as in files that people edit.
    public static func bytes(base64 text: String, skipsSpace: Bool = false) -> [UInt8]? {
        let found = Array(text.utf8.filter { !skipsSpace || ![0x0A, 0x0D, 0x20, 0x09].contains($0) })
        let body =
            found.suffix(2).contains(equals) ? found.dropLast(found.suffix(2).count { $0 == equals }) : found[...]
        guard found.count % 4 == 0, found.count - body.count <= 2 else { return nil }
        return decoded(body, "+/")
    }

    /// The bytes of base64 of URLs without padding; nil for anything else.
    public static func bytes(base64url text: String) -> [UInt8]? { decoded(Array(text.utf8)[...], "-_") }

    private static let equals = UInt8(ascii: "=")
    private static let alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    private static func base64(_ bytes: [UInt8], _ last: String) -> String {
        let alphabet = Array((alphanumeric + last).utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[start + $1]) : 0) }
            for place in 0...group.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decoded(_ text: ArraySlice<UInt8>, _ last: String) -> [UInt8]? {
        var values = [Int?](repeating: nil, count: 256)
        for (value, byte) in (alphanumeric + last).utf8.enumerated() { values[Int(byte)] = value }
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var (bits, count) = (0, 0)
        for byte in text {
            guard let value = values[Int(byte)] else { return nil }
            (bits, count) = ((bits << 6 | value) & 0xFFFF, count + 6)
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        // What is left over must be zero: one text for each value.
        return bits & ((1 << count) - 1) == 0 ? bytes : nil
    }
}
