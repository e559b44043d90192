/// Decoded fields of a query or a form, in the order they came.
struct FormFields: Hashable, Sendable {
    private struct Pair: Hashable, Sendable {
        var name: String
        var value: String
    }

    private var pairs: [Pair] = []

    /// Reads `application/x-www-form-urlencoded`; a field without `=` is empty, broken escapes stay as text.
    init(_ form: some Sequence<UInt8>) {
        for field in Array(form).split(separator: UInt8(ascii: "&")) {
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? Self.decoded(parts[1], plusIsSpace: true) : ""
            pairs.append(Pair(name: Self.decoded(parts[0], plusIsSpace: true), value: value))
        }
    }

    /// The value of a field, whatever the case of its name; nil when it was not sent.
    subscript(_ name: String) -> String? {
        let wanted = name.lowercased()
        return pairs.first { $0.name == name || $0.name.lowercased() == wanted }?.value
    }

    /// The text with its escapes undone.
    static func decoded(_ text: some Collection<UInt8>, plusIsSpace: Bool) -> String {
        let bytes = Array(text)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "%"), index + 1 < bytes.count, let high = digit(bytes[index]),
                let low = digit(bytes[index + 1])
            {
                result.append(high << 4 | low)
                index += 2
            } else {
                result.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}

extension String {
    /// Path and fields of a request's target.
    var pathAndFields: (path: String, fields: FormFields) {
        let parts = utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let path = FormFields.decoded(parts.first ?? "/".utf8[...], plusIsSpace: false)
        return (path, FormFields(parts.count > 1 ? Array(parts[1]) : []))
    }

    /// Whether two names of Azure are the same: it looks at no case.
    func names(_ other: String) -> Bool { self == other || lowercased() == other.lowercased() }
}
