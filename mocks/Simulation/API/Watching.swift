import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A watch that has begun: what it selects and how far it has seen.
struct WatchCursor: Sendable {
    var kind: ResourceKind
    var namespace: String?
    var selection: Selection
    /// How much of each object comes with its row, when they are told as tables; nil tells whole objects.
    var included: Table.Included?
    /// Everything up to this revision has been told.
    var revision: Int
    var wantsBookmarks: Bool
    /// How long the caller wants it to last; nil leaves it to the server.
    var timeout: Duration?
    var hasEnded = false
}

extension KubernetesWorld {
    /// The answer to a watch whose reader does not stream: everything that happened until now, then the end with a
    /// bookmark where bookmarks are wanted.
    func watch(_ call: Call) throws(Refusal) -> Response {
        var (cursor, lines) = try beginWatch(call)
        lines += events(&cursor)
        if cursor.wantsBookmarks, !cursor.hasEnded { lines += bookmark(cursor) }
        return Response(status: 200, headers: .json, body: lines)
    }

    /// Opens a watch for `request`: why there is none, or the cursor and the lines that come first.
    mutating func openWatch(_ request: Request, at time: Timestamp) -> Result<(WatchCursor, [UInt8]), Refusal> {
        advance(to: time)
        do throws(Refusal) {
            guard case .call(let call) = try admitted(request) else { throw .unknownPath }
            return .success(try beginWatch(call))
        } catch { return .failure(error) }
    }

    /// What has happened since the cursor's revision, as lines; moves the cursor.
    func events(_ cursor: inout WatchCursor) -> [UInt8] {
        guard !cursor.hasEnded else { return [] }
        guard cursor.revision >= store.history.compacted else {
            cursor.hasEnded = true
            return tooOld(cursor.revision)
        }
        var lines: [UInt8] = []
        for change in store.history.after(cursor.revision) {
            cursor.revision = change.revision
            guard change.kind == cursor.kind, cursor.namespace == nil || cursor.namespace == change.key.namespace
            else { continue }
            let isIn = !change.isRemoval && cursor.selection.matches(change.object)
            let wasIn = change.previous.map(cursor.selection.matches) ?? false
            switch (wasIn, isIn) {
            case (false, true): lines += line("ADDED", change.object, cursor)
            case (true, true): lines += line("MODIFIED", change.object, cursor)
            case (true, false): lines += line("DELETED", change.object, cursor)
            case (false, false): break
            }
        }
        return lines
    }

    /// A bookmark: nothing but the resourceVersion to go on from.
    func bookmark(_ cursor: WatchCursor, isEndOfInitialEvents: Bool = false) -> [UInt8] {
        let facts = cursor.kind.facts
        var metadata: JSON = ["resourceVersion": .string(String(max(cursor.revision, store.revision)))]
        if isEndOfInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        var object: JSON = [
            "kind": .string(facts.kind), "apiVersion": .string(facts.apiVersion()), "metadata": metadata,
        ]
        if !facts.isCustom { object["spec"] = [:] }
        if cursor.kind == .deployment {
            object["spec"] = [
                "replicas": 0, "selector": .null, "template": ["metadata": [:], "spec": ["containers": .null]],
                "strategy": [:],
            ]
            object["status"] = [:]
        }
        return line("BOOKMARK", object)
    }

    private func beginWatch(_ call: Call) throws(Refusal) -> (WatchCursor, [UInt8]) {
        let target = call.target
        let timeout = target["timeoutSeconds"].flatMap(Int64.init).map { Duration.seconds($0) }
        var cursor = WatchCursor(
            kind: call.kind,
            namespace: target.namespace,
            selection: try Selection(target),
            included: call.form == .table ? call.included : nil,
            revision: store.revision,
            wantsBookmarks: target.isSet("allowWatchBookmarks"),
            timeout: timeout
        )
        let text = target["resourceVersion"] ?? ""
        guard let wanted = text.isEmpty ? 0 : Int(text), wanted >= 0 else { throw badVersion(text) }
        guard wanted == 0 || target.isSet("sendInitialEvents") else {
            cursor.revision = wanted
            return (cursor, [])
        }
        var lines: [UInt8] = []
        for entry in store.entries(call.kind, in: target.namespace) where cursor.selection.matches(entry.object) {
            lines += line("ADDED", entry.object, cursor)
        }
        if target.isSet("sendInitialEvents"), cursor.wantsBookmarks {
            lines += bookmark(cursor, isEndOfInitialEvents: true)
        }
        return (cursor, lines)
    }

    private func line(_ type: String, _ object: JSON, _ cursor: WatchCursor) -> [UInt8] {
        guard let included = cursor.included else { return line(type, object) }
        let table = Table(kind: cursor.kind, included: included, now: now)
        return line(type, table.json(of: [object], metadata: ["resourceVersion": .string(object.resourceVersion)]))
    }

    private func line(_ type: String, _ object: JSON) -> [UInt8] {
        let event: JSON = ["type": .string(type), "object": object]
        return event.bytes + [0x0A]
    }

    private func tooOld(_ revision: Int) -> [UInt8] {
        line(
            "ERROR",
            [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
                "message": .string("too old resource version: \(revision) (\(store.revision))"), "reason": "Expired",
                "code": 410,
            ]
        )
    }
}
