public import SlipwayBase

extension ConfigNode {
    /// Puts a value from the command line in its place: `release.version=2.5.0`, `targets[0].name=…`, or by name
    /// `targets.seoul.kubernetes.namespace=…`.
    ///
    /// The value is taken literally. Keys that are not there yet are added (and refused later when unknown); throws one
    /// sentence when the path leads nowhere.
    public mutating func set(_ assignment: String) throws(InputFailure) {
        guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
            throw InputFailure("--set \"\(assignment.printable(max: 80))\": write it as PATH=VALUE")
        }
        let path = String(assignment[..<equals])
        let value = String(assignment[assignment.index(after: equals)...])
        var setter = Setter(path: path.printable(max: 120), value: value)
        try setter.set(&self, try setter.segments(of: path)[...])
    }
}

private struct Setter {
    enum Segment {
        case key(String)
        case index(Int)
    }

    let path: String
    let value: String

    init(path: String, value: String) { (self.path, self.value) = (path, value) }

    func failure(_ message: String) -> InputFailure { InputFailure("--set \(path): \(message)") }

    func segments(of path: String) throws(InputFailure) -> [Segment] {
        let malformed = failure("this is no path; write it like targets[0].name or targets.NAME.strategy")
        var segments: [Segment] = []
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let key = pieces.first, !key.isEmpty, !key.contains("]") else { throw malformed }
            segments.append(.key(String(key)))
            for piece in pieces.dropFirst() {
                guard piece.last == "]", piece.count <= 7, piece.dropLast().allSatisfy({ $0.isASCII && $0.isNumber }),
                    let index = Int(piece.dropLast())
                else { throw malformed }
                segments.append(.index(index))
            }
        }
        guard segments.count <= Limits.nestingMax else { throw malformed }
        return segments
    }

    mutating func set(_ node: inout ConfigNode, _ rest: ArraySlice<Segment>) throws(InputFailure) {
        guard let segment = rest.first else { return try replace(&node) }
        switch (node.content, segment) {
        case (.mapping(let entries), .key(let key)): try setEntry(&node, entries, key, rest.dropFirst())
        case (.sequence(let elements), _):
            let index = try index(segment, in: elements, of: node)
            var element = elements[index]
            try set(&element, rest.dropFirst())
            var changed = elements
            changed[index] = element
            node.content = .sequence(changed)
        case (.scalar, .key(let key)) where node.isNull: try setEntry(&node, [], key, rest.dropFirst())
        default:
            let place = node.path.isEmpty ? "the file" : node.path
            let reason = node.entries == nil ? "which has nothing inside" : "whose values have keys, not numbers"
            throw failure("\(place) is \(node.kindInWords), \(reason)")
        }
    }

    private func replace(_ node: inout ConfigNode) throws(InputFailure) {
        guard node.scalar != nil else {
            throw failure("\(node.path) is \(node.kindInWords); name a value inside it")
        }
        node = ConfigNode(.scalar(ConfigScalar(value, style: .given)), path: node.path, place: place)
    }

    private mutating func setEntry(
        _ node: inout ConfigNode,
        _ entries: [ConfigNode.Entry],
        _ key: String,
        _ rest: ArraySlice<Segment>
    ) throws(InputFailure) {
        var entries = entries
        let index = entries.firstIndex { $0.key == key } ?? entries.count
        if index == entries.count {
            let absent = ConfigNode(.scalar(ConfigScalar("")), path: node.path(of: key), place: place)
            entries.append(ConfigNode.Entry(key: key, place: place, value: absent))
        }
        try set(&entries[index].value, rest)
        node.content = .mapping(entries)
    }

    private var place: Diagnostic.Place { Diagnostic.Place(file: "--set \(path)") }

    private func index(
        _ segment: Segment,
        in elements: [ConfigNode],
        of node: ConfigNode
    ) throws(InputFailure) -> Int {
        switch segment {
        case .index(let index):
            guard elements.indices.contains(index) else {
                throw failure("\(node.path) has no element \(index); it has \(elements.count), counted from 0")
            }
            return index
        case .key(let name):
            if let index = elements.firstIndex(where: { $0["name"]?.scalar?.text == name }) { return index }
            let names = elements.compactMap { $0["name"]?.scalar?.text }
            if names.isEmpty || Int(name) != nil {
                let list = node.path.split(separator: ".").last.map(String.init) ?? node.path
                throw failure("\(node.path) is a list, whose elements are written like \(list)[\(Int(name) ?? 0)]")
            }
            let hint = name.nearest(of: names).map { "; did you mean \"\($0)\"?" } ?? ""
            throw failure("\(node.path) has no element named \"\(name.printable(max: 80))\"\(hint)")
        }
    }
}
