import SlipwayBase

/// A request target taken apart: what kind of thing it names, and its query.
struct APITarget: Sendable {
    var path: String
    var group = ""
    var version = ""
    var namespace: String?
    var resource = ""
    var name: String?
    var subresource: String?
    /// Whether the path has the form of the resource API at all.
    var isResource = false
    private(set) var query: [(name: String, value: String)] = []

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query.append((decoded(sides[0]), sides.count > 1 ? decoded(sides[1]) : ""))
        }
        readPath(parts[0].split(separator: "/").map(decoded))
    }

    /// The first value of a query parameter.
    subscript(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Whether a query parameter says yes.
    func isSet(_ name: String) -> Bool { ["true", "1"].contains(self[name] ?? "") }

    /// `deployments`, `deployments/scale`.
    var resourceWithSubresource: String { subresource.map { "\(resource)/\($0)" } ?? resource }

    private mutating func readPath(_ segments: [String]) {
        var rest = segments[...]
        switch rest.popFirst() {
        case "api":
            guard let version = rest.popFirst() else { return }
            self.version = version
        case "apis":
            guard let group = rest.popFirst(), let version = rest.popFirst() else { return }
            (self.group, self.version) = (group, version)
        default: return
        }
        if rest.first == "namespaces", rest.count > 2 {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        guard let resource = rest.popFirst(), rest.count <= 2 else { return }
        self.resource = resource
        name = rest.popFirst()
        subresource = rest.popFirst()
        isResource = true
    }
}

/// Percent-decoded text; `+` stands for itself in paths and is not used by API clients in queries.
private func decoded(_ text: Substring) -> String {
    guard text.utf8.contains(0x25) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        if byte == 0x25, rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
