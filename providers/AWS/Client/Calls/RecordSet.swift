/// A record of a zone, whole: what is not understood is written back as it was read.
public struct RecordSet: Hashable, Sendable {
    /// The record as the service gave it.
    public private(set) var node: XMLNode

    /// Reads one record of an answer.
    public init(_ node: XMLNode) throws(AWSFailure) {
        _ = try node.required("Name", of: "ListResourceRecordSets")
        _ = try node.required("Type", of: "ListResourceRecordSets")
        self.node = XMLNode("ResourceRecordSet", children: node.children)
    }

    /// A weighted record with plain values, such as one CNAME; `ttlSeconds` is how long resolvers may keep it.
    public init(name: String, type: String, identifier: String, weight: Int, ttlSeconds: Int, values: [String]) {
        let records = values.map { XMLNode("ResourceRecord", children: [XMLNode("Value", text: $0)]) }
        node = XMLNode(
            "ResourceRecordSet",
            children: [
                XMLNode("Name", text: name), XMLNode("Type", text: type), XMLNode("SetIdentifier", text: identifier),
                XMLNode("Weight", text: String(weight)), XMLNode("TTL", text: String(ttlSeconds)),
                XMLNode("ResourceRecords", children: records),
            ]
        )
    }

    /// The name with a dot at its end, as the service writes it.
    public var name: String { node.text("Name") ?? "" }
    /// `A`, `CNAME` and others.
    public var type: String { node.text("Type") ?? "" }
    /// What tells it from others of the same name and type; nil for a record without a routing policy.
    public var identifier: String? { node.text("SetIdentifier") }
    /// Its share, 0 to 255, relative to the others'; nil for a record that is not weighted.
    public var weight: Int? { node.text("Weight").flatMap { Int($0) } }
    /// How long resolvers may keep it; nil for an alias.
    public var ttlSeconds: Int? { node.text("TTL").flatMap { Int($0) } }
    /// The plain values, or the name that an alias stands for.
    public var values: [String] {
        if let alias = node["AliasTarget"]?.text("DNSName") { return [alias] }
        return node.members("ResourceRecords").compactMap { $0.text("Value") }
    }

    /// The same record with another weight and everything else as it was.
    public func weighing(_ weight: Int) -> Self {
        var copy = self
        let element = XMLNode("Weight", text: String(weight))
        if let index = node.children.firstIndex(where: { $0.name == "Weight" }) {
            copy.node.children[index] = element
        } else {
            let place = node.children.lastIndex { ["Name", "Type", "SetIdentifier"].contains($0.name) } ?? -1
            copy.node.children.insert(element, at: place + 1)
        }
        return copy
    }

    /// Whether it has that name, however it is written: any case, with or without the last dot, `*` or `\052`.
    public func isNamed(_ other: String) -> Bool { Self.canonical(name) == Self.canonical(other) }

    private static func canonical(_ name: String) -> String {
        let lower = name.lowercased()
        let plain = lower.hasPrefix("\\052") ? "*" + lower.dropFirst(4) : lower
        return plain.hasSuffix(".") ? String(plain.dropLast()) : plain
    }
}
