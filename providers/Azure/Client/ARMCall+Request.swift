internal import HTTPTypes
internal import SlipwayBase
public import SlipwayHTTP

extension ARMCall {
    /// The request of this call to the resource manager at `origin`, not authenticated yet. Pure.
    ///
    /// The version comes first, then the query in its order; what the query says is percent-encoded, the path is taken
    /// as it is.
    public func request(to origin: Origin) -> Request {
        let pairs = [("api-version", api.rawValue)] + query.map { ($0.name, $0.value) }
        let text = pairs.map { "\($0.0.percentEncoded(keeping: "$"))=\($0.1.percentEncoded())" }.joined(separator: "&")
        var headers: HTTPFields = [.accept: "application/json"]
        if body != nil { headers[.contentType] = "application/json" }
        return Request(
            method,
            origin,
            "\(path)?\(text)",
            headers: headers,
            body: body.map { .bytes($0.bytes) } ?? .none,
            isIdempotent: isIdempotent
        )
    }

    /// `name` as one segment of a path: everything that could end it or begin another is percent-encoded.
    public static func segment(_ name: String) -> String { name.percentEncoded() }
}
