/// Blanks comments and string literals, so that rules look at code only.
///
/// Limits: the code inside an interpolation is blanked with its string; regular expression literals are read as code.
struct Blanking {
    private var bytes: [UInt8]
    private var position = 0

    /// The text with the same lines and columns, and spaces where comments and the insides of strings were.
    static func blanked(_ text: String) -> String {
        var blanking = Blanking(bytes: Array(text.utf8))
        blanking.run()
        return String(decoding: blanking.bytes, as: UTF8.self)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() {
        while position < bytes.count {
            if has("//") {
                while position < bytes.count, bytes[position] != 0x0A { blank() }
            } else if has("/*") {
                blockComment()
            } else if let hashes = stringStart() {
                position += hashes
                string(hashes: hashes)
            } else {
                position += 1
            }
        }
    }

    private func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        let start = position + offset
        return start + text.utf8CodeUnitCount <= bytes.count
            && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
    }

    private mutating func blank() {
        if bytes[position] != 0x0A { bytes[position] = 0x20 }
        position += 1
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where position < bytes.count { blank() }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if has("/*") {
                depth += 1
                blank(2)
            } else if has("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < bytes.count
    }

    /// The number of `#` before the quote that stands here; nil when no string begins here.
    private func stringStart() -> Int? {
        var hashes = 0
        while position + hashes < bytes.count, bytes[position + hashes] == 0x23 { hashes += 1 }
        return has("\"", at: hashes) ? hashes : nil
    }

    private func hasHashes(_ count: Int, at offset: Int) -> Bool {
        (0..<count).allSatisfy { position + offset + $0 < bytes.count && bytes[position + offset + $0] == 0x23 }
    }

    private mutating func string(hashes: Int) {
        let isMultiline = has("\"\"\"")
        let quotes = isMultiline ? 3 : 1
        position += quotes
        while position < bytes.count {
            if !isMultiline, bytes[position] == 0x0A { return }
            if has("\\"), hasHashes(hashes, at: 1) {
                blank(1 + hashes)
                if has("(") { interpolation() } else { blank() }
            } else if isMultiline ? has("\"\"\"") : has("\""), hasHashes(hashes, at: quotes) {
                position += quotes + hashes
                return
            } else {
                blank()
            }
        }
    }

    private mutating func interpolation() {
        var depth = 0
        repeat {
            if let hashes = stringStart() {
                let start = position
                position += hashes
                string(hashes: hashes)
                let end = position
                position = start
                blank(end - start)
                continue
            }
            if has("(") { depth += 1 }
            if has(")") { depth -= 1 }
            blank()
        } while depth > 0 && position < bytes.count
    }
}
