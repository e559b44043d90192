public import SlipwayBase
import Yams

extension ConfigNode {
    /// Reads one YAML 1.2 or JSON document from bytes.
    ///
    /// Throws one sentence with line and column for anything but one UTF-8 document within `Limits`: too many bytes,
    /// nodes or levels, a second document, a key given twice, a tag.
    public static func parse(bytes: some Collection<UInt8>, file: String) throws(InputFailure) -> ConfigNode {
        let place = Diagnostic.Place(file: file)
        guard bytes.count <= Limits.configBytesMax else {
            throw failure(place, "the file is larger than \(Limits.configBytesMax / 1024) KiB")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw failure(place, "the file is not UTF-8 text; save it as UTF-8")
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        return try parse(text: text, file: file)
    }

    /// Reads one YAML 1.2 or JSON document from text; see `parse(bytes:file:)`.
    public static func parse(text: String, file: String) throws(InputFailure) -> ConfigNode {
        let place = Diagnostic.Place(file: file)
        guard text.utf8.count <= Limits.configBytesMax else {
            throw failure(place, "the file is larger than \(Limits.configBytesMax / 1024) KiB")
        }
        guard let node = try compose(text, place), !node.isNull else { throw failure(place, "the file is empty") }
        return node
    }

    static func failure(_ place: Diagnostic.Place, path: String = "", _ message: String) -> InputFailure {
        InputFailure([Diagnostic(.error, path: path, place: place, message)])
    }

    private static let complexKeysMax = 16

    // Keys inside keys cost the parser their size once a level, so there may be only a few marks that could begin one.
    private static func questionMarks(_ text: String) -> Int {
        var count = 0
        var (before, last): (UInt8, UInt8) = (0x0A, 0x0A)
        for byte in text.utf8 {
            if last == 0x3F, " \n\r\t".utf8.contains(byte), " \n\r\t{[,-?".utf8.contains(before) { count += 1 }
            (before, last) = (last, byte)
        }
        return count
    }

    // The parser would follow aliases while it compares keys, which never ends on an alias bomb. So it sees none: every
    // star is replaced by a character the text does not have, and `YAMLTree` follows aliases with a budget.
    private static func compose(_ text: String, _ place: Diagnostic.Place) throws(InputFailure) -> ConfigNode? {
        guard !text.unicodeScalars.contains(YAMLTree.star) else {
            throw failure(place, "the file has the private character U+F8FE, which has no meaning; remove it")
        }
        guard questionMarks(text) <= complexKeysMax else {
            throw failure(place, "the file has many keys that begin with \"? \"; a key must be a plain text")
        }
        let starless = String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "*" ? YAMLTree.star : $0 }))
        do {
            let parser = try Parser(yaml: starless, resolver: .basic, constructor: .default, encoding: .utf8)
            guard let root = try parser.singleRoot() else { return nil }
            // Nodes hold their anchors weakly; the parser keeps them.
            return try withExtendedLifetime(parser) {
                var tree = YAMLTree(file: place.file)
                return try tree.convert(root, path: "", depth: 0)
            }
        } catch let failure as InputFailure {
            throw failure
        } catch let error as YamlError {
            throw InputFailure([error.diagnostic(file: place.file, text: text)])
        } catch {
            throw failure(place, "the file is not YAML")
        }
    }
}

/// Turns the parser's nodes into ours: follows aliases, counts, and refuses what a config has no use for.
struct YAMLTree {
    /// Stands for `*` while the parser runs; from the private use area, printable to YAML.
    static let star: Unicode.Scalar = "\u{F8FE}"

    let file: String
    private var anchors: [String: Node] = [:]
    private var count = 0
    private var following = 0

    init(file: String) { self.file = file }

    mutating func convert(_ node: Node, path: String, depth: Int) throws(InputFailure) -> ConfigNode {
        let place = place(node)
        count += 1
        guard count <= Limits.yamlNodesMax else {
            throw ConfigNode.failure(
                place,
                "the file has more than \(Limits.yamlNodesMax) values once its aliases are followed; is it meant to?"
            )
        }
        guard depth <= Limits.nestingMax else {
            throw ConfigNode.failure(place, "the file is nested deeper than \(Limits.nestingMax) levels")
        }
        if let name = try alias(node, place, path) { return try follow(name, path: path, depth: depth, from: place) }
        try checkTag(node, place, path)
        let content = try content(of: node, path: path, depth: depth)
        // An alias inside the anchored value itself is not known yet at that point, so there is no recursion.
        if following == 0, let anchor = node.anchor?.rawValue {
            guard anchors.updateValue(node, forKey: anchor) == nil else {
                throw ConfigNode.failure(place, path: path, "the anchor &\(anchor.printable(max: 40)) is defined twice")
            }
        }
        return ConfigNode(content, path: path, place: place)
    }

