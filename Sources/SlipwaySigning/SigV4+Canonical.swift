/// The fields that are signed, in order of their names, which are in lower case.
struct CanonicalFields {
    private(set) var fields: [SigV4.Field] = []

    /// Adds a field after all of its name; fields that are never signed are left out unless they are asked for.
    mutating func insert(_ field: SigV4.Field, isAsked: Bool = false) {
        let name = field.name.lowercased()
        guard isAsked || !SigV4.neverSigned.contains(name) else { return }
        var index = fields.endIndex
        while index > 0, fields[index - 1].name > name { index -= 1 }
        fields.insert((name, field.value), at: index)
    }

    /// The names as they stand in `SignedHeaders`.
    var names: String {
        var bytes: [UInt8] = []
        appendNames(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func appendNames(to text: inout [UInt8]) {
        for (index, field) in fields.enumerated() where index == 0 || fields[index - 1].name != field.name {
            if index > 0 { text.append(UInt8(ascii: ";")) }
            text.append(field.name)
        }
    }

    /// Adds a line for each name; the values of one name are joined by commas in the order they came in.
    func appendLines(to text: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0, fields[index - 1].name == field.name {
                text.append(UInt8(ascii: ","))
            } else {
                if index > 0 { text.append(UInt8(ascii: "\n")) }
                text.append(field.name)
                text.append(UInt8(ascii: ":"))
            }
            text.appendCollapsed(field.value)
        }
        text.append(UInt8(ascii: "\n"))
    }
}

extension SigV4 {
    func canonicalRequest(of input: Input, _ fields: CanonicalFields, payloadHash: String) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(1024)
        text.append(input.method)
        text.append(UInt8(ascii: "\n"))
        var target = input.target
        target.withUTF8 { bytes in
            let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
            text.appendCanonicalPath(UnsafeBufferPointer(rebasing: bytes[..<end]), pathRule)
            text.append(UInt8(ascii: "\n"))
            text.appendCanonicalQuery(bytes[end...].dropFirst())
        }
        text.append(UInt8(ascii: "\n"))
        fields.appendLines(to: &text)
        text.append(UInt8(ascii: "\n"))
        fields.appendNames(to: &text)
        text.append(UInt8(ascii: "\n"))
        text.append(payloadHash)
        return String(decoding: text, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Adds a header value without white space at its ends and with single spaces for what there is within.
    mutating func appendCollapsed(_ value: String) {
        var isSpaceDue = false
        let start = count
        for byte in value.utf8 {
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                isSpaceDue = count > start
            } else {
                if isSpaceDue { append(0x20) }
                isSpaceDue = false
                append(byte)
            }
        }
    }

    /// Adds a path as the rule says; an empty one is `/`.
    mutating func appendCanonicalPath(_ path: UnsafeBufferPointer<UInt8>, _ rule: SigV4.PathRule) {
        guard !path.isEmpty else { return append(UInt8(ascii: "/")) }
        guard rule == .normalized else { return appendEncodedOnce(path, keepsSlash: true) }
        let base = count
        append(UInt8(ascii: "/"))
        for segment in path.split(separator: UInt8(ascii: "/")) where !segment.elementsEqual(".".utf8) {
            if segment.elementsEqual("..".utf8) {
                let slash = self[base..<(count - 1)].lastIndex(of: UInt8(ascii: "/")) ?? base
                removeLast(count - 1 - slash)
            } else {
                appendEncoded(segment)
                append(UInt8(ascii: "/"))
            }
        }
        if path.last != UInt8(ascii: "/"), count > base + 1 { removeLast() }
    }

    /// Adds a query with every name and value encoded once, in order of names, then of values.
    mutating func appendCanonicalQuery(_ query: Slice<UnsafeBufferPointer<UInt8>>) {
        guard !query.isEmpty else { return }
        var pairs: [(name: [UInt8], value: [UInt8])] = query.split(separator: UInt8(ascii: "&")).map { piece in
            let end = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            var (name, value) = ([UInt8](), [UInt8]())
            name.appendEncodedOnce(UnsafeBufferPointer(rebasing: piece[..<end]))
            value.appendEncodedOnce(UnsafeBufferPointer(rebasing: piece[end...].dropFirst()))
            return (name, value)
        }
        pairs.removeAll { $0.name.elementsEqual("X-Amz-Signature".utf8) }
        pairs.sort { $0.name == $1.name ? $0.value.lexicographicallyPrecedes($1.value) : $0.name.lexicographicallyPrecedes($1.name) }
        for (index, pair) in pairs.enumerated() {
            if index > 0 { append(UInt8(ascii: "&")) }
            append(contentsOf: pair.name)
            append(UInt8(ascii: "="))
            append(contentsOf: pair.value)
        }
    }
}
