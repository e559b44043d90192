// The canonical request, written in one pass.
extension Scratch {
    /// Writes the canonical request of `input` over the fields inserted; `hash` is that of the payload, if it is known.
    mutating func writeRequest(_ input: SigV4.Input, _ rule: SigV4.PathRule, hash: String? = nil) {
        request.shorten()
        request.append(input.method)
        request.append("\n")
        if input.target == "/" {
            request.append("/\n" as StaticString)
        } else {
            withBytes(of: input.target) { bytes in
                let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
                appendPath(UnsafeBufferPointer(rebasing: bytes[..<end]), rule)
                request.append("\n")
                appendQuery(UnsafeBufferPointer(rebasing: bytes[end...].dropFirst()))
            }
        }
        request.append("\n")
        appendFields()
        request.append("\n")
        if let hash { request.append(hash) } else { appendHash(of: input.payload) }
    }

    /// Adds a path as the rule says; an empty one is `/`.
    private mutating func appendPath(_ path: UnsafeBufferPointer<UInt8>, _ rule: SigV4.PathRule) {
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
    private mutating func appendQuery(_ query: UnsafeBufferPointer<UInt8>) {
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
        withBytes(of: value) { bytes in
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
        guard let first, let last, let base = baseAddress else { return false }
        if first.isWhiteSpace || last.isWhiteSpace { return true }
        // Without an early end and without branches, so that it takes many bytes at a time. The top bit tells; it is
        // set for bytes above 0x9F too, which only costs them the slower way.
        var marks: UInt8 = 0
        for index in 1..<Swift.max(count, 1) {
            let areSpaces = (base[index] ^ 0x20) | (base[index - 1] ^ 0x20)
            marks |= (base[index] &- 0x20) | (areSpaces == 0 ? 0x80 : 0)
        }
        return marks & 0x80 != 0
    }
}

extension UInt8 {
    fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
