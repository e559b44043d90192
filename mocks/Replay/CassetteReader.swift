internal import Foundation
internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

extension Cassette {
    /// Reads a cassette; whatever is wrong with it is told in one sentence with the place inside the document.
    public init(parsing bytes: [UInt8], name: String) throws(CassetteFailure) {
        try self.init(parsing: bytes, name: name, bodies: BodyFiles())
    }

    init(parsing bytes: [UInt8], name: String, bodies: BodyFiles) throws(CassetteFailure) {
        let name = name.printable(max: 200)
        guard bytes.count <= Limits.cassetteBytesMax else { throw CassetteFailure(tooLarge: name) }
        let document: JSON
        do { document = try JSON(parsing: bytes) } catch {
            throw CassetteFailure(cassette: name, problem: Self.words(error, bytes))
        }
        let root = Field(value: document, path: "", cassette: name, bodies: bodies)
        let format = try root.int("format")
        guard format == Self.format else {
            throw root.failure("it has format \(format), and this program reads format \(Self.format)")
        }
        try root.allow("format", "origin", "match", "interactions")
        self.init(name: name, origin: try CassetteOrigin(root.member("origin")))
        if let match = try root.optional("match") { matching = try Matching(match) }
        let elements = try root.list("interactions")
        guard elements.count <= Limits.cassetteInteractionsMax else {
            throw root.failure("it has more than \(Limits.cassetteInteractionsMax) interactions; split it")
        }
        var ids: Set<String> = []
        for element in elements {
            let interaction = try Interaction(element, matching)
            guard ids.insert(interaction.id).inserted else {
                throw element.failure("the id \(interaction.id.printable(max: 80)) is used twice")
            }
            interactions.append(interaction)
        }
    }

    /// What text is that is no JSON; YAML of other recorders is told apart from what was cut off.
    private static func words(_ failure: JSONFailure, _ bytes: [UInt8]) -> String {
        let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
        let isYAML = ["interactions:", "http_interactions:", "---", "version:"].contains { head.hasPrefix($0) }
        guard isYAML else { return "it is \(failure.description); it may be cut off" }
        return "it is YAML of another recorder, and tags in such a file may name code; read it with "
            + "`slipway cassette import`, which refuses them"
    }
}

extension Matching {
    fileprivate init(_ field: Field) throws(CassetteFailure) {
        try field.allow("headers", "ignoredMembers")
        self.init()
        if try field.optional("headers") != nil {
            headers = []
            for text in try field.texts("headers") {
                guard let name = HTTPField.Name(text) else {
                    throw field.failure("\(text.printable(max: 80)) is not the name of a header")
                }
                guard !Matching.isVolatile(name) else {
                    throw field.failure(
                        "header \(name) changes with every request or is secret, so it is never matched"
                    )
                }
                headers.append(name)
            }
        }
        if try field.optional("ignoredMembers") != nil { ignoredMembers = Set(try field.texts("ignoredMembers")) }
    }
}

extension CassetteFailure {
    init(tooLarge name: String) {
        self.init(cassette: name, problem: "it is larger than \(Limits.cassetteBytesMax >> 20) MiB; split it")
    }
}

extension CassetteOrigin {
    fileprivate init(_ field: Field) throws(CassetteFailure) {
        try field.allow("kind", "from", "recordedAt", "note")
        guard let kind = Kind(rawValue: try field.text("kind")) else {
            throw field.failure("kind is \(Kind.allCases.map(\.rawValue).joined(separator: " or "))")
        }
        self.init(
            kind,
            from: try field.text("from"),
            recordedAt: try field.optionalText("recordedAt"),
            note: try field.optionalText("note")
        )
        guard kind == .recorded || recordedAt == nil else {
            throw field.failure("what is synthetic was not recorded, so it has no recordedAt")
        }
    }
}

extension Interaction {
    fileprivate init(_ field: Field, _ matching: Matching) throws(CassetteFailure) {
        try field.allow("id", "title", "caller", "request", "response", "repeats")
        self.init(
            id: try field.text("id"),
            title: try field.text("title"),
            caller: try field.optionalText("caller"),
            request: try RecordedRequest(field.member("request"), matching),
            outcome: try RecordedOutcome(field.member("response"))
        )
        repeats = try field.optional("repeats")?.asBool() ?? false
    }
}

