import SlipwayBase

/// Namespace and name: what an object is found by within its kind.
struct ObjectKey: Hashable, Comparable, Sendable {
    var namespace: String
    var name: String

    init(_ namespace: String, _ name: String) { (self.namespace, self.name) = (namespace, name) }

    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.namespace == rhs.namespace ? lhs.name < rhs.name : lhs.namespace < rhs.namespace
    }
}

/// Every object by kind, sorted by namespace and name as lists are, with a bounded history of changes.
struct Store: Sendable {
    struct Entry: Sendable {
        var key: ObjectKey
        var object: JSON
    }

    private(set) var shelves: [[Entry]] = Array(repeating: [], count: ResourceKind.allCases.count)
    private(set) var revision: Int
    private(set) var history: History

    init(revision: Int, historyEntriesMax: Int) {
        self.revision = revision
        history = History(entriesMax: historyEntriesMax, compacted: revision)
    }

    /// The object, or nil.
    func object(_ kind: ResourceKind, _ key: ObjectKey) -> JSON? {
        let shelf = shelves[kind.rawValue]
        let index = position(of: key, in: shelf)
        return index < shelf.count && shelf[index].key == key ? shelf[index].object : nil
    }

    /// The objects of a kind, in one namespace or in all.
    func entries(_ kind: ResourceKind, in namespace: String? = nil) -> ArraySlice<Entry> {
        let shelf = shelves[kind.rawValue]
        guard let namespace else { return shelf[...] }
        let start = position(of: ObjectKey(namespace, ""), in: shelf)
        var end = start
        while end < shelf.count, shelf[end].key.namespace == namespace { end += 1 }
        return shelf[start..<end]
    }

    /// Keeps `object` under a new resourceVersion and tells the watchers; returns it as kept.
    @discardableResult
    mutating func put(_ kind: ResourceKind, _ key: ObjectKey, _ object: JSON) -> JSON {
        revision += 1
        var object = object
        object.edit("metadata") { $0["resourceVersion"] = .string(String(revision)) }
        let index = position(of: key, in: shelves[kind.rawValue])
        var previous: JSON?
        if index < shelves[kind.rawValue].count, shelves[kind.rawValue][index].key == key {
            previous = shelves[kind.rawValue][index].object
            shelves[kind.rawValue][index].object = object
        } else {
            shelves[kind.rawValue].insert(Entry(key: key, object: object), at: index)
        }
        history.append(
            Change(revision: revision, kind: kind, key: key, object: object, previous: previous, isRemoval: false)
        )
        return object
    }

    /// Removes the object and tells the watchers; returns what was there.
    @discardableResult
    mutating func remove(_ kind: ResourceKind, _ key: ObjectKey) -> JSON? {
        let index = position(of: key, in: shelves[kind.rawValue])
        guard index < shelves[kind.rawValue].count, shelves[kind.rawValue][index].key == key else { return nil }
        revision += 1
        let previous = shelves[kind.rawValue].remove(at: index).object
        var last = previous
        last.edit("metadata") { $0["resourceVersion"] = .string(String(revision)) }
        history.append(
            Change(revision: revision, kind: kind, key: key, object: last, previous: previous, isRemoval: true)
        )
        return previous
    }

    /// Forgets every change up to now, as etcd's compaction does: older watches are told that they expired.
    mutating func compact() { history.compact(at: revision) }

    private func position(of key: ObjectKey, in shelf: [Entry]) -> Int {
        var (low, high) = (0, shelf.count)
        while low < high {
            let middle = (low + high) / 2
            if shelf[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// One change of one object.
struct Change: Sendable {
    var revision: Int
    var kind: ResourceKind
    var key: ObjectKey
    /// As kept, or as it was last when it was removed.
    var object: JSON
    /// As it was before; nil when it was created.
    var previous: JSON?
    var isRemoval: Bool
}

/// The latest changes; older ones are forgotten in batches so that forgetting costs next to nothing.
struct History: Sendable {
    private(set) var changes: [Change] = []
    /// Changes at or before this revision are forgotten.
    private(set) var compacted: Int
    private let entriesMax: Int

    init(entriesMax: Int, compacted: Int) { (self.entriesMax, self.compacted) = (max(entriesMax, 1), compacted) }

    mutating func append(_ change: Change) {
        if changes.count >= entriesMax * 2 { forget(changes.count - entriesMax) }
        changes.append(change)
    }

    /// The changes after `revision`.
    func after(_ revision: Int) -> ArraySlice<Change> {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return changes[low...]
    }

    mutating func compact(at revision: Int) {
        changes.removeAll()
        compacted = revision
    }

    private mutating func forget(_ count: Int) {
        compacted = changes[count - 1].revision
        changes.removeFirst(count)
    }
}
