internal import SlipwayBase

/// Finds what must not be on disk, and masks it. The forms known here are those of the platforms that are recorded.
enum Secrets {
    /// Names of JSON members and form fields whose text is a secret whatever it looks like, in lower case.
    private static let names: Set<String> = [
        "token", "access_token", "accesstoken", "refresh_token", "id_token", "client_secret", "clientsecret",
        "password",
        "secretaccesskey", "sessiontoken", "client-key-data", "client_assertion", "publishingpassword",
        "connectionstring",
    ]
    private static let mask = "[masked]"

    /// The kinds of secrets that `text` holds.
    static func kinds(in text: String) -> [String] {
        spans(in: Array(text.utf8)).map(\.form.name)
            + fields(of: text).filter(\.isSecret).map { "form field \($0.name)" }
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
                if isSecret(key, value) { return ["secret by name at \(path)"] }
                if isData(key, of: object), masked(values: value) != value { return ["data of a Secret at \(path)"] }
                return kinds(in: value, path: path)
            }
        default: return []
        }
    }

    /// `text` with every secret in it replaced; masking twice changes nothing.
    static func masked(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        for span in spans(in: bytes) {
            result += bytes[position..<span.range.lowerBound]
            result += span.form.mask.utf8
            position = span.range.upperBound
        }
        let masked = position == 0 ? text : String(decoding: result + bytes[position...], as: UTF8.self)
        let fields = fields(of: masked)
        guard fields.contains(where: \.isSecret) else { return masked }
        return fields.map { $0.separator + ($0.isSecret ? "\($0.name)=\(mask)" : $0.text) }.joined()
    }

    /// The document with every secret in it replaced, whether told by its form or by its member's name.
    static func masked(_ document: JSON) -> JSON {
        switch document {
        case .string(let text): return .string(masked(text))
        case .array(let elements): return .array(elements.map { masked($0) })
        case .object(let object):
            let members = object.members.map { key, value -> (String, JSON) in
                if isSecret(key, value) { return (key, .string(mask)) }
                return (key, isData(key, of: object) ? masked(values: value) : masked(value))
            }
            return .object(JSONObject(members))
        default: return document
        }
    }

    // MARK: - By name

    private static func isSecret(_ name: String, _ value: JSON) -> Bool {
        guard let text = value.string, names.contains(name.lowercased()) else { return false }
        return !text.isEmpty && !text.contains("[masked")
    }

    private static func isData(_ name: String, of object: JSONObject) -> Bool {
        object["kind"] == "Secret" && (name == "data" || name == "stringData")
    }

    private static func masked(values: JSON) -> JSON {
        guard let object = values.object else { return values }
        return .object(JSONObject(object.keys.map { ($0, .string(mask)) }))
    }

    private struct FormField {
        var separator: String
        var text: String
        var name: String
        var isSecret: Bool
    }

    /// A form body or query such as `grant_type=…&client_secret=…`, cut at `?` and `&`; nothing for text without `=`.
    private static func fields(of text: String) -> [FormField] {
        guard text.utf8.contains(UInt8(ascii: "=")) else { return [] }
        var fields: [FormField] = []
        var rest = text[...]
        var separator = ""
        while true {
            let pair = rest.prefix { $0 != "&" && $0 != "?" }
            let sides = pair.split(separator: "=", maxSplits: 1)
            let isSecret = sides.count == 2 && isSecret(String(sides[0]), .string(String(sides[1])))
            fields.append(
                FormField(separator: separator, text: String(pair), name: String(sides.first ?? ""), isSecret: isSecret)
            )
            guard pair.endIndex < rest.endIndex else { return fields }
            separator = String(rest[pair.endIndex])
            rest = rest[rest.index(after: pair.endIndex)...]
        }
    }

    // MARK: - By form

    private static func spans(in bytes: [UInt8]) -> [(form: SecretForm, range: Range<Int>)] {
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