extension RecordedRequest {
    fileprivate init(_ field: Field, _ matching: Matching) throws(CassetteFailure) {
        try field.allow("method", "origin", "target", "headers", "body")
        guard let method = HTTPRequest.Method(try field.text("method")) else {
            throw field.failure("method is not an HTTP method")
        }
        let target = try field.text("target")
        guard target.hasPrefix("/"), target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw field.failure("target is a path and query in printable ASCII that begins with /")
        }
        self.init(method, target)
        if let text = try field.optionalText("origin") {
            guard let origin = Origin(url: text), origin.description == text else {
                throw field.failure("origin is scheme, host and port, such as https://host:8443")
            }
            self.origin = origin
        }
        headers = try field.fields("headers")
        for header in headers where !matching.headers.contains(header.name) {
            let kept = matching.headers.map { "\($0)" }.joined(separator: " and ")
            throw field.failure("header \(header.name) is never matched; only \(kept) are kept")
        }
        body = try field.optional("body").map { (body) throws(CassetteFailure) in try RecordedBody(body, beside: []) }
    }
}

extension RecordedOutcome {
    fileprivate init(_ field: Field) throws(CassetteFailure) {
        guard let failure = try field.optional("failure") else {
            self = .response(try RecordedResponse(field))
            return
        }
        try field.allow("failure")
        try failure.allow("reach", "reason")
        guard let reach = HTTPFailure.Reach(rawValue: try failure.text("reach")) else {
            throw failure.failure("reach is unsent, unanswered, refused, unauthenticated or cancelled")
        }
        self = .failure(HTTPFailure(reach, try failure.text("reason")))
    }
}

extension RecordedResponse {
    fileprivate init(_ field: Field) throws(CassetteFailure) {
        try field.allow("status", "afterMilliseconds", "headers", "body", "frames", "ended")
        let status = try field.int("status")
        guard (100...599).contains(status) else { throw field.failure("status is between 100 and 599") }
        self.init(status: status, headers: try field.fields("headers"))
        if try field.optional("afterMilliseconds") != nil { after = try field.milliseconds("afterMilliseconds") }
        let body = try field.optional("body")
        let ended = try field.optional("ended")
        guard try field.optional("frames") != nil else {
            guard ended == nil else { throw field.failure("ended belongs to frames") }
            content = .whole(
                try body.map { (body) throws(CassetteFailure) in try RecordedBody(body, beside: []) }
            )
            return
        }
        guard body == nil else { throw field.failure("a response has a body or frames, not both") }
        var frames: [Frame] = []
        for element in try field.list("frames") {
            let at = try element.milliseconds("atMilliseconds")
            guard at >= frames.last?.at ?? .zero else { throw element.failure("it arrives before the frame above it") }
            var bytes = try RecordedBody(element, beside: ["atMilliseconds"]).bytes
            if element.value["json"] != nil { bytes.append(0x0A) }
            frames.append(Frame(at: at, bytes: bytes))
        }
        content = .frames(
            frames,
            ended: try ended.map { (ended) throws(CassetteFailure) in try StreamEnd(ended, after: frames.last?.at) }
        )
    }
}

extension RecordedResponse.StreamEnd {
    fileprivate init(_ field: Field, after last: Duration?) throws(CassetteFailure) {
        try field.allow("atMilliseconds", "broken")
        self.init(at: try field.milliseconds("atMilliseconds"), broken: try field.optionalText("broken"))
        guard at >= last ?? .zero else { throw field.failure("it ends before its last frame") }
    }
}

extension RecordedBody {
    fileprivate init(_ field: Field, beside others: [String]) throws(CassetteFailure) {
        let forms = ["json", "lines", "base64", "file", "sha256"]
        try field.allow(forms + ["byteCount"] + others)
        let present = forms.filter { field.value[$0] != nil }
        guard present.count == 1 else {
            throw field.failure("a body is exactly one of json, lines, base64, file and sha256")
        }
        switch present[0] {
        case "json": self = .json(field.value["json"] ?? .null)
        case "lines": self = .text(try field.texts("lines").joined(separator: "\n"))
        case "base64":
            guard let data = Data(base64Encoded: try field.text("base64")) else {
                throw field.failure("base64 is malformed")
            }
            self = .base64(Array(data))
        case "file": self = try .file(in: field)
        default:
            let (sha256, count) = (try field.text("sha256"), try field.int("byteCount"))
            let isDigest = sha256.utf8.count == 64 && sha256.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
            guard isDigest, count >= 0 else { throw field.failure("sha256 is 64 hexadecimal digits in small letters") }
            self = .digest(sha256: sha256, byteCount: count)
        }
    }

    private static func file(in field: Field) throws(CassetteFailure) -> RecordedBody {
        let name = try field.text("file")
        guard BodyFiles.isPlain(name) else {
            throw field.failure("\(name.printable(max: 80)) leads out of the cassette's folder; a file is a plain name")
        }
        do throws(InputFailure) { return .file(name, try field.bodies.read(name)) } catch {
            throw field.failure(error.diagnostics.first?.message ?? "the file cannot be read")
        }
    }
}
