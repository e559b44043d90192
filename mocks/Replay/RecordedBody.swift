public import SlipwayBase
internal import SlipwayHTTP
internal import SlipwaySigning

/// A body in the most readable form there is for it.
public enum RecordedBody: Hashable, Sendable {
    /// A JSON object or list.
    case json(JSON)
    /// Other text.
    case text(String)
    /// Anything else.
    case base64([UInt8])
    /// Anything else that is too long for a diff: bytes in a file of the cassette's own folder, under this plain name.
    case file(String, [UInt8])
    /// What is known of an upload: SHA-256 in hexadecimal, and size.
    case digest(sha256: String, byteCount: Int)

    /// The most readable form of `bytes`; white space between the tokens of a JSON document is not kept.
    public init(_ bytes: [UInt8]) {
        if let document = try? JSON(parsing: bytes), document.array != nil || document.object != nil {
            self = .json(document)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            self = .text(text)
        } else {
            self = .base64(bytes)
        }
    }

    /// What is kept of a request's body; nil of none. Throws one sentence when its file cannot be read.
    init?(_ body: Request.Body) throws(InputFailure) {
        switch body {
        case .none: return nil
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return nil }
            let readable = RecordedBody(bytes)
            // An upload is told by its digest: nobody reads it in a diff.
            if case .base64 = readable { self = .digest(of: bytes) } else { self = readable }
        case .file(let path): self = try CassetteFolder.digest(ofFile: path)
        case .slice(let slice): self = .digest(sha256: slice.sha256, byteCount: slice.range.count)
        }
    }

    /// The bytes; a JSON document in compact form, nothing of an upload.
    public var bytes: [UInt8] {
        switch self {
        case .json(let document): document.bytes
        case .text(let text): Array(text.utf8)
        case .base64(let bytes), .file(_, let bytes): bytes
        case .digest: []
        }
    }

    /// The digest and size of `bytes`.
    static func digest(of bytes: [UInt8]) -> RecordedBody {
        .digest(sha256: SHA256.hexDigest(of: bytes), byteCount: bytes.count)
    }
}
