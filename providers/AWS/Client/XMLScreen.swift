internal import SlipwayBase

/// Looks at XML before the parser does, for what the parser does not tell.
enum XMLScreen {
    /// Why `bytes` are not handed to the parser; nil when nothing is wrong with them.
    static func objection(to bytes: [UInt8]) -> String? {
        // In another encoding the words below could hide from this search and still reach the parser.
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            return "the XML is not UTF-8"
        }
        if let encoding = declaredEncoding(bytes), !["utf-8", "utf8", "us-ascii"].contains(encoding) {
            return "the XML says it is encoded as \(encoding.printable(max: 30)); only UTF-8 is read"
        }
        var rest = bytes[...]
        while let mark = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[(mark + 1)...]
            guard rest.first == UInt8(ascii: "!") else { continue }
            for word in ["doctype", "entity"] where begins(rest.dropFirst(), with: word) {
                return "the XML declares a document type or an entity, which no service does; it is not read"
            }
        }
        return nil
    }

    /// The encoding that an XML declaration names, in lower case; nil without one.
    private static func declaredEncoding(_ bytes: [UInt8]) -> String? {
        // Most answers have none, and searching strings costs more than reading them.
        guard zip(bytes.prefix(200), bytes.dropFirst()).contains(where: { $0 == 0x3C && $1 == 0x3F }) else {
            return nil
        }
        let head = String(decoding: bytes.prefix(200), as: UTF8.self)
        guard let start = head.firstRange(of: "<?xml"), let end = head.firstRange(of: "?>"),
            start.upperBound <= end.lowerBound
        else { return nil }
        let declaration = head[start.upperBound..<end.lowerBound]
        guard let name = declaration.firstRange(of: "encoding") else { return nil }
        let value = declaration[name.upperBound...].drop { $0 == "=" || $0.isWhitespace }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return "" }
        return value.dropFirst().prefix { $0 != quote }.lowercased()
    }

    private static func begins(_ bytes: ArraySlice<UInt8>, with word: String) -> Bool {
        bytes.count >= word.utf8.count && zip(bytes, word.utf8).allSatisfy { $0 | 0x20 == $1 }
    }
}
