internal import SlipwayBase

/// Recorded HTTP exchanges of one situation, as data that reads well in a diff.
///
/// One JSON file a cassette, never with code in it:
///
///     {"format": 1,
///      "origin": {"kind": "recorded", "from": "…", "recordedAt": "2026-11-21T01:02:41Z", "note": "…"},
///      "interactions": [
///        {"id": "create", "title": "create", "caller": "deployer",
///         "request": {"method": "POST", "target": "/apis/…?a=b", "headers": {"Accept": "…"}, "body": {"json": {…}}},
///         "response": {"status": 201, "headers": {"Content-Type": "…"}, "body": {"json": {…}}}},
///        {"id": "watch", "title": "…", "request": {…},
///         "response": {"status": 200, "frames": [{"atMilliseconds": 12, "json": {…}}],
///                      "ended": {"atMilliseconds": 2000, "broken": "…"}}},
///        {"id": "closed", "title": "…", "request": {…},
///         "response": {"failure": {"reach": "unanswered", "reason": "…"}}}]}
///
/// A body is `json` (a document), `lines` (text cut at line feeds), `base64`, `file` (the plain name of a file in the
/// folder `NAME.bodies` beside the cassette) or, of an upload, `sha256` and `byteCount`. In a frame `json` is one
/// document and the line feed after it. A request may name its `origin` (`https://host`), a response
/// `afterMilliseconds`, and the cassette with `"match": {"headers": […], "ignoredMembers": […]}` what is compared of
/// requests. `caller`, `note`, `headers`, `body`, `ended` and `"repeats": true` may be absent as well.
public struct Cassette: Hashable, Sendable {
    /// The format that this program reads and writes.
    public static let format = 1

    /// What people call it, such as `kubernetes/lease`.
    public var name: String
    /// Where its exchanges come from.
    public var origin: CassetteOrigin
    /// What is compared of requests.
    public var matching: Matching
    /// The exchanges in the order they were recorded; their ids differ.
    public var interactions: [Interaction]

    /// Makes a cassette.
    public init(
        name: String,
        origin: CassetteOrigin,
        matching: Matching = Matching(),
        interactions: [Interaction] = []
    ) {
        (self.name, self.origin, self.matching, self.interactions) = (name, origin, matching, interactions)
    }

    /// The interaction with this id; nil when there is none.
    public subscript(_ id: String) -> Interaction? { interactions.first { $0.id == id } }

    /// The same cassette with only the interactions named, in the order named; an unknown id is an error.
    public func only(_ ids: String...) throws(CassetteFailure) -> Cassette {
        var kept = self
        kept.interactions = []
        for id in ids {
            guard let interaction = self[id] else {
                let known = id.nearest(of: interactions.map(\.id)).map { "; the nearest is \($0)" } ?? ""
                throw CassetteFailure(cassette: name, problem: "it has no interaction \(id.printable(max: 80))\(known)")
            }
            kept.interactions.append(interaction)
        }
        return kept
    }
}

/// Where a cassette's exchanges come from; what was written by hand never poses as a recording.
public struct CassetteOrigin: Hashable, Sendable, CustomStringConvertible {
    /// Recorded, or made up.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Taken from a real server's answers.
        case recorded
        /// Written from the API reference.
        case synthetic
    }

    /// Recorded, or made up.
    public var kind: Kind
    /// The server that was recorded, or the reference that was read.
    public var source: String
    /// When it was recorded, as RFC 3339; nil for what was not.
    public var recordedAt: String?
    /// What a reader must know about it.
    public var note: String?

    /// Makes an origin.
    public init(_ kind: Kind, from source: String, recordedAt: String? = nil, note: String? = nil) {
        (self.kind, self.source, self.recordedAt, self.note) = (kind, source, recordedAt, note)
    }

    /// `recorded from …, 2026-11-21T01:02:41Z` or `written from the API reference: …`.
    public var description: String {
        switch kind {
        case .recorded: "recorded from \(source)" + (recordedAt.map { ", \($0)" } ?? "")
        case .synthetic: "written from the API reference: \(source)"
        }
    }
}

/// A cassette that cannot be used, in one sentence.
public struct CassetteFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The cassette's name.
    public var cassette: String
    /// What is wrong and what to do.
    public var problem: String

    /// Makes a failure.
    public init(cassette: String, problem: String) { (self.cassette, self.problem) = (cassette, problem) }

    /// One sentence.
    public var description: String { "cassette \(cassette): \(problem)" }
}
