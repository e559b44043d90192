internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// How a live answer differs from the recorded one.
public struct CassetteDrift: Hashable, Sendable, CustomStringConvertible {
    /// One field that changed.
    public struct Change: Hashable, Sendable, CustomStringConvertible {
        /// Such as `status`, `header Content-Type` or `body value[0].state`.
        public var field: String
        /// What was recorded; nil when the field was not.
        public var recorded: String?
        /// What came back now; nil when the field did not.
        public var live: String?

        /// `body value[0].state: recorded Running, live Stopped`
        public var description: String { "\(field): recorded \(recorded ?? "nothing"), live \(live ?? "nothing")" }
    }

    /// The interaction.
    public var place: RecordedPlace
    /// What changed.
    public var changes: [Change]

    /// The interaction, and one line a change.
    public var description: String { ([place.description] + changes.map { "  \($0)" }).joined(separator: "\n") }
}

extension CassetteDrift {
    /// Members that differ from one moment or object to the next, and tell nothing.
    private static let volatile: Set<String> = [
        "resourceVersion", "uid", "managedFields", "generation", "observedGeneration", "RequestId", "requestId", "etag",
        "correlationId", "timestamp",
    ]

    /// What changed between two outcomes; times, ids of requests and versions of objects are not compared.
    static func changes(from recorded: RecordedOutcome, to live: RecordedOutcome) -> [Change] {
        switch (recorded, live) {
        case (.failure(let failure), .response(let answer)):
            return [Change(field: "answer", recorded: failure.reason.printable(max: 100), live: "\(answer.status)")]
        case (.response(let answer), .failure(let failure)):
            return [Change(field: "answer", recorded: "\(answer.status)", live: failure.reason.printable(max: 100))]
        case (.failure, .failure): return []
        case (.response(let recorded), .response(let live)):
            var list = Differences(countMax: 1000)
            list.compare("status", "\(live.status)", "\(recorded.status)")
            list.compare("header Content-Type", live.headers[.contentType], recorded.headers[.contentType])
            list.compare(body(live), body(recorded))
            return list.found.map { Change(field: $0.field, recorded: $0.recorded, live: $0.sent) }
        }
    }

    /// The body without what always differs; XML and text as a list of their pieces.
    private static func body(_ response: RecordedResponse) -> RequestKey.Body {
        switch RecordedBody(response.bytes) {
        case .json(let document): return .json(settled(document))
        case .text(let text):
            let pieces = text.split { $0 == "<" || $0.isNewline }.map { settled(JSON.string(String($0))) }
            return .json(["text": .array(pieces)])
        case .base64(let bytes), .file(_, let bytes): return .bytes(bytes)
        case .digest(let sha256, let count): return .digest(sha256, count)
        }
    }

    private static func settled(_ document: JSON) -> JSON {
        switch document {
        case .string(let text):
            let value = text.split(separator: ">").last.map(String.init) ?? text
            if text.hasPrefix("RequestId>") { return "RequestId>" }
            return Timestamp(rfc3339: value) == nil ? document : .string("a time")
        case .array(let elements): return .array(elements.map(settled))
        case .object(let object):
            return .object(
                JSONObject(object.members.filter { !volatile.contains($0.key) }.map { ($0.key, settled($0.value)) })
            )
        default: return document
        }
    }
}
