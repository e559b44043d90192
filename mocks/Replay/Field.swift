internal import HTTPTypes
internal import SlipwayBase

/// A value inside a cassette together with its path, so that every complaint names its place.
struct Field {
    let value: JSON
    let path: String
    let cassette: String
    /// Where bodies are that stand in files.
    var bodies = BodyFiles()

    func failure(_ problem: String) -> CassetteFailure {
        CassetteFailure(cassette: cassette, problem: path.isEmpty ? problem : "\(path): \(problem)")
    }

    func allow(_ names: String...) throws(CassetteFailure) { try allow(names) }

    func allow(_ names: [String]) throws(CassetteFailure) {
        guard let object = value.object else { throw failure("it is not an object") }
        for key in object.keys where !names.contains(key) {
            let hint = key.nearest(of: names).map { "; did you mean \($0)?" } ?? ""
            throw failure("unknown member \(key.printable(max: 80))\(hint)")
        }
    }

    func optional(_ name: String) throws(CassetteFailure) -> Field? {
        guard let object = value.object else { throw failure("it is not an object") }
        guard let value = object[name], !value.isNull else { return nil }
        return Field(value: value, path: path.isEmpty ? name : "\(path).\(name)", cassette: cassette, bodies: bodies)
    }

    func member(_ name: String) throws(CassetteFailure) -> Field {
        guard let field = try optional(name) else { throw failure("\(name) is missing") }
        return field
    }

    func list(_ name: String) throws(CassetteFailure) -> [Field] {
        let field = try member(name)
        guard let elements = field.value.array else { throw field.failure("it is not a list") }
        return elements.enumerated().map { index, element in
            Field(value: element, path: "\(field.path)[\(index)]", cassette: cassette, bodies: bodies)
        }
    }

    func asText() throws(CassetteFailure) -> String {
        guard let text = value.string else { throw failure("it is not a text") }
        return text
    }

    func asBool() throws(CassetteFailure) -> Bool {
        guard let bool = value.bool else { throw failure("it is neither true nor false") }
        return bool
    }

    func texts(_ name: String) throws(CassetteFailure) -> [String] {
        var texts: [String] = []
        for element in try list(name) { texts.append(try element.asText()) }
        return texts
    }

    func text(_ name: String) throws(CassetteFailure) -> String { try member(name).asText() }

    func optionalText(_ name: String) throws(CassetteFailure) -> String? { try optional(name)?.asText() }

    func int(_ name: String) throws(CassetteFailure) -> Int {
        let field = try member(name)
        guard let int = field.value.int else { throw field.failure("it is not a whole number") }
        return int
    }

    func milliseconds(_ name: String) throws(CassetteFailure) -> Duration {
        let count = try int(name)
        guard (0...Limits.durationSecondsMax * 1000).contains(Int64(count)) else {
            throw failure("\(name) is not between 0 and 30 days")
        }
        return .milliseconds(count)
    }

    func fields(_ name: String) throws(CassetteFailure) -> HTTPFields {
        guard let field = try optional(name) else { return [:] }
        guard let object = field.value.object else { throw field.failure("it is not an object") }
        var fields = HTTPFields()
        for (key, value) in object.members {
            guard let name = HTTPField.Name(key), let text = value.string, HTTPField.isValidValue(text) else {
                throw field.failure("\(key.printable(max: 80)) is not a header field with a text")
            }
            fields.append(HTTPField(name: name, value: text))
        }
        return fields
    }
}
