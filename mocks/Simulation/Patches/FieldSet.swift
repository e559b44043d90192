import SlipwayBase

/// A set of fields in the form of FieldsV1: `{"f:spec": {"f:replicas": {}}}`; an empty object is a field itself.
struct FieldSet: Hashable, Sendable {
    var tree: JSONObject

    init(_ tree: JSONObject = [:]) { self.tree = tree }

    var isEmpty: Bool { tree.isEmpty }

    /// Every field of `object` that a writer can own; the status only for writers of the status.
    init(of object: JSON, isCustom: Bool, ofStatus: Bool = false) {
        let owned = Self.ownable(object, ofStatus: ofStatus)
        tree = Self.fields(of: owned, isCustom: isCustom).object ?? [:]
    }

    /// The fields of `new` that are not in `old` or have another value there.
    init(changedFrom old: JSON, to new: JSON, isCustom: Bool, ofStatus: Bool = false) {
        let (old, new) = (Self.ownable(old, ofStatus: ofStatus), Self.ownable(new, ofStatus: ofStatus))
        tree = Self.changes(from: old, to: new, name: "", isCustom)?.object ?? [:]
    }

    func union(_ other: FieldSet) -> FieldSet { FieldSet(Self.union(.object(tree), .object(other.tree)).object ?? [:]) }

    func subtracting(_ other: FieldSet) -> FieldSet {
        guard !other.isEmpty, !isEmpty else { return self }
        return FieldSet(Self.difference(.object(tree), .object(other.tree))?.object ?? [:])
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        guard !other.isEmpty, !isEmpty else { return FieldSet() }
        return FieldSet(Self.intersection(.object(tree), .object(other.tree))?.object ?? [:])
    }

    /// Each field as the server names it: `.spec.template.spec.containers[name="web"].image`.
    var paths: [String] {
        guard !isEmpty else { return [] }
        var paths: [String] = []
        Self.collect(.object(tree), "", &paths)
        return paths
    }

    private static func ownable(_ object: JSON, ofStatus: Bool) -> JSON {
        if ofStatus { return ["status": object["status"] ?? [:]] }
        var owned = object
        for name in ["apiVersion", "kind", "status"] { owned[name] = nil }
        var metadata: JSON = [:]
        for name in ["labels", "annotations", "finalizers", "ownerReferences"] {
            if let value = object["metadata"]?[name] { metadata[name] = value }
        }
        owned["metadata"] = metadata.object?.isEmpty == false ? metadata : nil
        return owned
    }

    private static func keys(_ name: String, _ elements: [JSON], _ isCustom: Bool) -> [String]? {
        guard !isCustom || ["conditions", "ownerReferences"].contains(name), !elements.isEmpty else { return nil }
        return ListKeys.keys(of: name, elements)
    }

    private static func isOneValue(_ name: String, _ isCustom: Bool) -> Bool { !isCustom && ListKeys.isAtomic(name) }

    private static func fields(of value: JSON, name: String = "", isCustom: Bool) -> JSON {
        switch value {
        case .object(let object) where !isOneValue(name, isCustom):
            return .object(
                JSONObject(
                    object.members.map { ("f:" + $0.key, fields(of: $0.value, name: $0.key, isCustom: isCustom)) }
                )
            )
        case .array(let elements):
            guard let keys = keys(name, elements, isCustom) else { return [:] }
            return .object(
                JSONObject(
                    elements.map { element in
                        var item = fields(of: element, isCustom: isCustom)
                        item["."] = [:]
                        return (ListKeys.label(of: element, keys), item)
                    }
                )
            )
        default: return [:]
        }
    }

    private static func changes(from old: JSON?, to new: JSON, name: String, _ isCustom: Bool) -> JSON? {
        guard let old else { return fields(of: new, name: name, isCustom: isCustom) }
        if old == new { return nil }
        switch (old, new) {
        case (.object(let before), .object(let after)) where !isOneValue(name, isCustom):
            var result: JSONObject = [:]
            for (key, value) in after.members {
                if let change = changes(from: before[key], to: value, name: key, isCustom) {
                    result["f:" + key] = change
                }
            }
            return result.isEmpty ? nil : .object(result)
        case (.array(let before), .array(let after)):
            guard let keys = keys(name, after + before, isCustom) else { return [:] }
            var result: JSONObject = [:]
            let earlier = JSONObject(before.map { (ListKeys.label(of: $0, keys), $0) })
            for element in after {
                let label = ListKeys.label(of: element, keys)
                let isNew = earlier[label] == nil
                guard var change = changes(from: earlier[label], to: element, name: "", isCustom) else { continue }
                if isNew { change["."] = [:] }
                result[label] = change
            }
            return result.isEmpty ? nil : .object(result)
        default: return fields(of: new, name: name, isCustom: isCustom)
        }
    }

    private static func isLeaf(_ node: JSON) -> Bool { node.object?.isEmpty ?? true }

    private static func union(_ left: JSON, _ right: JSON) -> JSON {
        var result = left
        for (key, value) in right.object?.members ?? [] { result[key] = result[key].map { union($0, value) } ?? value }
        return result
    }

    private static func difference(_ left: JSON, _ right: JSON) -> JSON? {
        if isLeaf(right) { return nil }
        guard !isLeaf(left) else { return left }
        var result: JSONObject = [:]
        for (key, value) in left.object?.members ?? [] {
            if let other = right.object?[key] {
                if let rest = difference(value, other) { result[key] = rest }
            } else {
                result[key] = value
            }
        }
        return result.isEmpty ? nil : .object(result)
    }

    private static func intersection(_ left: JSON, _ right: JSON) -> JSON? {
        if isLeaf(left) || isLeaf(right) { return [:] }
        var result: JSONObject = [:]
        for (key, value) in left.object?.members ?? [] where key != "." {
            if let other = right.object?[key], let both = intersection(value, other) { result[key] = both }
        }
        return result.isEmpty ? nil : .object(result)
    }

    private static func collect(_ node: JSON, _ path: String, _ paths: inout [String]) {
        if isLeaf(node) { return paths.append(path) }
        for (key, value) in node.object?.members ?? [] where key != "." {
            if key.hasPrefix("f:") {
                collect(value, path + "." + key.dropFirst(2), &paths)
            } else if let element = try? JSON(parsing: String(key.dropFirst(2))) {
                let names = (element.object?.members ?? []).map { "\($0.key)=\($0.value.text)" }
                collect(value, path + "[" + names.joined(separator: ",") + "]", &paths)
            }
        }
    }
}

extension FieldSet {
    /// Takes the fields of this set out of an object; elements of lists go when their own mark is in the set.
    func removing(from object: JSON) -> JSON { Self.remove(.object(tree), from: object, name: "") }

    private static func remove(_ node: JSON, from value: JSON, name: String) -> JSON {
        var result = value
        for (key, child) in node.object?.members ?? [] where key.hasPrefix("f:") {
            let name = String(key.dropFirst(2))
            guard let present = result[name] else { continue }
            if isLeaf(child) {
                result[name] = nil
            } else {
                let rest = remove(child, from: present, name: name)
                let isGone = rest.object?.isEmpty == true || rest.array?.isEmpty == true
                result[name] = isGone ? nil : rest
            }
        }
        guard let elements = value.array, let keys = ListKeys.keys(of: name, elements) else { return result }
        return .array(
            elements.compactMap { element in
                guard let child = node[ListKeys.label(of: element, keys)] else { return element }
                if child["."] != nil || isLeaf(child) { return nil }
                return remove(child, from: element, name: "")
            }
        )
    }
}
