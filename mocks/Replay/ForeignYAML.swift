internal import Foundation
internal import SlipwayBase
import Yams

/// A value of a YAML file that another program's recorder wrote, with its path for complaints.
struct ForeignYAML {
    enum Content {
        case nothing
        case text(String)
        case bytes([UInt8])
        case list([ForeignYAML])
        case map([(name: String, value: ForeignYAML)])
    }

    let content: Content
    let path: String
    let cassette: String

    func failure(_ problem: String) -> CassetteFailure { Self.failure(problem, path, cassette) }

    private static func failure(_ problem: String, _ path: String, _ cassette: String) -> CassetteFailure {
        CassetteFailure(cassette: cassette, problem: path.isEmpty ? problem : "\(path): \(problem)")
    }

    func optional(_ name: String) throws(CassetteFailure) -> ForeignYAML? {
        guard case .map(let members) = content else { throw failure("it is not a mapping") }
        guard let value = members.first(where: { $0.name == name })?.value else { return nil }
        if case .nothing = value.content { return nil }
        return value
    }

    func member(_ name: String) throws(CassetteFailure) -> ForeignYAML {
        guard let value = try optional(name) else { throw failure("\(name) is missing") }
        return value
    }

    func text() throws(CassetteFailure) -> String {
        guard case .text(let text) = content else { throw failure("it is not a text") }
        return text
    }

    func list() throws(CassetteFailure) -> [ForeignYAML] {
        guard case .list(let elements) = content else { throw failure("it is not a list") }
        return elements
    }

    func map() throws(CassetteFailure) -> [(name: String, value: ForeignYAML)] {
        guard case .map(let members) = content else { throw failure("it is not a mapping") }
        return members
    }
}

extension ForeignYAML {
    // The parser would follow aliases while it compares keys, which never ends on an alias bomb; so it sees no star.
    private static let star: Unicode.Scalar = "\u{F8FE}"
    private static let complexKeysMax = 16

    /// Reads one document within `Limits`; aliases, and tags but those of base64, are refused.
    init(parsing bytes: [UInt8], cassette: String) throws(CassetteFailure) {
        guard bytes.count <= Limits.cassetteBytesMax else { throw CassetteFailure(tooLarge: cassette) }
        let sentence: String
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(Self.star) else {
            throw CassetteFailure(cassette: cassette, problem: "it is not UTF-8 text")
        }
        // Keys inside keys cost the parser their size once a level.
        let marks = text.split(separator: "\n").count {
            $0.drop { " -?".contains($0) } != $0.drop { " -".contains($0) }
        }
        guard marks <= Self.complexKeysMax else {
            throw CassetteFailure(cassette: cassette, problem: "it has keys that are no texts")
        }
        do {
            let starless = String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "*" ? Self.star : $0 }))
            let parser = try Parser(yaml: starless, resolver: .basic, constructor: .default, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                throw CassetteFailure(cassette: cassette, problem: "it is empty")
            }
            var count = 0
            self = try Self(root, path: "", cassette: cassette, count: &count, depth: 0)
            return
        } catch let failure as CassetteFailure {
            throw failure
        } catch let error as YamlError {
            sentence = "\(error)".printable(max: 200)
        } catch {
            sentence = "the parser gave up"
        }
        throw CassetteFailure(cassette: cassette, problem: "it is not YAML: \(sentence)")
    }

    private init(
        _ node: Node,
        path: String,
        cassette: String,
        count: inout Int,
        depth: Int
    ) throws(CassetteFailure) {
        (self.path, self.cassette) = (path, cassette)
        count += 1
        guard count <= Limits.cassetteNodesMax, depth <= Limits.nestingMax else {
            throw CassetteFailure(cassette: cassette, problem: "it has too many values, or is nested too deep")
        }
        let tag = node.tag.rawValue
        guard tag.isEmpty || Self.tags.contains(tag) else {
            throw Self.failure("the tag \(tag.printable(max: 80)) is unknown", path, cassette)
        }
        switch node {
        case .scalar(let scalar): content = try Self.content(scalar, tag, path: path, cassette: cassette)
        case .sequence(let sequence):
            var elements: [ForeignYAML] = []
            for element in sequence {
                let place = "\(path)[\(elements.count)]"
                elements.append(try Self(element, path: place, cassette: cassette, count: &count, depth: depth + 1))
            }
            content = .list(elements)
        case .mapping(let mapping):
            var members: [(name: String, value: ForeignYAML)] = []
            for (key, value) in mapping {
                guard let name = key.scalar.map({ Self.withStars($0.string) }) else {
                    throw Self.failure("a key is not a text", path, cassette)
                }
                let place = path.isEmpty ? name.printable(max: 80) : "\(path).\(name.printable(max: 80))"
                let child = try Self(value, path: place, cassette: cassette, count: &count, depth: depth + 1)
                members.append((name, child))
            }
            content = .map(members)
        case .alias: throw Self.failure("aliases are not read", path, cassette)
        }
    }

    private static func content(
        _ scalar: Node.Scalar,
        _ tag: String,
        path: String,
        cassette: String
    ) throws(CassetteFailure) -> Content {
        let isPlain = scalar.style == .plain || scalar.style == .any
        if binaries.contains(tag) {
            guard let data = Data(base64Encoded: scalar.string.filter { !$0.isWhitespace }) else {
                throw failure("its base64 is malformed", path, cassette)
            }
            return .bytes(Array(data))
        }
        guard isPlain else { return .text(withStars(scalar.string)) }
        guard scalar.string.unicodeScalars.first != star else {
            throw failure("aliases are not read", path, cassette)
        }
        return ["", "~", "null"].contains(scalar.string) ? .nothing : .text(withStars(scalar.string))
    }

    /// Data in base64, as the standard writes it and as Ruby does.
    private static let binaries: Set = ["tag:yaml.org,2002:binary", "!binary"]
    private static let tags = binaries.union([
        "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
    ])

    private static func withStars(_ text: String) -> String {
        guard text.unicodeScalars.contains(star) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == star ? "*" : $0 }))
    }
}
