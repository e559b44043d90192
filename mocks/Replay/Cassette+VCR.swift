internal import Foundation
internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

extension Cassette {
    /// Reads a cassette that vcrpy wrote as YAML, with every secret masked as in our own; `source` says what was
    /// recorded.
    ///
    /// Every request keeps its origin, since such a cassette is over several hosts. Signatures in addresses are masked
    /// in requests and answers alike, so that whoever follows a masked address meets its recording. Bodies are texts,
    /// `!!binary` or `base64_string`, and decompressed. Titles name method and path, ids count from 1.
    public init(vcrpy bytes: [UInt8], name: String, from source: String, note: String? = nil) throws(CassetteFailure) {
        let name = name.printable(max: 200)
        let root = try ForeignYAML(parsing: bytes, cassette: name)
        let elements = try root.member("interactions").list()
        guard elements.count <= Limits.cassetteInteractionsMax else {
            throw root.failure("it has more than \(Limits.cassetteInteractionsMax) interactions")
        }
        var interactions: [Interaction] = []
        for element in elements { interactions.append(try Interaction(vcrpy: element, number: interactions.count + 1)) }
        let origin = CassetteOrigin(.recorded, from: source, note: note)
        self = Cassette(name: name, origin: origin, interactions: interactions).redacted()
    }

    /// The same cassette with only the interactions of these numbers, counted from 1.
    public func part(_ numbers: ClosedRange<Int>) -> Cassette {
        var part = self
        part.interactions = Array(interactions.prefix(numbers.upperBound).dropFirst(numbers.lowerBound - 1))
        return part
    }
}

extension Interaction {
    fileprivate init(vcrpy field: ForeignYAML, number: Int) throws(CassetteFailure) {
        let request = try RecordedRequest(vcrpy: field.member("request"))
        let path = request.target.prefix { $0 != "?" }.split(separator: "/").suffix(2).joined(separator: "/")
        self.init(
            id: "\(number)",
            title: "\(request.method.rawValue) \(path)".printable(max: 120),
            request: request,
            outcome: .response(try RecordedResponse(vcrpy: field.member("response")))
        )
    }
}

extension RecordedRequest {
    fileprivate init(vcrpy field: ForeignYAML) throws(CassetteFailure) {
        guard let method = HTTPRequest.Method(try field.member("method").text()) else {
            throw field.failure("method is not an HTTP method")
        }
        guard let (origin, target) = Origin.split(try field.member("uri").text()),
            target.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw field.failure("uri is not an absolute http address in printable ASCII") }
        self.init(
            method,
            target,
            to: origin,
            headers: try field.optional("headers")?.fields() ?? [:],
            body: try field.optional("body")?.recordedBody()
        )
    }
}

extension RecordedResponse {
    /// What belongs to the connection, or is true of the recorded bytes only.
    private static let dropped: Set<HTTPField.Name> = [
        .contentLength, .contentEncoding, .transferEncoding, .connection, HTTPField.Name("Keep-Alive")!,
    ]

    fileprivate init(vcrpy field: ForeignYAML) throws(CassetteFailure) {
        let status = try field.member("status").member("code")
        guard let code = Int(try status.text()), (100...599).contains(code) else {
            throw status.failure("it is not a status between 100 and 599")
        }
        let headers = try field.optional("headers")?.fields() ?? [:]
        var body = try field.optional("body")?.recordedBody()
        if case .base64(let bytes)? = body {
            do throws(InputFailure) {
                body = RecordedBody(try Inflate.decoded(bytes, encoding: headers[.contentEncoding]))
            } catch {
                throw field.failure("its body: \(error.diagnostics.first?.message ?? "it cannot be decompressed")")
            }
        }
        self.init(
            status: code,
            headers: HTTPFields(headers.filter { !Self.dropped.contains($0.name) }),
            content: .whole(body)
        )
    }
}

extension ForeignYAML {
    /// A header map whose values are texts or lists of texts.
    fileprivate func fields() throws(CassetteFailure) -> HTTPFields {
        var fields = HTTPFields()
        for (key, value) in try map() {
            var texts: [String] = []
            switch value.content {
            case .nothing: continue
            case .list(let elements): for element in elements { texts.append(try element.text()) }
            default: texts = [try value.text()]
            }
            guard let name = HTTPField.Name(key), texts.allSatisfy(HTTPField.isValidValue) else {
                throw value.failure("it is not a header field")
            }
            for text in texts { fields.append(HTTPField(name: name, value: text)) }
        }
        return fields
    }

    /// A text, bytes, or a mapping of `string` or `base64_string` to them; nil when it is empty.
    fileprivate func recordedBody() throws(CassetteFailure) -> RecordedBody? {
        switch content {
        case .nothing: return nil
        case .text(let text): return text.isEmpty ? nil : RecordedBody(Array(text.utf8))
        case .bytes(let bytes): return bytes.isEmpty ? nil : RecordedBody(bytes)
        case .list: throw failure("a body is not a list")
        case .map:
            if let string = try optional("string") { return try string.recordedBody() }
            guard let encoded = try optional("base64_string") else { return nil }
            guard let data = Data(base64Encoded: try encoded.text().filter { !$0.isWhitespace }) else {
                throw encoded.failure("its base64 is malformed")
            }
            return data.isEmpty ? nil : RecordedBody(Array(data))
        }
    }
}
