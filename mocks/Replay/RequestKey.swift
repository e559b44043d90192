internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// What makes two requests the same: method, path, query pairs in any order, media types, and the body's meaning.
struct RequestKey: Hashable {
    var method: String
    var origin: Origin?
    var path: [String]
    var query: [Pair]
    var accept: String
    var contentType: String
    var body: Body

    struct Pair: Hashable, Comparable {
        var name: String
        var value: String

        static func < (lhs: Self, rhs: Self) -> Bool { (lhs.name, lhs.value) < (rhs.name, rhs.value) }
    }

    /// JSON is compared by members and elements; everything else byte for byte.
    enum Body: Hashable {
        case none
        case json(JSON)
        case bytes([UInt8])
    }

    /// Secrets are masked first, so that a request with a real one matches its redacted recording.
    init(_ request: RecordedRequest, tolerating tolerance: ReplayTolerance = .none) {
        let request = request.redacted
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = request.method.rawValue
        origin = request.origin
        path = parts[0].split(separator: "/", omittingEmptySubsequences: false).map { $0.percentDecoded }
        query = (parts.count > 1 ? parts[1].split(separator: "&") : []).map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Pair(name: sides[0].percentDecoded, value: sides.count > 1 ? sides[1].percentDecoded : "")
        }.filter { !tolerance.queries.contains($0.name) }.sorted()
        accept = tolerance.accept ? "*/*" : Self.mediaType(request.headers[.accept]) ?? "*/*"
        contentType = Self.mediaType(request.headers[.contentType]) ?? ""
        switch request.body {
        case nil: body = .none
        case .json(let document): body = .json(document)
        case .text(let text): body = .bytes(Array(text.utf8))
        case .base64(let bytes): body = .bytes(bytes)
        }
    }

    /// The same key for a recording that does not say where it went.
    var anywhere: RequestKey {
        var key = self
        key.origin = nil
        return key
    }

    private static func mediaType(_ value: String?) -> String? {
        value.map { String($0.lowercased().filter { !$0.isWhitespace }) }
    }
}

extension Substring {
    /// The text with `%41` and the like resolved; malformed escapes stay as they are.
    fileprivate var percentDecoded: String {
        guard contains("%") else { return String(self) }
        let bytes = Array(utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count, bytes[index + 1] != 0x2B, bytes[index + 1] != 0x2D,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
