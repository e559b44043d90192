// The canonical request, written in one pass.
extension Scratch {
    /// Writes the canonical request of `input` over `fields`.
    func writeRequest(_ input: SigV4.Input, _ rule: SigV4.PathRule, payload: SigV4.Payload) {
        request.shorten()
        request.append(input.method)
        request.append("\n")
        if input.target == "/" {
            request.append("/\n" as StaticString)
        } else {
            var target = input.target
            target.withUTF8 { bytes in
                let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
                appendPath(UnsafeBufferPointer(rebasing: bytes[..<end]), rule)
                request.append("\n")
                appendQuery(UnsafeBufferPointer(rebasing: bytes[end...].dropFirst()))
            }
        }
        request.append("\n")
        appendFields()
        request.append("\n")
        let start = request.count
        appendNames()
        names = start..<request.count
        request.append("\n")
        appendHash(of: payload)
    }

    /// Adds a line for each name; the values of one name are joined by commas in the order they came in.
    private func appendFields() {
        for (index, field) in fields.enumerated() {
            if index > 0, fields[index - 1].name == field.name {
                request.append(",")
            } else {
                if index > 0 { request.append("\n") }
                request.append(field.name)
                request.append(":")
            }
            request.appendCollapsed(field.value)
        }
        request.append("\n")
    }

    private func appendNames() {
        for (index, field) in fields.enumerated() where index == 0 || fields[index - 1].name != field.name {
            if index > 0 { request.append(";") }
            request.append(field.name)
        }
    }

    /// Adds a path as the rule says; an empty one is `/`.
    private func appendPath(_ path: UnsafeBufferPointer<UInt8>, _ rule: SigV4.PathRule) {
        guard !path.isEmpty else { return request.append("/") }
        guard rule == .normalized else { return request.appendEncodedOnce(path, keepsSlash: true) }
        // Where each segment begins that has been written and not been taken back.
        var starts: [Int] = []
        let base = request.count
        request.append("/")
        for segment in path.split(separator: UInt8(ascii: "/")) where !segment.elementsEqual(".".utf8) {
            if segment.elementsEqual("..".utf8) {
                if let start = starts.popLast() { request.shorten(to: start) }
            } else {
                starts.append(request.count)
                request.appendEncoded(segment)
                request.append("/")
            }
        }
        if path.last != UInt8(ascii: "/"), request.count > base + 1 { request.shorten(to: request.count - 1) }
    }

    /// Adds a query with every name and value encoded once, in order of names, then of values.
    private func appendQuery(_ query: UnsafeBufferPointer<UInt8>) {
        // The pairs are encoded into `line` and copied from there in order.
        line.shorten()
        var pairs: [(name: Range<Int>, value: Range<Int>)] = []
        for piece in query.split(separator: UInt8(ascii: "&")) {
            let mark = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            let start = line.count
            line.appendEncodedOnce(piece[..<mark])
            let middle = line.count
            line.appendEncodedOnce(piece[mark...].dropFirst())
            pairs.append((start..<middle, middle..<line.count))
        }
        let text = line.bytes
        pairs.removeAll { text[$0.name].elementsEqual("X-Amz-Signature".utf8) }
        pairs.sort { first, second in
            text[first.name].elementsEqual(text[second.name])
                ? text[first.value].lexicographicallyPrecedes(text[second.value])
                : text[first.name].lexicographicallyPrecedes(text[second.name])
        }
        for (index, pair) in pairs.enumerated() {
            if index > 0 { request.append("&") }
            request.append(UnsafeBufferPointer(rebasing: text[pair.name]))
            request.append("=")
            request.append(UnsafeBufferPointer(rebasing: text[pair.value]))
        }
    }
}

extension ByteText {
    /// Adds a header value without white space at its ends and with single spaces for what there is within.
    mutating func appendCollapsed(_ value: String) {
        var value = value
        value.withUTF8 { bytes in
            guard bytes.isUntidy else { return append(bytes) }
            var isSpaceDue = false
            let start = count
            for byte in bytes {
                if byte.isWhiteSpace {
                    isSpaceDue = count > start
                } else {
                    if isSpaceDue { append(" ") }
                    isSpaceDue = false
                    append(byte)
                }
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether there is white space at an end, twice in a row, or other than spaces.
    fileprivate var isUntidy: Bool {
        guard let first, let last else { return false }
        if first.isWhiteSpace || last.isWhiteSpace { return true }
        var previous: UInt8 = 0
        for byte in self {
            if byte <= 0x20, byte < 0x20 || previous == 0x20 { return true }
            previous = byte
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
