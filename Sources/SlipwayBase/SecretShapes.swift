/// Texts that look like credentials, wherever they turn up.
///
/// A last defence: nothing that is written on purpose holds a secret, but a platform's message may quote one.
public enum SecretShapes {
    /// What stands in the place of a secret.
    public static let mask = "[redacted]"

    /// `text` with bearer tokens, JSON Web Tokens and private keys in PEM form replaced by `mask`.
    public static func masked(_ text: String) -> String {
        var scanner = SecretScanner(Array(text.utf8))
        guard let masked = scanner.masked() else { return text }
        return String(decoding: masked, as: UTF8.self)
    }

    /// `json` with every text in it masked; names of members stay.
    public static func masked(_ json: JSON) -> JSON {
        switch json {
        case .string(let text): .string(masked(text))
        case .array(let elements): .array(elements.map(masked))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, masked($0.value)) }))
        default: json
        }
    }

    /// Whether `masked` would change `text`.
    public static func occur(in text: String) -> Bool {
        var scanner = SecretScanner(Array(text.utf8))
        return scanner.masked() != nil
    }
}

private struct SecretScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var result: [UInt8] = []
    private var copied = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil when there is nothing to mask.
    mutating func masked() -> [UInt8]? {
        while position < bytes.count {
            if let range = secretHere() {
                result += bytes[copied..<range.lowerBound]
                result += SecretShapes.mask.utf8
                (position, copied) = (range.upperBound, range.upperBound)
            } else {
                position += 1
            }
        }
        guard copied > 0 else { return nil }
        return result + bytes[copied...]
    }

    private func secretHere() -> Range<Int>? {
        switch bytes[position] {
        case UInt8(ascii: "e"): webToken()
        case UInt8(ascii: "B"), UInt8(ascii: "b"): bearer()
        case UInt8(ascii: "-"): privateKey()
        default: nil
        }
    }

    // `eyJ` is how every base64 of a JSON object that begins with a quoted name begins.
    private func webToken() -> Range<Int>? {
        guard stands("eyJ", at: position), position == 0 || !isTokenByte(bytes[position - 1]) else { return nil }
        let header = end(of: position, while: isTokenByte)
        guard header - position >= 10, header < bytes.count, bytes[header] == UInt8(ascii: ".") else { return nil }
        let payload = end(of: header + 1, while: isTokenByte)
        guard payload - header > 10 else { return nil }
        guard payload < bytes.count, bytes[payload] == UInt8(ascii: ".") else { return position..<payload }
        return position..<end(of: payload + 1, while: isTokenByte)
    }

    private func bearer() -> Range<Int>? {
        guard stands("bearer ", at: position) else { return nil }
        let start = position + 7
        let end = end(of: start) { isTokenByte($0) || "./+=~".utf8.contains($0) }
        return end - start >= 16 ? start..<end : nil
    }

    private func privateKey() -> Range<Int>? {
        guard stands("-----BEGIN ", at: position) else { return nil }
        let label = end(of: position + 11) { $0 != UInt8(ascii: "-") && $0 >= 0x20 }
        let words = bytes[(position + 11)..<label]
        guard words.count < 60, String(decoding: words, as: UTF8.self).hasSuffix("PRIVATE KEY") else { return nil }
        var index = label
        while index < bytes.count, !stands("-----END ", at: index) { index += 1 }
        guard index < bytes.count else { return position..<bytes.count }
        let closing = end(of: index + 9) { $0 != UInt8(ascii: "-") }
        return position..<end(of: closing) { $0 == UInt8(ascii: "-") }
    }

    private func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private func end(of start: Int, while isInside: (UInt8) -> Bool) -> Int {
        var index = start
        while index < bytes.count, isInside(bytes[index]) { index += 1 }
        return index
    }

    /// ASCII letters in either case.
    private func stands(_ text: StaticString, at index: Int) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { offset in
            let (found, wanted) = (bytes[index + offset], text.utf8Start[offset])
            return found == wanted || (found | 0x20 == wanted | 0x20 && (0x61...0x7A).contains(found | 0x20))
        }
    }
}
