import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Which objects of a collection are wanted.
struct Selection: Sendable {
    var labels = LabelSelector()
    var fields = FieldSelector()

    init(_ target: APITarget) throws(Refusal) {
        if let text = target["labelSelector"] {
            guard let selector = LabelSelector(text) else {
                throw .badRequest("unable to parse requirement: found '\(text)', expected: identifier or operator")
            }
            labels = selector
        }
        if let text = target["fieldSelector"] {
            guard let selector = FieldSelector(text) else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(text)'")
            }
            fields = selector
        }
    }

    func matches(_ object: JSON) -> Bool { labels.matches(object.labels) && fields.matches(object) }
}

extension KubernetesWorld {
    func get(_ call: Call) throws(Refusal) -> Response {
        guard let object = store.object(call.kind, call.key) else { throw .notFound(call.kind, call.key.name) }
        let shown = presented(object, call)
        guard call.form == .table else { return reply(200, shown) }
        return reply(200, table(call).json(of: [shown], metadata: ["resourceVersion": .string(object.resourceVersion)]))
    }

    private func table(_ call: Call) -> Table { Table(kind: call.kind, included: call.included, now: now) }

    func list(_ call: Call) throws(Refusal) -> Response {
        try checkVersion(call)
        let selection = try Selection(call.target)
        let facts = call.kind.facts
        var items: [Store.Entry] = []
        for entry in store.entries(call.kind, in: call.target.namespace) where selection.matches(entry.object) {
            items.append(entry)
        }
        var metadata: JSON = facts.isCustom ? ["continue": ""] : [:]
        metadata["resourceVersion"] = .string(String(store.revision))
        try page(&items, &metadata, call)
        if call.form == .table {
            let objects = items.map { presented($0.object, call) }
            return reply(200, table(call).json(of: objects, metadata: metadata))
        }
        let isMetadataOnly = call.form == .metadataOnly
        let objects = items.map { entry in
            let object = presented(entry.object, call)
            return facts.isCustom || isMetadataOnly ? object : object.without("kind").without("apiVersion")
        }
        return reply(
            200,
            [
                "kind": .string(isMetadataOnly ? "PartialObjectMetadataList" : facts.kind + "List"),
                "apiVersion": .string(isMetadataOnly ? "meta.k8s.io/v1" : servedVersion(call)), "metadata": metadata,
                "items": .array(objects),
            ]
        )
    }

    /// The object as this path and Accept header give it.
    func presented(_ object: JSON, _ call: Call) -> JSON {
        var object = object
        if call.kind == .event, call.target.group == "events.k8s.io" { object = newStyleEvent(object) }
        if call.target.version != call.kind.facts.versions[0] { object["apiVersion"] = .string(servedVersion(call)) }
        guard call.form == .metadataOnly else { return object }
        return ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.metadata]
    }

    func servedVersion(_ call: Call) -> String {
        call.target.group.isEmpty ? call.target.version : "\(call.target.group)/\(call.target.version)"
    }

    private func checkVersion(_ call: Call) throws(Refusal) {
        guard let text = call.target["resourceVersion"], !text.isEmpty else { return }
        guard let wanted = Int(text), wanted >= 0 else { throw badVersion(text) }
        if wanted > store.revision {
            throw Refusal(
                504,
                "Timeout",
                "Timeout: Too large resource version: \(wanted), current: \(store.revision)",
                details: [
                    "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]],
                    "retryAfterSeconds": 1,
                ]
            )
        }
        if call.target["resourceVersionMatch"] == "Exact", wanted < store.history.compacted {
            throw .expired("The resourceVersion for the provided list is too old.")
        }
    }

    func badVersion(_ text: String) -> Refusal {
        Refusal(
            500,
            nil,
            "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax"
        )
    }

    /// Cuts `items` to the page that `limit` and `continue` ask for. Unlike the real server, later pages show the
    /// present objects instead of those of the first page's version.
    private func page(_ items: inout [Store.Entry], _ metadata: inout JSON, _ call: Call) throws(Refusal) {
        if let token = call.target["continue"], !token.isEmpty {
            let parts = token.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let revision = Int(parts[0]) else {
                throw .badRequest("invalid continue token: continue key is not valid: \(token)")
            }
            if revision >= 0, revision < store.history.compacted {
                throw .expired(
                    """
                    The provided continue parameter is too old to display a consistent list result. You can start a \
                    new list without the continue parameter, or use the continue token in this response to retrieve \
                    the remainder of the results. Continuing with the provided token results in an inconsistent list \
                    - objects that were created, modified, or deleted between the time the first chunk was returned \
                    and now may show up in the list.
                    """,
                    continuing: "-1.\(parts[1]).\(parts[2])"
                )
            }
            let last = ObjectKey(String(parts[1]), String(parts[2]))
            items.removeAll { $0.key <= last }
        }
        guard let limit = call.target["limit"].flatMap(Int.init), limit > 0, items.count > limit else { return }
        let last = items[limit - 1].key
        metadata["continue"] = .string("\(store.revision).\(last.namespace).\(last.name)")
        metadata["remainingItemCount"] = JSON(items.count - limit)
        items.removeLast(items.count - limit)
    }
}
