extension ConfigScalar {
    /// What a text without quotes stands for by YAML 1.2's core schema, less its surprises.
    ///
    /// `yes`, `on`, `012`, `12:30` and dates are texts. Numbers have no leading zeros, as in JSON; `0x1f` and `0o17`
    /// are numbers.
    static func resolve(_ text: String) -> Kind {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(text) ?? .text
        }
    }

    private static func number(_ text: String) -> Kind? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 400,
            isDigit(first) || first == 0x2D || first == 0x2B || first == 0x2E
        else { return nil }
        if bytes.count > 2, first == 0x30, bytes[1] == 0x78 || bytes[1] == 0x6F {
            let digits = String(decoding: bytes[2...], as: UTF8.self)
            guard digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }) else { return nil }
            return Int64(digits, radix: bytes[1] == 0x78 ? 16 : 8).map(Kind.int)
        }
        guard let isWhole = decimalShape(bytes[...]) else { return nil }
        if isWhole, let value = Int64(text) { return .int(value) }
        return Double(text).flatMap { $0.isFinite ? Kind.double($0) : nil }
    }

    // Nil when it is no decimal number; otherwise whether it has neither fraction nor exponent.
    private static func decimalShape(_ all: ArraySlice<UInt8>) -> Bool? {
        var rest = all
        if rest.first == 0x2D || rest.first == 0x2B { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        guard whole.count <= 1 || whole.first != 0x30 else { return nil }
        rest = rest.dropFirst(whole.count)
        guard !rest.isEmpty else { return whole.isEmpty ? nil : true }
        var fraction: ArraySlice<UInt8> = []
        if rest.first == 0x2E {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        guard let mark = rest.first else { return false }
        guard mark | 0x20 == 0x65 else { return nil }
        rest = rest.dropFirst()
        if rest.first == 0x2D || rest.first == 0x2B { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit) ? false : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
