internal import Foundation
internal import SlipwayBase

/// Finds what must not be on disk, and masks it. The forms known here are those of the platforms that are recorded.
enum Secrets {
    private static let mask = "[masked]"

    /// The kinds of secrets that `text` holds.
    static func kinds(in text: String) -> [String] {
        if let document = document(in: text) { return kinds(in: document) }
        if let inner = encodedText(in: text) { return kinds(in: inner).map { "\($0) in base64" } }
        let inner = documentLines(in: text).flatMap { kinds(in: $0) }
        let text = maskedLines(text)
        let lines = inner + KubeconfigLines.secrets(in: text)
        let bytes = Array(KubeconfigLines.masked(text).utf8)
        let spans = spans(in: bytes)
        let rest = spans.isEmpty ? bytes : masked(bytes, spans)
        return lines + spans.map(\.form.name) + URLPasswords.spans(in: rest).map { _ in "password in a URL" }
            + OptionElements.spans(in: rest).map { _ in "value of a secret option" }
            + FormFields.secrets(in: rest).map { "form field \($0.name)" }
            + QuotedMembers.secrets(in: rest).map { "secret by name at \($0.name)" }
    }

    /// The kinds of secrets that `bytes` hold, which need not be text.
    static func kinds(in bytes: [UInt8]) -> [String] {
        guard let text = String(validating: bytes, as: UTF8.self) else { return spans(in: bytes).map(\.form.name) }
        return kinds(in: text)
    }

    /// The kinds of secrets that `document` holds, with their paths.
    static func kinds(in document: JSON, path: String = "") -> [String] {
        switch document {
        case .string(let text): return kinds(in: text).map { path.isEmpty ? $0 : "\($0) at \(path)" }
        case .array(let elements):
            return elements.enumerated().flatMap { kinds(in: $1, path: "\(path)[\($0)]") }
        case .object(let object):
            return object.members.flatMap { key, value in
                let path = path.isEmpty ? key : "\(path).\(key)"
                if let text = value.string, isSecret(key, text, of: object) { return ["secret by name at \(path)"] }
                if isData(key, of: object), masked(values: value) != value { return ["data of a Secret at \(path)"] }
                return kinds(in: value, path: path)
            }
        default: return []
        }
    }

    /// `text` with every secret in it replaced; masking twice changes nothing.
    static func masked(_ text: String) -> String {
        if let document = document(in: text) {
            let masked = masked(document)
            return masked == document ? text : masked.text + (text.hasSuffix("\n") ? "\n" : "")
        }
        if let inner = encodedText(in: text) {
            let masked = masked(inner)
            return masked == inner ? text : Data(masked.utf8).base64EncodedString()
        }
        let lines = KubeconfigLines.masked(maskedLines(text))
        var bytes = Array(lines.utf8)
        let found = spans(in: bytes)
        if !found.isEmpty { bytes = masked(bytes, found) }
        let (passwords, options) = (URLPasswords.spans(in: bytes), OptionElements.spans(in: bytes))
        for range in (passwords + options).sorted(by: { $0.lowerBound > $1.lowerBound }) {
            bytes.replaceSubrange(range, with: mask.utf8)
        }
        let fields = FormFields.secrets(in: bytes)
        for field in fields.reversed() { bytes.replaceSubrange(field.range, with: mask.utf8) }
        let members = QuotedMembers.secrets(in: bytes)
        for member in members.reversed() { bytes.replaceSubrange(member.range, with: mask.utf8) }
        let isSame = [found.isEmpty, passwords.isEmpty, options.isEmpty, fields.isEmpty, members.isEmpty].allSatisfy(
            \.self
        )
        return isSame ? lines : String(decoding: bytes, as: UTF8.self)
    }

    /// `bytes`, which need not be text, with every secret replaced that is told by its form.
    static func masked(_ bytes: [UInt8]) -> [UInt8] {
        if let text = String(validating: bytes, as: UTF8.self) { return Array(masked(text).utf8) }
        let found = spans(in: bytes)
        return found.isEmpty ? bytes : masked(bytes, found)
    }

