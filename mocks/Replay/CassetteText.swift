internal import Foundation
internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

extension Cassette {
    /// The cassette as it goes to disk: secrets masked, members in a fixed order, short values on one line.
    public var text: String { redacted().json.laidOut + "\n" }

    private var json: JSON {
        .present([
            ("format", JSON(Self.format)), ("origin", origin.json), ("match", matching.json),
            ("interactions", .array(interactions.map(\.json))),
        ])
    }
}

extension Interaction {
    /// The interaction as it stands in a cassette, secrets masked.
    public var text: String {
        let alone = Cassette(name: "", origin: CassetteOrigin(.recorded, from: ""), interactions: [self])
        return alone.redacted().interactions[0].json.laidOut + "\n"
    }
}

extension JSON {
    /// An object of the members that are there, in order.
    fileprivate static func present(_ members: [(String, JSON?)]) -> JSON {
        .object(JSONObject(members.compactMap { name, value in value.map { (name, $0) } }))
    }
}

extension CassetteOrigin {
    fileprivate var json: JSON {
        .present([
            ("kind", .string(kind.rawValue)), ("from", .string(source)), ("recordedAt", recordedAt.map { .string($0) }),
            ("note", note.map { .string($0) }),
        ])
    }
}

extension Matching {
    fileprivate var json: JSON? {
        guard self != Matching() else { return nil }
        let members = ignoredMembers.sorted().map { JSON.string($0) }
        return .present([
            ("headers", .array(headers.map { .string($0.rawName) })),
            ("ignoredMembers", members.isEmpty ? nil : .array(members)),
        ])
    }
}

extension Interaction {
    fileprivate var json: JSON {
        .present([
            ("id", .string(id)), ("title", .string(title)), ("caller", caller.map { .string($0) }),
            ("request", request.json), ("response", outcome.json), ("repeats", repeats ? true : nil),
        ])
    }
}

extension RecordedRequest {
    fileprivate var json: JSON {
        .present([
            ("method", .string(method.rawValue)), ("origin", origin.map { .string($0.description) }),
            ("target", .string(target)), ("headers", headers.json), ("body", (body?.members).map(JSON.present)),
        ])
    }
}

extension RecordedOutcome {
    fileprivate var json: JSON {
        switch self {
        case .response(let response): response.json
        case .failure(let failure):
            ["failure": ["reach": .string(failure.reach.rawValue), "reason": .string(failure.reason)]]
        }
    }
}

extension RecordedResponse {
    fileprivate var json: JSON {
        let head: [(String, JSON?)] = [
            ("status", JSON(status)), ("afterMilliseconds", after > .zero ? .int(after.milliseconds) : nil),
            ("headers", headers.json),
        ]
        switch content {
        case .whole(let body): return .present(head + [("body", (body?.members).map(JSON.present))])
        case .frames(let frames, let ended):
            let list = frames.map { frame -> JSON in
                .present([("atMilliseconds", .int(frame.at.milliseconds))] + RecordedBody(frame: frame.bytes).members)
            }
            let end = ended.map { end -> JSON in
                .present([("atMilliseconds", .int(end.at.milliseconds)), ("broken", end.broken.map { .string($0) })])
            }
            return .present(head + [("frames", .array(list)), ("ended", end)])
        }
    }
}

extension RecordedBody {
    /// The form of a frame: JSON only where a line feed follows it.
    fileprivate init(frame bytes: [UInt8]) {
        let body = RecordedBody(bytes)
        if case .json = body, bytes.last != 0x0A {
            self = .text(String(decoding: bytes, as: UTF8.self))
        } else {
            self = body
        }
    }

    fileprivate var members: [(String, JSON?)] {
        switch self {
        case .json(let document): [("json", document)]
        case .text(let text):
            [
                (
                    "lines",
                    .array(text.split(separator: "\n", omittingEmptySubsequences: false).map { .string(String($0)) })
                )
            ]
        case .base64(let bytes): [("base64", .string(Data(bytes).base64EncodedString()))]
        case .file(let name, _): [("file", .string(name))]
        case .digest(let sha256, let count): [("sha256", .string(sha256)), ("byteCount", JSON(count))]
        }
    }
}

extension HTTPFields {
    fileprivate var json: JSON? {
        var object: JSONObject = [:]
        for field in self {
            let name = field.name.rawName
            object[name] = .string((object[name]?.string).map { "\($0), \(field.value)" } ?? field.value)
        }
        return object.isEmpty ? nil : .object(object)
    }
}
