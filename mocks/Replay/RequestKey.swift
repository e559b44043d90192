internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// What makes two requests the same: origin, method, path, query pairs in any order, chosen headers, and the body's
/// meaning.
struct RequestKey: Hashable {
    /// Nil is equal to nil only: whoever looks up asks twice.
    var origin: Origin?
    var method: String
    var path: [String]
    var query: [Pair]
    /// Values of the chosen headers, in the order they were chosen.
    var headers: [String?]
    var body: Body

    struct Pair: Hashable, Comparable {
        var name: String
        var value: String

        static func < (lhs: Self, rhs: Self) -> Bool { (lhs.name, lhs.value) < (rhs.name, rhs.value) }
    }

    /// JSON is compared by members and elements, a form by its fields in any order, an upload by digest and size;
    /// everything else byte for byte.
    enum Body: Hashable {
        case none
        case json(JSON)
        case form([Pair])
        case bytes([UInt8])
        case digest(String, Int)
    }

    /// Secrets are masked first, so that a request with a real one matches its redacted recording.
    init(
        _ request: RecordedRequest,
        matching: Matching = Matching(),
        tolerating tolerance: ReplayTolerance = .none
    ) {
        let request = request.redacted
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        origin = request.origin
        method = request.method.rawValue
        path = parts[0].split(separator: "/", omittingEmptySubsequences: false).map { $0.percentDecoded }
        let pairs = parts.count > 1 ? Self.pairs(parts[1], plusIsSpace: false) : []
        query = tolerance.queries.isEmpty ? pairs : pairs.filter { !tolerance.queries.contains($0.name) }
        headers = matching.headers.map { name in
            tolerance.accept && name == .accept ? "*/*" : Self.value(of: name, in: request.headers)
        }
        body = Self.body(of: request, matching)
    }

    private static func body(of request: RecordedRequest, _ matching: Matching) -> Body {
        switch request.body {
        case nil: return .none
        case .json(let document): return .json(matching.settled(document))
        case .text(let text):
            let isForm = request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded")
            return isForm == true ? .form(pairs(text[...], plusIsSpace: true)) : .bytes(Array(text.utf8))
        case .base64(let bytes), .file(_, let bytes):
            guard case .digest(let sha256, let count) = RecordedBody.digest(of: bytes) else { return .bytes(bytes) }
            return .digest(sha256, count)
        case .digest(let sha256, let count): return .digest(sha256, count)
        }
    }

    private static func pairs(_ text: Substring, plusIsSpace: Bool) -> [Pair] {
        text.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { side in
                (plusIsSpace ? Substring(side.replacing("+", with: " ")) : side).percentDecoded
            }
            return Pair(name: sides[0], value: sides.count > 1 ? sides[1] : "")
        }.sorted()
    }

    /// Media types without their spaces and capitals; no Accept is the same as any.
    private static func value(of name: HTTPField.Name, in headers: HTTPFields) -> String? {
        let value = headers[name]
        switch name {
        case .accept: return value.map(mediaType) ?? "*/*"
        case .contentType: return value.map(mediaType)
        default: return value
        }
    }

    private static func mediaType(_ value: String) -> String {
        String(value.lowercased().filter { !$0.isWhitespace })
    }
}

extension Substring {
    /// The text with `%41` and the like resolved; malformed escapes stay as they are.
    var percentDecoded: String {
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