    /// The document with every secret in it replaced, whether told by its form or by its member's name.
    static func masked(_ document: JSON) -> JSON {
        switch document {
        case .string(let text): return .string(masked(text))
        case .array(let elements): return .array(elements.map { masked($0) })
        case .object(let object):
            let members = object.members.map { key, value -> (String, JSON) in
                if let text = value.string, isSecret(key, text, of: object) { return (key, .string(mask)) }
                return (key, isData(key, of: object) ? masked(values: value) : masked(value))
            }
            return .object(JSONObject(members))
        default: return document
        }
    }

    /// Every text that is a member of the object masked: for what is secret by where it comes from.
    static func masked(settings document: JSON) -> JSON {
        guard let object = document.object else { return document }
        return .object(
            JSONObject(
                object.members.map { key, value in
                    guard let text = value.string, !text.isEmpty, key != "type", !SecretNames.isMasked(text) else {
                        return (key, value.object == nil ? value : masked(settings: value))
                    }
                    return (key, .string(mask))
                }
            )
        )
    }

    // MARK: - By name

    private static func isSecret(_ name: String, _ value: String, of object: JSONObject) -> Bool {
        if SecretNames.isSecret(name, value) { return true }
        guard name == "value" || name == "Value" else { return false }
        if object["keyName"] != nil { return !value.isEmpty && !SecretNames.isMasked(value) }
        let setting = object["name"]?.string ?? object["OptionName"]?.string
        return setting.map { SecretNames.isSecret(setting: $0, value) } ?? false
    }

    private static func isData(_ name: String, of object: JSONObject) -> Bool {
        object["kind"] == "Secret" && (name == "data" || name == "stringData")
    }

    private static func masked(values: JSON) -> JSON {
        guard let object = values.object else { return values }
        return .object(JSONObject(object.keys.map { ($0, .string(mask)) }))
    }

    // MARK: - Text in text

    /// The JSON object or list that a text is, such as an annotation; nil for all other text.
    private static func document(in text: String) -> JSON? {
        guard let first = text.utf8.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let document = try? JSON(parsing: text)
        else { return nil }
        return document.object == nil && document.array == nil ? nil : document
    }

    /// The documents that stand in lines of their own, as in a watch or a log.
    private static func documentLines(in text: String) -> [JSON] {
        guard text.utf8.contains(0x0A) else { return [] }
        return text.split(separator: "\n").compactMap { document(in: String($0)) }
    }

    private static func maskedLines(_ text: String) -> String {
        guard !documentLines(in: text).isEmpty else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let line = String(line)
            return document(in: line) == nil ? line : masked(line)
        }.joined(separator: "\n")
    }

    /// The text that a longer base64 stands for; nil for all other text.
    static func encodedText(in text: String) -> String? {
        let count = text.utf8.count
        guard count >= 64, count % 4 == 0,
            text.utf8.allSatisfy({ $0.isWordByte || $0 == 0x2B || $0 == 0x2F || $0 == 0x3D }),
            let data = Data(base64Encoded: text)
        else { return nil }
        return String(validating: data, as: UTF8.self)
    }

    // MARK: - By form

    private static func masked(_ bytes: [UInt8], _ spans: [(form: SecretForm, range: Range<Int>)]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        for span in spans {
            result += bytes[position..<span.range.lowerBound]
            result += span.form.replacement(for: span.range, in: bytes)
            position = span.range.upperBound
        }
        return result + bytes[position...]
    }

    /// Where secrets stand that are told by their form.
    static func spans(in bytes: [UInt8]) -> [(form: SecretForm, range: Range<Int>)] {
        var found: [(form: SecretForm, range: Range<Int>)] = []
        var position = 0
        while position < bytes.count {
            if let span = SecretForm.find(in: bytes, at: position) {
                found.append(span)
                position = span.range.upperBound
            } else {
                position += 1
            }
        }
        return found
    }
}
