/// An element of an XML document as a server reads it: local names, no attributes, no mixed content.
struct ReadElement: Hashable, Sendable {
    /// The name without its prefix.
    var name: String
    /// The text that stands directly in it, entities resolved.
    var text = ""
    /// The elements in it, in order.
    var children: [ReadElement] = []

    /// The first child of that name.
    subscript(_ name: String) -> ReadElement? { children.first { $0.name == name } }

    /// All children of that name.
    func all(_ name: String) -> [ReadElement] { children.filter { $0.name == name } }
}

/// Reads the small documents that clients send; refuses whatever such a client has no reason to send.
struct XMLReading {
    private static let nestingMax = 32
    private static let elementsMax = 50_000

    private var bytes: ArraySlice<UInt8>
    private var elements = 0

    /// The root of `document`; nil for anything that is not well formed, and for documents with a DOCTYPE.
    static func root(of document: some Sequence<UInt8>) -> ReadElement? {
        var reading = XMLReading(bytes: ArraySlice(document))
        guard reading.skipProlog(), let root = reading.element(depth: 0) else { return nil }
        reading.skipBlanks()
        return reading.bytes.isEmpty ? root : nil
    }

    private mutating func skipProlog() -> Bool {
        if starts("\u{FEFF}") { drop("\u{FEFF}") }
        skipBlanks()
        if starts("<?xml") { guard skip(past: "?>") else { return false } }
        skipBlanks()
        while starts("<!--") {
            guard skip(past: "-->") else { return false }
            skipBlanks()
        }
        return true
    }

    private mutating func element(depth: Int) -> ReadElement? {
        elements += 1
        guard depth < Self.nestingMax, elements <= Self.elementsMax, take("<"), let name = qualifiedName() else {
            return nil
        }
        guard let isEmpty = skipAttributes() else { return nil }
        var element = ReadElement(name: name.local)
        if isEmpty { return element }
        while true {
            guard let text = text() else { return nil }
            element.text += text
            if starts("<!--") {
                guard skip(past: "-->") else { return nil }
            } else if starts("</") {
                drop("</")
                guard let end = qualifiedName(), end.whole == name.whole else { return nil }
                skipBlanks()
                return take(">") ? element : nil
            } else {
                guard let child = self.element(depth: depth + 1) else { return nil }
                element.children.append(child)
            }
        }
    }

    /// Everything up to the end of a start tag; true when the element ends with it.
    private mutating func skipAttributes() -> Bool? {
        while true {
            skipBlanks()
            if take(">") { return false }
            if starts("/>") {
                drop("/>")
                return true
            }
            guard qualifiedName() != nil else { return nil }
            skipBlanks()
            guard take("=") else { return nil }
            skipBlanks()
            guard let quote = bytes.popFirst(), quote == 0x22 || quote == 0x27,
                let end = bytes.firstIndex(of: quote)
            else { return nil }
            bytes = bytes[(end + 1)...]
        }
    }

    private mutating func qualifiedName() -> (whole: String, local: String)? {
        let end = bytes.firstIndex { !Self.isNameByte($0) } ?? bytes.endIndex
        let whole = String(decoding: bytes[..<end], as: UTF8.self)
        bytes = bytes[end...]
        guard let local = whole.split(separator: ":").last, !whole.isEmpty else { return nil }
        return (whole, String(local))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            0x80...0xFF:
            true
        default: false
        }
    }

    private mutating func text() -> String? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "<")) else { return nil }
        let raw = bytes[..<end]
        bytes = bytes[end...]
        guard let text = String(validating: raw, as: UTF8.self) else { return nil }
        guard text.contains("&") else { return text }
        var result = ""
        var rest = text[...]
        while let ampersand = rest.firstIndex(of: "&") {
            result += rest[..<ampersand]
            let tail = rest[rest.index(after: ampersand)...]
            guard let semicolon = tail.firstIndex(of: ";"), let character = entity(tail[..<semicolon]) else {
                return nil
            }
            result.unicodeScalars.append(character)
            rest = tail[tail.index(after: semicolon)...]
        }
        return result + rest
    }

    private func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#") else { return nil }
            let isHex = name.hasPrefix("#x")
            return UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10).flatMap { Unicode.Scalar($0) }
        }
    }

    private func starts(_ token: String) -> Bool { bytes.starts(with: token.utf8) }

    private mutating func drop(_ token: String) { bytes = bytes.dropFirst(token.utf8.count) }

    private mutating func take(_ token: String) -> Bool {
        guard starts(token) else { return false }
        drop(token)
        return true
    }

    private mutating func skipBlanks() { bytes = bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) } }

    private mutating func skip(past token: String) -> Bool {
        let wanted = Array(token.utf8)
        while bytes.count >= wanted.count {
            if bytes.starts(with: wanted) {
                drop(token)
                return true
            }
            bytes = bytes.dropFirst()
        }
        return false
    }
}
