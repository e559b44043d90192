/// Decoded form fields in the order they came.
struct QueryParameters: Hashable, Sendable {
    /// One field.
    struct Pair: Hashable, Sendable {
        /// The name, such as `OptionSettings.member.1.Value`.
        var name: String
        /// The value.
        var value: String
    }

    /// The fields.
    var pairs: [Pair] = []

    /// These fields.
    init(_ pairs: [Pair] = []) { self.pairs = pairs }

    /// Reads `application/x-www-form-urlencoded`; a field without `=` has an empty value, broken escapes stay as text.
    init(form: some Sequence<UInt8>) {
        for field in Array(form).split(separator: UInt8(ascii: "&")) {
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append(Pair(name: unescaped(parts[0]), value: parts.count > 1 ? unescaped(parts[1]) : ""))
        }
    }

    /// The value of a field; nil when it was not sent.
    subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The value of a field that was sent with something in it.
    func text(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    /// The values of a list of scalars, by number: `Name.member.1`, `Name.member.2`.
    func list(_ name: String) -> [String] { members(name).compactMap { $0.pairs.first { $0.name.isEmpty }?.value } }

    /// The structures of a list, by number, each with the names of its own fields: `Name.member.1.Field` → `Field`.
    func members(_ name: String) -> [QueryParameters] {
        let prefix = name + ".member."
        var found: [Int: QueryParameters] = [:]
        for pair in pairs where pair.name.hasPrefix(prefix) {
            let rest = pair.name.dropFirst(prefix.count)
            let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let number = Int(parts[0]) else { continue }
            let field = parts.count > 1 ? String(parts[1]) : ""
            found[number, default: QueryParameters()].pairs.append(Pair(name: field, value: pair.value))
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The fields of a structure: `Name.Field` → `Field`.
    func structure(_ name: String) -> QueryParameters {
        let prefix = name + "."
        return QueryParameters(
            pairs.filter { $0.name.hasPrefix(prefix) }
                .map { Pair(name: String($0.name.dropFirst(prefix.count)), value: $0.value) }
        )
    }
}

/// A field with `+` and `%41` undone.
func unescaped(_ field: some Collection<UInt8>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(field.count)
    var index = field.startIndex
    while index != field.endIndex {
        let byte = field[index]
        field.formIndex(after: &index)
        if byte == UInt8(ascii: "%"), field.distance(from: index, to: field.endIndex) >= 2,
            let high = hexDigit(field[index]), let low = hexDigit(field[field.index(after: index)])
        {
            bytes.append(high << 4 | low)
            field.formIndex(&index, offsetBy: 2)
        } else {
            bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
