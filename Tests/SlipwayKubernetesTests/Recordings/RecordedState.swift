import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A server in one recorded moment: it answers reads with recorded objects, and keeps the writes it is sent.
final class RecordedState: Transport {
    private let objects: [String: JSON]
    private let answer: JSON
    private let kept = Locked<[Request]>([])

    /// `objects` by path, without a query; every write is answered with `answer`.
    init(_ objects: [String: JSON], answer: JSON = ["kind": "Status", "metadata": [:], "status": "Success"]) {
        (self.objects, self.answer) = (objects, answer)
    }

    var requests: [Request] { kept.withLock { $0 } }
    var writes: [Request] {
        requests.filter { $0.method != .get && !$0.target.hasSuffix("accessreviews") }
    }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        kept.withLock { $0.append(request) }
        let path = String(request.target.prefix { $0 != "?" })
        if request.method != .get, !path.hasSuffix("accessreviews") { return Self.response(200, answer) }
        guard let object = objects[path] else {
            return Self.response(404, ["kind": "Status", "metadata": [:], "status": "Failure", "code": 404])
        }
        return Self.response(200, object)
    }

    private static func response(_ status: Int, _ body: JSON) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: body.bytes)
    }
}

/// What of a request differs from one that a real server accepted, one line each.
struct RequestDifference {
    static func between(_ ours: Request, _ recorded: Request) -> [String] {
        var lines: [String] = []
        if ours.method != recorded.method { lines.append("method \(ours.method) instead of \(recorded.method)") }
        let (path, query) = split(ours.target)
        let (recordedPath, recordedQuery) = split(recorded.target)
        if path != recordedPath { lines.append("path \(path) instead of \(recordedPath)") }
        for key in Set(query.keys).union(recordedQuery.keys).subtracting(["fieldManager"]).sorted()
        where query[key] != recordedQuery[key] {
            lines.append("query \(key)=\(query[key] ?? "none") instead of \(recordedQuery[key] ?? "none")")
        }
        for name in [HTTPField.Name.accept, .contentType] where ours.headers[name] != recorded.headers[name] {
            lines.append("\(name) \(ours.headers[name] ?? "none") instead of \(recorded.headers[name] ?? "none")")
        }
        return lines + bodies(ours.json, recorded.json)
    }

    private static func bodies(_ ours: JSON?, _ recorded: JSON?) -> [String] {
        if let ours = ours?.array, let recorded = recorded?.array { return operations(ours, recorded) }
        let (one, other) = (leaves(ours ?? [:]), leaves(recorded ?? [:]))
        return Set(one.keys).union(other.keys).sorted().compactMap { path in
            switch (one[path], other[path]) {
            case (let ours?, nil): "+ \(path) = \(ours.text)"
            case (nil, let theirs?): "- \(path) = \(theirs.text)"
            case (let ours?, let theirs?): ours == theirs ? nil : "~ \(path) = \(ours.text) instead of \(theirs.text)"
            case (nil, nil): nil
            }
        }
    }

    /// The operations of a JSON patch, compared as a set: each is one line.
    private static func operations(_ ours: [JSON], _ recorded: [JSON]) -> [String] {
        func line(_ operation: JSON) -> String {
            let value = operation["value"].map { " \($0.text)" } ?? ""
            return "\(operation["op"]?.string ?? "?") \(operation["path"]?.string ?? "?")\(value)"
        }
        let (one, other) = (ours.map(line), recorded.map(line))
        return one.filter { !other.contains($0) }.map { "+ \($0)" }
            + other.filter { !one.contains($0) }.map { "- \($0)" }
    }

    private static func leaves(_ json: JSON, _ path: String = "") -> [String: JSON] {
        switch json {
        case .object(let object) where !object.isEmpty:
            object.members.reduce(into: [:]) { $0.merge(leaves($1.value, "\(path)/\($1.key)")) { $1 } }
        case .array(let elements) where !elements.isEmpty:
            elements.enumerated().reduce(into: [:]) { $0.merge(leaves($1.element, "\(path)/\($1.offset)")) { $1 } }
        default: [path: json]
        }
    }

    private static func split(_ target: String) -> (String, [String: String]) {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var query: [String: String] = [:]
        for item in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let pair = item.split(separator: "=", maxSplits: 1).map(String.init)
            query[pair[0]] = pair.count > 1 ? pair[1] : ""
        }
        return (parts[0], query)
    }
}

extension Request {
    /// The body as a document; nil when there is none.
    var json: JSON? {
        guard case .bytes(let bytes) = body else { return nil }
        return try? JSON(parsing: bytes)
    }
}
