// Bytes as text, in the three ways that signatures need.

let lowerDigits: StaticString = "0123456789abcdef"
let upperDigits: StaticString = "0123456789ABCDEF"

/// `bytes` in lower-case hexadecimal.
func hexadecimal(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    text.appendHexadecimal(bytes)
    return String(decoding: text, as: UTF8.self)
}

/// `bytes` in base64 with padding.
func base64(_ bytes: [UInt8]) -> String {
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

extension [UInt8] {
    /// Adds `bytes` in lower-case hexadecimal.
    mutating func appendHexadecimal(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            append(lowerDigits.utf8Start[Int(byte >> 4)])
            append(lowerDigits.utf8Start[Int(byte & 15)])
        }
    }

    /// Adds a text's UTF-8.
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// Adds `byte` as it is where it is unreserved, else as `%` and two digits.
    ///
    /// Source: RFC 3986, section 2.3.
    mutating func appendEncoded(_ byte: UInt8, keepsSlash: Bool = false) {
        if byte.isUnreserved || (keepsSlash && byte == UInt8(ascii: "/")) { return append(byte) }
        append(UInt8(ascii: "%"))
        append(upperDigits.utf8Start[Int(byte >> 4)])
        append(upperDigits.utf8Start[Int(byte & 15)])
    }

    /// Adds `bytes`, each encoded: what was encoded before is encoded again.
    mutating func appendEncoded(_ bytes: some Sequence<UInt8>, keepsSlash: Bool = false) {
        for byte in bytes { appendEncoded(byte, keepsSlash: keepsSlash) }
    }

    /// Adds `bytes` encoded exactly once, whatever of them was encoded before.
    mutating func appendEncodedOnce(_ bytes: UnsafeBufferPointer<UInt8>, keepsSlash: Bool = false) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexadecimalDigit,
                let low = bytes[index + 2].hexadecimalDigit
            else {
                appendEncoded(byte, keepsSlash: keepsSlash)
                index += 1
                continue
            }
            // An encoded slash is part of a name, not a separator: it stays encoded.
            appendEncoded(high << 4 | low)
            index += 3
        }
    }
}

extension UInt8 {
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