    private mutating func content(of node: Node, path: String, depth: Int) throws(InputFailure) -> ConfigNode.Content {
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return .scalar(ConfigScalar(Self.withStars(scalar.string), style: isPlain ? .plain : .quoted))
        case .sequence(let sequence):
            var elements: [ConfigNode] = []
            for element in sequence {
                elements.append(try convert(element, path: path + "[\(elements.count)]", depth: depth + 1))
            }
            return .sequence(elements)
        case .mapping(let mapping): return .mapping(try entries(mapping, path: path, depth: depth))
        case .alias: throw ConfigNode.failure(place(node), path: path, "an alias stands where none can be followed")
        }
    }

    private mutating func entries(
        _ mapping: Node.Mapping,
        path: String,
        depth: Int
    ) throws(InputFailure) -> [ConfigNode.Entry] {
        var entries: [ConfigNode.Entry] = []
        var seen: Set<String> = []
        for (key, value) in mapping {
            let place = place(key)
            guard case .scalar(let scalar) = key, try alias(key, place, path) == nil else {
                throw ConfigNode.failure(place, path: path, "a key must be a plain text, not a list, mapping or alias")
            }
            try checkTag(key, place, path)
            let name = Self.withStars(scalar.string)
            guard name != "<<" else {
                throw ConfigNode.failure(
                    place,
                    path: path,
                    "merging with << is not supported; write the keys out, or use an alias for the whole value"
                )
            }
            guard seen.insert(name).inserted else { throw Self.twice(name, place, path) }
            let child = try convert(value, path: ConfigNode.join(path, name), depth: depth + 1)
            entries.append(ConfigNode.Entry(key: name, place: place, value: child))
        }
        return entries
    }

    static func twice(_ key: String, _ place: Diagnostic.Place, _ path: String) -> InputFailure {
        ConfigNode.failure(place, path: path, "the key \"\(key.printable(max: 80))\" is given twice; keep one of them")
    }

    // The alias's name; nil for anything else that is well formed.
    private func alias(_ node: Node, _ place: Diagnostic.Place, _ path: String) throws(InputFailure) -> String? {
        guard case .scalar(let scalar) = node, scalar.style == .plain, scalar.string.unicodeScalars.first == Self.star
        else { return nil }
        let name = scalar.string.unicodeScalars.dropFirst()
        let isName = name.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || (48...57).contains($0.value) || $0 == "-" || $0 == "_")
        }
        guard isName, !name.isEmpty else {
            throw ConfigNode.failure(place, path: path, "a text that begins with * must be put in quotes")
        }
        return String(name)
    }

    private mutating func follow(
        _ name: String,
        path: String,
        depth: Int,
        from place: Diagnostic.Place
    ) throws(InputFailure) -> ConfigNode {
        guard let target = anchors[name] else {
            throw ConfigNode.failure(
                place,
                path: path,
                "the alias *\(name.printable(max: 40)) has no anchor &\(name.printable(max: 40)) before it"
            )
        }
        following += 1
        defer { following -= 1 }
        return try convert(target, path: path, depth: depth)
    }

    private func checkTag(_ node: Node, _ place: Diagnostic.Place, _ path: String) throws(InputFailure) {
        // What the parser infers by itself for values without a tag, with the basic resolver.
        let inferred = ["", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"]
        let name = Self.withStars(node.tag.rawValue)
        guard !inferred.contains(name) else { return }
        throw ConfigNode.failure(
            place,
            path: path,
            "the tag \(name.printable(max: 80)) is not allowed; values have no tags here"
        )
    }

    private func place(_ node: Node) -> Diagnostic.Place {
        Diagnostic.Place(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
    }

    static func withStars(_ text: String) -> String {
        guard text.unicodeScalars.contains(star) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == star ? "*" : $0 }))
    }
}
