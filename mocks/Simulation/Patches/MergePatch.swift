import SlipwayBase

extension JSON {
    /// RFC 7386: members are replaced, null removes, lists are replaced whole.
    func merging(_ patch: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var result = object.map(JSON.object) ?? [:]
        for (key, change) in changes.members {
            result[key] = change.isNull ? nil : (result[key] ?? .null).merging(change)
        }
        return result
    }
}
