extension JSON {
    /// The document as compact UTF-8, members in order.
    public var bytes: [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(512)
        write(to: &buffer)
        return buffer
    }

    /// The document as compact text, members in order.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The document with members sorted by name at every level: equal values give equal bytes.
    public var canonical: JSON {
        switch self {
        case .array(let elements): .array(elements.map(\.canonical))
        case .object(let object):
            .object(JSONObject(distinct: object.members.map { ($0.key, $0.value.canonical) }.sorted { $0.0 < $1.0 }))
        default: self
        }
    }

    /// The document on several lines, two spaces a level.
    public var pretty: String {
        var buffer: [UInt8] = []
        write(to: &buffer, indent: 0)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// `indent` is the present level when the document is spread over lines, nil when it is compact.
    private func write(to buffer: inout [UInt8], indent: Int? = nil) {
        switch self {
        case .null: buffer += "null".utf8
        case .bool(let value): buffer += (value ? "true" : "false").utf8
        case .int(let value): buffer += String(value).utf8
        case .double(let value): buffer += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): Self.write(value, to: &buffer)
        case .array(let elements):
            Self.write(elements, between: ("[", "]"), to: &buffer, indent: indent) { $0.write(to: &$1, indent: $2) }
        case .object(let object):
            Self.write(object.members, between: ("{", "}"), to: &buffer, indent: indent) { member, buffer, indent in
                Self.write(member.key, to: &buffer)
                buffer += (indent == nil ? ":" : ": ").utf8
                member.value.write(to: &buffer, indent: indent)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element],
        between brackets: (String, String),
        to buffer: inout [UInt8],
        indent: Int?,
        each: (Element, inout [UInt8], Int?) -> Void
    ) {
        buffer += brackets.0.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { buffer.append(0x2C) }
            breakLine(&buffer, indent.map { $0 + 1 })
            each(element, &buffer, indent.map { $0 + 1 })
        }
        if !elements.isEmpty { breakLine(&buffer, indent) }
        buffer += brackets.1.utf8
    }

    private static func breakLine(_ buffer: inout [UInt8], _ level: Int?) {
        guard let level else { return }
        buffer.append(0x0A)
        buffer += repeatElement(0x20, count: level * 2)
    }

    private static func write(_ text: String, to buffer: inout [UInt8]) {
        buffer.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C:
                buffer.append(0x5C)
                buffer.append(byte)
            case 0x0A: buffer += "\\n".utf8
            case 0x0D: buffer += "\\r".utf8
            case 0x09: buffer += "\\t".utf8
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                buffer += ("\\u00" + (digits.count == 1 ? "0" : "") + digits).utf8
            default: buffer.append(byte)
            }
        }
        buffer.append(0x22)
    }
}
