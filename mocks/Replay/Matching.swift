public import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// What is compared of two requests beside origin, method, path, query and body.
public struct Matching: Hashable, Sendable {
    /// The headers that are compared; Accept and Content-Type unless a cassette chooses.
    public var headers: [HTTPField.Name]
    /// Names of JSON members of bodies whose texts are not compared, wherever they stand, such as `renewTime`.
    public var ignoredMembers: Set<String>

    /// Compares `headers`; volatile and secret ones among them count for nothing (`isVolatile`).
    public init(
        headers: [HTTPField.Name] = RecordedRequest.matchedHeaders,
        ignoredMembers: Set<String> = []
    ) {
        (self.headers, self.ignoredMembers) = (headers, ignoredMembers)
    }

    /// Whether the header changes with every request, or is a credential: it is never matched, nor kept.
    public static func isVolatile(_ name: HTTPField.Name) -> Bool {
        let text = name.canonicalName
        return Redaction.isSecret(header: name) || volatile.contains(text) || text.hasPrefix("amz-sdk-")
    }

    private static let volatile: Set<String> = [
        "host", "date", "user-agent", "content-length", "connection", "accept-encoding", "expect", "te", "traceparent",
        "tracestate", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-ms-date",
        "x-ms-client-request-id", "x-ms-correlation-request-id", "x-ms-return-client-request-id", "x-request-id",
        "x-ms-request-id", "content-md5", "x-amzn-trace-id", "transfer-encoding",
    ]

    /// The document as it is compared.
    func settled(_ document: JSON) -> JSON {
        guard !ignoredMembers.isEmpty else { return document }
        switch document {
        case .array(let elements): return .array(elements.map(settled))
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { key, value in
                        (key, ignoredMembers.contains(key) && value.string != nil ? .string("*") : settled(value))
                    }
                )
            )
        default: return document
        }
    }
}
