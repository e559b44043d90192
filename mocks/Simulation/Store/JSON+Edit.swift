import SlipwayBase

extension JSON {
    /// Changes the member `key` in place, making an empty object when there is none.
    mutating func edit(_ key: String, _ body: (inout JSON) -> Void) {
        var child = self[key] ?? [:]
        body(&child)
        self[key] = child
    }

    /// The object's `metadata`, empty when there is none.
    var metadata: JSON { self["metadata"] ?? [:] }
    /// `metadata.name`.
    var name: String { self["metadata"]?["name"]?.string ?? "" }
    /// `metadata.uid`.
    var uid: String { self["metadata"]?["uid"]?.string ?? "" }
    /// `metadata.generation`.
    var generation: Int { self["metadata"]?["generation"]?.int ?? 0 }
    /// `metadata.labels`.
    var labels: JSONObject { self["metadata"]?["labels"]?.object ?? [:] }
    /// `metadata.resourceVersion`.
    var resourceVersion: String { self["metadata"]?["resourceVersion"]?.string ?? "" }
    /// Whether deletion has begun.
    var isBeingDeleted: Bool { self["metadata"]?["deletionTimestamp"] != nil }

    /// The object without the member `key`.
    func without(_ key: String) -> JSON {
        var copy = self
        copy[key] = nil
        return copy
    }
}
