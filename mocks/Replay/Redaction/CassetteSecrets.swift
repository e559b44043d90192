internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// A secret in a cassette: its kind and place, never the secret.
public struct FoundSecret: Hashable, Sendable, CustomStringConvertible {
    /// Such as `JSON Web Token at status.token`.
    public var kind: String
    /// The interaction's id and the part of it.
    public var place: String

    /// `create response: JSON Web Token at status.token`
    public var description: String { "\(place): \(kind)" }
}

extension Cassette {
    /// The secrets in this cassette: tokens, private keys, access keys, cookies, and what a member's name calls secret.
    public func secrets() -> [FoundSecret] {
        let own = [name, origin.source, origin.note ?? ""].flatMap(Secrets.kinds)
        return own.map { FoundSecret(kind: $0, place: "cassette") } + interactions.flatMap(\.secrets)
    }

    /// The cassette with every secret masked; masking twice changes nothing.
    ///
    /// A secret that is split over several frames of a stream is masked where it begins.
    public func redacted() -> Cassette {
        var masked = self
        masked.origin.source = Secrets.masked(origin.source)
        masked.origin.note = origin.note.map(Secrets.masked)
        masked.interactions = interactions.map(\.redacted)
        return masked
    }
}

/// Response headers that are credentials whatever they hold.
private func isSecret(_ name: HTTPField.Name) -> Bool { Redaction.isSecret(header: name) }

extension Interaction {
    fileprivate var secrets: [FoundSecret] {
        let texts = [id, title, caller ?? "", request.target] + request.headers.map(\.value)
        let head = texts.flatMap(Secrets.kinds)
        var found = (head + (request.body.map(\.secrets) ?? [])).map { FoundSecret(kind: $0, place: "\(id) request") }
        let answer: [String]
        switch outcome {
        case .failure(let failure): answer = Secrets.kinds(in: failure.reason)
        case .response(let response):
            answer = response.secrets + (request.isOfSettings ? response.openSettings : [])
        }
        found += answer.map { FoundSecret(kind: $0, place: "\(id) response") }
        return found
    }

    fileprivate var redacted: Interaction {
        var masked = self
        masked.title = Secrets.masked(title)
        masked.caller = caller.map(Secrets.masked)
        masked.request = request.redacted
        switch outcome {
        case .failure(var failure):
            failure.reason = Secrets.masked(failure.reason)
            masked.outcome = .failure(failure)
        case .response(var response):
            response = response.redacted
            if request.isOfSettings, case .whole(let body) = response.content {
                response.content = .whole(body?.settingsRedacted)
            }
            masked.outcome = .response(response)
        }
        return masked
    }
}

extension RecordedRequest {
    /// The request with every secret masked: as it is stored, and therefore also as it is matched.
    var redacted: RecordedRequest {
        var masked = self
        masked.target = Secrets.masked(target)
        for (index, field) in headers.enumerated() where !Self.matchedHeaders.contains(field.name) {
            masked.headers[index].value = Secrets.masked(field.value)
        }
        masked.body = body?.redacted
        if isOfSettings { masked.body = masked.body?.settingsRedacted }
        return masked
    }

    /// Whether what is sent to it, and what it answers, is settings: people keep secrets there under any name.
    fileprivate var isOfSettings: Bool {
        let path = target.prefix { $0 != "?" }.lowercased()
        return Self.settings.contains { path.hasSuffix($0) }
    }

    private static let settings = [
        "/config/appsettings", "/config/appsettings/list", "/config/connectionstrings",
        "/config/connectionstrings/list",
        "/config/azurestorageaccounts/list", "/config/publishingcredentials/list",
    ]
}

extension RecordedBody {
    fileprivate var settingsRedacted: RecordedBody {
        guard case .json(var document) = self else { return self }
        guard let properties = document["properties"] else { return self }
        document["properties"] = Secrets.masked(settings: properties)
        return .json(document)
    }
}

extension RecordedResponse {
    fileprivate var openSettings: [String] {
        guard case .whole(let body?) = content, body.redacted.settingsRedacted != body.redacted else { return [] }
        return ["settings that are not masked"]
    }

    fileprivate var secrets: [String] {
        var found = headers.flatMap { field in
            isSecret(field.name) ? ["header \(field.name)"] : Secrets.kinds(in: field.value)
        }
        switch content {
        case .whole(let body): found += body?.secrets ?? []
        case .frames(let frames, _):
            let each = frames.flatMap { RecordedBody($0.bytes).secrets }
            found += each.isEmpty ? Secrets.kinds(in: String(decoding: bytes, as: UTF8.self)) : each
        }
        return found
    }

    fileprivate var redacted: RecordedResponse {
        var masked = self
        masked.headers = HTTPFields(
            headers.filter { !isSecret($0.name) }
                .map { HTTPField(name: $0.name, value: Secrets.masked($0.value)) }
        )
        switch content {
        case .whole(let body):
            masked.content = .whole(body?.redacted)
            // A length that was that of the unmasked body would break whoever trusts it.
            if let body, masked.headers[.contentLength] != nil {
                masked.headers[.contentLength] = "\(body.redacted.bytes.count)"
            }
        case .frames(let frames, let ended):
            masked.content = .frames(RecordedResponse.Frame.redacted(frames), ended: ended)
        }
        return masked
    }
}

extension RecordedBody {
    fileprivate var secrets: [String] {
        switch self {
        case .json(let document): Secrets.kinds(in: document)
        case .text(let text): Secrets.kinds(in: text)
        case .base64(let bytes), .file(_, let bytes): Secrets.kinds(in: bytes)
        case .digest: []
        }
    }

    /// Bytes that are not text lose only what is told by its form.
    var redacted: RecordedBody {
        switch self {
        case .json(let document): .json(Secrets.masked(document))
        case .text(let text): .text(Secrets.masked(text))
        case .base64(let bytes): .base64(Secrets.masked(bytes))
        case .file(let name, let bytes): .file(name, Secrets.masked(bytes))
        case .digest: self
        }
    }
}
