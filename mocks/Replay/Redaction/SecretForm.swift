internal import Foundation
internal import SlipwayBase

/// A form by which a secret is told from other text, whatever the name of what holds it.
struct SecretForm: Sendable {
    /// How the rest is recognised once the beginning was found.
    enum Rest: Sendable {
        /// Two more parts of base64url.
        case webToken
        /// Twelve or more opaque characters.
        case opaque
        /// All up to the closing line of a key.
        case key
        /// Base64 of a private key's first line, and what follows.
        case encodedKey
        /// Exactly so many letters and digits, capitals only.
        case capitals(Int)
        /// So many or more letters, digits, `-`, `_` and the others named.
        case run(Int, also: StaticString)
        /// A connection string's value: all up to `;`, a quote or a line's end.
        case value
        /// All up to this character.
        case until(Unicode.Scalar)
    }

    /// How it begins, in small letters where `anyCase` is set.
    let prefix: [UInt8]
    /// What people call it.
    let name: String
    /// What stands in its place; the beginning is kept where it is a name.
    let mask: String
    let rest: Rest
    /// Whether capitals in the beginning do not matter.
    var anyCase = false
    /// Whether a letter or digit before it means that it is the end of something else.
    var isWhole = false

    init(_ prefix: String, _ name: String, mask: String, _ rest: Rest, anyCase: Bool = false, isWhole: Bool = false) {
        self.prefix = Array((anyCase ? prefix.lowercased() : prefix).utf8)
        (self.name, self.mask, self.rest) = (name, mask, rest)
        (self.anyCase, self.isWhole) = (anyCase, isWhole)
    }

    /// The form and extent of the secret that begins at `start`; nil when none does.
    static func find(in bytes: [UInt8], at start: Int) -> (form: SecretForm, range: Range<Int>)? {
        for form in byFirst[Int(bytes[start])] where form.begins(in: bytes, at: start) {
            if let end = form.end(in: bytes, from: start + form.prefix.count) { return (form, start..<end) }
        }
        return nil
    }

    /// What stands in the place of the secret at `range`: a name keeps its own spelling.
    func replacement(for range: Range<Int>, in bytes: [UInt8]) -> [UInt8] {
        guard anyCase else { return Array(mask.utf8) }
        return Array(bytes[range.prefix(prefix.count)]) + mask.utf8.dropFirst(prefix.count)
    }

    private static let byFirst: [[SecretForm]] = {
        var table = [[SecretForm]](repeating: [], count: 256)
        for form in all {
            let first = form.prefix[0]
            table[Int(first)].append(form)
            if form.anyCase, (0x61...0x7A).contains(first) { table[Int(first & 0xDF)].append(form) }
        }
        return table
    }()

    private func begins(in bytes: [UInt8], at start: Int) -> Bool {
        let end = start + prefix.count
        guard end <= bytes.count else { return false }
        for index in start..<end {
            let byte = bytes[index]
            let letter = anyCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            guard letter == prefix[index - start] else { return false }
        }
        guard isWhole, start > 0 else { return true }
        return !bytes[start - 1].isWordByte
    }

    /// Where the secret ends whose beginning ends at `start`; nil when it is none after all.
    private func end(in bytes: [UInt8], from start: Int) -> Int? {
        switch rest {
        case .webToken: return bytes.endOfWebToken(from: start)
        case .key: return bytes.endOfKey(from: start)
        case .opaque:
            let end = bytes.run(from: start, also: "./+=~")
            let isOpaque = bytes[start..<end].contains { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
            return end - start >= 12 && isOpaque ? end : nil
        case .encodedKey:
            let end = bytes.run(from: start, also: "/+=")
            let head = bytes[(start - prefix.count)..<Swift.min(end, start + 42)]
            let text = Data(base64Encoded: Data(head.prefix(head.count / 4 * 4))).map {
                String(decoding: $0, as: UTF8.self)
            }
            return text?.contains("PRIVATE KEY") == true ? end : nil
        case .capitals(let count):
            let end = bytes.run(from: start, also: "")
            return end - start == count && bytes[start..<end].allSatisfy { !(0x61...0x7A).contains($0) } ? end : nil
        case .run(let least, let others):
            let end = bytes.run(from: start, also: others)
            return end - start >= least ? end : nil
        case .value: return bytes.endOfValue(from: start) { ";\"'<>&\n\r, ".utf8.contains($0) }
        case .until(let last):
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: last)) else { return nil }
            return bytes.endOfValue(from: start) { $0 == bytes[end] }
        }
    }
}

extension [UInt8] {
    /// The end of the run of base64url characters, and of `others`, that begins at `start`.
    func run(from start: Int, also others: StaticString) -> Int {
        let extra = UnsafeBufferPointer(start: others.utf8Start, count: others.utf8CodeUnitCount)
        var end = start
        while end < count, self[end].isWordByte || self[end] == 0x2D || self[end] == 0x5F || extra.contains(self[end]) {
            end += 1
        }
        return end
    }

    /// The end of a value that is neither empty nor masked already.
    fileprivate func endOfValue(from start: Int, _ isEnd: (UInt8) -> Bool) -> Int? {
        let end = self[start...].firstIndex(where: isEnd) ?? count
        let isMasked = self[start..<end].starts(with: "[masked".utf8)
        return end - start > 2 && !isMasked ? end : nil
    }

    /// Three parts of base64url, the first of which began before `start`.
    fileprivate func endOfWebToken(from start: Int) -> Int? {
        var end = run(from: start, also: "")
        for _ in 0..<2 {
            guard end < count, self[end] == UInt8(ascii: ".") else { return nil }
            let next = run(from: end + 1, also: "")
            guard next - end > 8 else { return nil }
            end = next
        }
        return end
    }

    /// The line that closes the key, or all that is left where it was cut off.
    fileprivate func endOfKey(from start: Int) -> Int? {
        let label = self[start..<Swift.min(start + 30, count)].prefix { $0 != UInt8(ascii: "-") }
        guard String(decoding: label, as: UTF8.self).hasSuffix("PRIVATE KEY") else { return nil }
        var position = start + label.count + 5
        while position < count, !has("-----END ", at: position) { position += 1 }
        position += 9
        while position < count, !has("-----", at: position) { position += 1 }
        return Swift.min(position + 5, count)
    }

    private func has(_ text: StaticString, at start: Int) -> Bool {
        let end = start + text.utf8CodeUnitCount
        return end <= count && (start..<end).allSatisfy { self[$0] == text.utf8Start[$0 - start] }
    }
}

extension UInt8 {
    /// Whether this is an ASCII letter or digit.
    var isWordByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
