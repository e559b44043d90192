/// Fields such as `client_secret=…`, in forms, queries, attributes and sentences.
enum FormFields {
    /// A field whose value is a secret.
    struct Secret {
        var name: String
        /// Where its value stands.
        var range: Range<Int>
    }

    /// The fields of `bytes` whose values are secret.
    static func secrets(in bytes: [UInt8]) -> [Secret] {
        var found: [Secret] = []
        var options: [(name: String, value: String)] = []
        var values: [Secret] = []
        var position = 0
        while let equals = bytes[position...].firstIndex(of: UInt8(ascii: "=")) {
            position = equals + 1
            let nameBytes = bytes[..<equals].suffix(while: { $0.isWordByte || "_-.%[]$".utf8.contains($0) })
            guard !nameBytes.isEmpty else { continue }
            let range = valueRange(in: bytes, from: equals + 1)
            guard !range.isEmpty else { continue }
            let name = Substring(decoding: nameBytes, as: UTF8.self).percentDecoded
            let value = String(decoding: bytes[range], as: UTF8.self)
            if SecretNames.isSecret(name, value) {
                found.append(Secret(name: name, range: range))
            } else if name.hasSuffix(optionSuffix) {
                options.append((name, value))
            } else if name.hasSuffix(".Value") {
                values.append(Secret(name: name, range: range))
            }
        }
        guard !options.isEmpty else { return found }
        found += values.filter { field in isSecretOption(field, bytes, options) }
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static let optionSuffix = ".OptionName"

    /// Elastic Beanstalk's settings name the option in one field and give its value in another.
    private static func isSecretOption(_ field: Secret, _ bytes: [UInt8], _ options: [(name: String, value: String)])
        -> Bool
    {
        let prefix = field.name.dropLast(".Value".count)
        let option = options.first { $0.name.dropLast(optionSuffix.count) == prefix }
        guard let option else { return false }
        return SecretNames.isSecret(setting: option.value, String(decoding: bytes[field.range], as: UTF8.self))
    }

    /// Up to the next field, or inside quotes up to the closing one.
    private static func valueRange(in bytes: [UInt8], from start: Int) -> Range<Int> {
        guard start < bytes.count else { return start..<start }
        if bytes[start] == 0x22 || bytes[start] == 0x27 {
            let quote = bytes[start]
            let end = bytes[(start + 1)...].firstIndex { $0 == quote || $0 == 0x0A } ?? bytes.count
            return (start + 1)..<end
        }
        let end = bytes[start...].firstIndex { $0 <= 0x20 || "&?\"'<>;,".utf8.contains($0) } ?? bytes.count
        return start..<end
    }
}

/// Members such as `"password": "…"` in text that is no document: in a log, an event, or what was cut off.
enum QuotedMembers {
    /// The members whose values are secret by their names.
    static func secrets(in bytes: [UInt8]) -> [FormFields.Secret] {
        var found: [FormFields.Secret] = []
        var position = 0
        while let quote = bytes[position...].firstIndex(of: UInt8(ascii: "\"")) {
            position = quote + 1
            var next = position
            while next < bytes.count, bytes[next] == UInt8(ascii: ":") || bytes[next] == 0x20 { next += 1 }
            guard next > position, next < bytes.count, bytes[next] == UInt8(ascii: "\"") else { continue }
            let name = bytes[..<quote].suffix(while: { $0.isWordByte || "_-.".utf8.contains($0) })
            let end = end(of: next + 1, in: bytes)
            let text = String(decoding: name, as: UTF8.self)
            if SecretNames.isSecret(text, String(decoding: bytes[(next + 1)..<end], as: UTF8.self)) {
                found.append(FormFields.Secret(name: text, range: (next + 1)..<end))
                position = end
            }
        }
        return found
    }

    /// The closing quote, or the end of what was cut off.
    private static func end(of start: Int, in bytes: [UInt8]) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == 0x5C ? 2 : 1 }
        return min(end, bytes.count)
    }
}

extension ArraySlice<UInt8> {
    /// The longest end of it whose bytes are all of that kind.
    fileprivate func suffix(while isInside: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        var start = endIndex
        while start > startIndex, isInside(self[start - 1]) { start -= 1 }
        return self[start...]
    }
}
