internal import Foundation
internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// Puts names in the place of others, wherever they stand as a whole.
struct Renaming {
    private let pairs: [(from: [UInt8], to: [UInt8])]
    private let firsts: Set<UInt8>

    /// From names in small letters; capitals in what is changed do not matter.
    init(_ table: [String: String]) {
        pairs = table.map { (Array($0.utf8), Array($1.utf8)) }.filter { !$0.from.isEmpty && $0.from != $0.to }
            .sorted { ($1.from.count, $0.from.first ?? 0) < ($0.from.count, $1.from.first ?? 0) }
        firsts = Set(pairs.map { $0.from[0] })
    }

    var isEmpty: Bool { pairs.isEmpty }

    func callAsFunction(_ text: String) -> String {
        guard !isEmpty else { return text }
        if let inner = Secrets.encodedText(in: text) {
            return changed(Array(inner.utf8)).map { Data($0).base64EncodedString() } ?? text
        }
        return changed(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    func callAsFunction(_ document: JSON) -> JSON {
        switch document {
        case .string(let text): .string(self(text))
        case .array(let elements): .array(elements.map { self($0) })
        case .object(let object): .object(JSONObject(object.members.map { (self($0.key), self($0.value)) }))
        default: document
        }
    }

    func callAsFunction(_ body: RecordedBody) -> RecordedBody {
        switch body {
        case .json(let document): .json(self(document))
        case .text(let text): .text(self(text))
        case .base64, .file, .digest: body
        }
    }

    func callAsFunction(_ request: RecordedRequest) -> RecordedRequest {
        guard !isEmpty else { return request }
        var request = request
        request.target = self(request.target)
        if let origin = request.origin {
            request.origin = Origin(scheme: origin.scheme, host: self(origin.host), port: origin.port)
        }
        request.headers = self(request.headers)
        request.body = request.body.map { self($0) }
        return request
    }

    func callAsFunction(_ outcome: RecordedOutcome) -> RecordedOutcome {
        guard !isEmpty else { return outcome }
        switch outcome {
        case .failure(var failure):
            failure.reason = self(failure.reason)
            return .failure(failure)
        case .response(var response):
            response.headers = self(response.headers)
            switch response.content {
            case .whole(let body): response.content = .whole(body.map { self($0) })
            case .frames(let frames, let ended):
                let frames = frames.map { RecordedResponse.Frame(at: $0.at, bytes: changed($0.bytes) ?? $0.bytes) }
                response.content = .frames(frames, ended: ended)
            }
            return .response(response)
        }
    }

    private func callAsFunction(_ fields: HTTPFields) -> HTTPFields {
        HTTPFields(fields.map { HTTPField(name: $0.name, value: self($0.value)) })
    }

    /// Nil when nothing changes.
    private func changed(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var (position, copied) = (0, 0)
        while position < bytes.count {
            guard firsts.contains(Self.small(bytes[position])),
                let pair = pairs.first(where: { stands($0.from, in: bytes, at: position) })
            else {
                position += 1
                continue
            }
            result += bytes[copied..<position] + pair.to
            position += pair.from.count
            copied = position
        }
        return copied == 0 ? nil : result + bytes[copied...]
    }

    private func stands(_ name: [UInt8], in bytes: [UInt8], at position: Int) -> Bool {
        let end = position + name.count
        guard end <= bytes.count, position == 0 || !Self.isPart(bytes[position - 1]),
            end == bytes.count || !(bytes[end].isWordByte)
        else { return false }
        return zip(name, bytes[position..<end]).allSatisfy { $0 == Self.small($1) }
    }

    /// A dot or a dash before a host makes it another one; before an account it does not.
    private static func isPart(_ byte: UInt8) -> Bool { byte.isWordByte }

    private static func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
