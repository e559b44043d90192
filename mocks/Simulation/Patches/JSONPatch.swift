import SlipwayBase

/// Why a JSON patch was not applied.
enum JSONPatchFailure: Error {
    /// A `test` found another value.
    case differs
    /// The operation or its path means nothing here.
    case impossible
}

extension JSON {
    /// RFC 6902: every operation in order, or none.
    func applying(_ operations: [JSON]) throws(JSONPatchFailure) -> JSON {
        var result = self
        for operation in operations { try result.apply(operation) }
        return result
    }

    private mutating func apply(_ operation: JSON) throws(JSONPatchFailure) {
        let path = try Self.pointer(operation["path"])
        switch operation["op"]?.string {
        case "test":
            guard (try? value(at: path)) ?? .null == operation["value"] ?? .null else { throw .differs }
        case "add": try set(operation["value"] ?? .null, at: path, isInsertion: true)
        case "replace":
            _ = try value(at: path)
            try set(operation["value"] ?? .null, at: path, isInsertion: false)
        case "remove": try remove(at: path)
        case "move":
            let source = try Self.pointer(operation["from"])
            let moved = try value(at: source)
            try remove(at: source)
            try set(moved, at: path, isInsertion: true)
        case "copy":
            try set(try value(at: try Self.pointer(operation["from"])), at: path, isInsertion: true)
        default: throw .impossible
        }
    }

    /// The tokens of a JSON pointer (RFC 6901).
    private static func pointer(_ text: JSON?) throws(JSONPatchFailure) -> ArraySlice<String> {
        guard let text = text?.string, text.isEmpty || text.hasPrefix("/") else { throw .impossible }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(unescaped)[...]
    }

    private static func unescaped(_ token: Substring) -> String {
        guard token.contains("~") else { return String(token) }
        return token.split(separator: "~1", omittingEmptySubsequences: false).map { part in
            part.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }.joined(separator: "/")
    }

    private func value(at path: ArraySlice<String>) throws(JSONPatchFailure) -> JSON {
        guard let first = path.first else { return self }
        let child: JSON?
        if array != nil { child = Int(first).flatMap { self[$0] } } else { child = self[first] }
        guard let child else { throw .impossible }
        return try child.value(at: path.dropFirst())
    }

    private mutating func set(_ value: JSON, at path: ArraySlice<String>, isInsertion: Bool) throws(JSONPatchFailure) {
        guard let first = path.first else {
            self = value
            return
        }
        if var elements = array {
            let index = first == "-" ? elements.count : Int(first) ?? -1
            if path.count > 1 || !isInsertion {
                guard elements.indices.contains(index) else { throw .impossible }
                try elements[index].set(value, at: path.dropFirst(), isInsertion: isInsertion)
            } else {
                guard (0...elements.count).contains(index) else { throw .impossible }
                elements.insert(value, at: index)
            }
            self = .array(elements)
        } else {
            guard object != nil else { throw .impossible }
            guard path.count > 1 else {
                self[first] = value
                return
            }
            guard var child = self[first] else { throw .impossible }
            try child.set(value, at: path.dropFirst(), isInsertion: isInsertion)
            self[first] = child
        }
    }

    private mutating func remove(at path: ArraySlice<String>) throws(JSONPatchFailure) {
        guard let first = path.first else { throw .impossible }
        if var elements = array {
            guard let index = Int(first), elements.indices.contains(index) else { throw .impossible }
            if path.count == 1 { elements.remove(at: index) } else { try elements[index].remove(at: path.dropFirst()) }
            self = .array(elements)
        } else {
            guard var child = self[first] else { throw .impossible }
            guard path.count > 1 else {
                self[first] = nil
                return
            }
            try child.remove(at: path.dropFirst())
            self[first] = child
        }
    }
}
