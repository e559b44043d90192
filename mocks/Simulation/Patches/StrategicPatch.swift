import SlipwayBase

extension JSON {
    /// A strategic merge patch of a built-in kind: a merge patch that merges lists with a known key by element.
    func mergingStrategically(_ patch: JSON, kind: ResourceKind) -> JSON { strategic(patch, name: "") }

    private func strategic(_ patch: JSON, name: String) -> JSON {
        switch patch {
        case .object(let changes): strategicObject(changes)
        case .array(let changes): strategicList(changes, name: name)
        default: patch
        }
    }

    private func strategicObject(_ changes: JSONObject) -> JSON {
        var result = object.map(JSON.object) ?? [:]
        switch changes["$patch"]?.string {
        case "replace": return JSON.object(changes).without("$patch")
        case "delete": return [:]
        default: break
        }
        if let kept = changes["$retainKeys"]?.array?.compactMap(\.string) {
            result = .object(
                JSONObject(result.object?.members.filter { kept.contains($0.key) }.map { ($0.key, $0.value) } ?? [])
            )
        }
        for (key, change) in changes.members where !key.hasPrefix("$") {
            if change.isNull {
                result[key] = nil
            } else {
                result[key] = (result[key] ?? .null).strategic(change, name: key)
            }
        }
        for (key, removed) in changes.members where key.hasPrefix("$deleteFromPrimitiveList/") {
            let name = String(key.dropFirst("$deleteFromPrimitiveList/".count))
            let gone = removed.array ?? []
            result[name] = .array((result[name]?.array ?? []).filter { !gone.contains($0) })
        }
        return result
    }

    private func strategicList(_ changes: [JSON], name: String) -> JSON {
        if name == "finalizers" {
            let present = array ?? []
            return .array(present + changes.filter { !present.contains($0) })
        }
        guard let key = ListKeys.keys(of: name, changes + (array ?? []))?.first else { return .array(changes) }
        if changes.contains(where: { $0["$patch"]?.string == "replace" }) {
            return .array(changes.filter { $0["$patch"] == nil })
        }
        var elements = array ?? []
        for change in changes {
            let index = elements.firstIndex { $0[key] == change[key] }
            if change["$patch"]?.string == "delete" {
                if let index { elements.remove(at: index) }
            } else if let index {
                elements[index] = elements[index].strategic(change, name: "")
            } else {
                elements.append(JSON.null.strategic(change, name: ""))
            }
        }
        return .array(elements)
    }
}
