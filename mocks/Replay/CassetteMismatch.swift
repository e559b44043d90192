internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// Where an interaction stands: enough to find it in its file.
public struct RecordedPlace: Hashable, Sendable, CustomStringConvertible {
    /// The name of the cassette.
    public var cassette: String
    /// Which interaction of the cassette, from 1.
    public var number: Int
    /// The interaction's id.
    public var id: String
    /// The interaction's title.
    public var title: String

    /// `kubernetes/lease 3 renew (the holder renews with PUT)`
    public var description: String { "\(cassette) \(number) \(id) (\(title))".printable(max: 240) }
}

/// A request without a recorded answer, and what differs from the recording nearest to it.
public struct CassetteMismatch: Hashable, Sendable, CustomStringConvertible {
    /// Why there is no answer.
    public enum Kind: Hashable, Sendable {
        /// No interaction has this request.
        case neverRecorded
        /// The request was recorded this many times, and every answer has been given.
        case alreadyPlayed(times: Int)
    }

    /// One field in which the request and the recording differ.
    public struct Difference: Hashable, Sendable, CustomStringConvertible {
        /// Such as `query dryRun`, `header Accept` or `body spec.replicas`.
        public var field: String
        /// What was sent; nil when the field was not.
        public var sent: String?
        /// What was recorded; nil when the field was not.
        public var recorded: String?

        /// `body spec.replicas: sent 3, recorded 4`
        public var description: String { "\(field): sent \(sent ?? "nothing"), recorded \(recorded ?? "nothing")" }
    }

    /// Why there is no answer.
    public var kind: Kind
    /// The method and target that were sent, masked.
    public var request: String
    /// The nearest recording; nil when the cassettes are empty.
    public var nearest: RecordedPlace?
    /// How the request differs from it.
    public var differences: [Difference]

    /// A sentence, then the nearest recording and one line a difference.
    public var description: String {
        var lines: [String]
        switch kind {
        case .neverRecorded: lines = ["\(request) was never recorded."]
        case .alreadyPlayed(let times):
            let answers = times == 1 ? "once, and its answer has" : "\(times) times, and its answers have"
            lines = ["\(request) was recorded \(answers) already been played."]
        }
        if let nearest { lines.append("  nearest: \(nearest)") }
        lines += differences.prefix(12).map { "    \($0)" }
        if differences.count > 12 { lines.append("    and \(differences.count - 12) more") }
        return lines.joined(separator: "\n")
    }
}

extension CassetteMismatch {
    init(
        _ request: RecordedRequest,
        timesRecorded: Int,
        candidates: [(place: RecordedPlace, request: RecordedRequest)],
        tolerating tolerance: ReplayTolerance = .none
    ) {
        let sent = RequestKey(request, tolerating: tolerance)
        kind = timesRecorded == 0 ? .neverRecorded : .alreadyPlayed(times: timesRecorded)
        self.request = Secrets.masked("\(request.method.rawValue) \(request.target)").printable(max: 240)
        var best: (place: RecordedPlace, cost: Int, differences: [Difference])?
        for candidate in candidates {
            let recorded = RequestKey(candidate.request, tolerating: tolerance)
            let differences = Self.differences(sent, recorded)
            let cost = Self.cost(sent, recorded, differences)
            if cost < best?.cost ?? .max { best = (candidate.place, cost, differences) }
        }
        (nearest, differences) = (best?.place, best?.differences ?? [])
    }

    /// Another path or method weighs more than all else, so that the nearest is the same call if there is one.
    private static func cost(_ sent: RequestKey, _ recorded: RequestKey, _ differences: [Difference]) -> Int {
        let shared = zip(sent.path, recorded.path).count { $0 == $1 }
        let segments = max(sent.path.count, recorded.path.count) - shared
        return segments * 100 + (sent.method == recorded.method ? 0 : 150) + min(differences.count, 90)
    }

    private static func differences(_ sent: RequestKey, _ recorded: RequestKey) -> [Difference] {
        var list = Differences()
        list.compare("method", sent.method, recorded.method)
        if let origin = recorded.origin { list.compare("origin", sent.origin?.description, origin.description) }
        list.compare("path", sent.path.joined(separator: "/"), recorded.path.joined(separator: "/"))
        let (left, right) = (
            Dictionary(grouping: sent.query, by: \.name), Dictionary(grouping: recorded.query, by: \.name)
        )
        for name in Set(left.keys).union(right.keys).sorted() {
            list.compare(
                "query \(name)",
                left[name]?.map(\.value).joined(separator: ", "),
                right[name]?.map(\.value).joined(separator: ", ")
            )
        }
        list.compare("header Accept", sent.accept, recorded.accept)
        list.compare("header Content-Type", sent.contentType.nonEmpty, recorded.contentType.nonEmpty)
        list.compare(sent.body, recorded.body)
        return list.found
    }
}

/// Collects differences, each value short and printable; keys hold no secrets.
private struct Differences {
    var found: [CassetteMismatch.Difference] = []

    mutating func compare(_ field: String, _ sent: String?, _ recorded: String?) {
        guard sent != recorded else { return }
        found.append(.init(field: Self.shown(field) ?? "", sent: Self.shown(sent), recorded: Self.shown(recorded)))
    }

    mutating func compare(_ sent: RequestKey.Body, _ recorded: RequestKey.Body) {
        switch (sent, recorded) {
        case (.json(let sent), .json(let recorded)): compare("", sent, recorded)
        default: compare("body", Self.text(sent), Self.text(recorded))
        }
    }

    private mutating func compare(_ path: String, _ sent: JSON?, _ recorded: JSON?) {
        guard sent != recorded else { return }
        switch (sent, recorded) {
        case (.object(let left)?, .object(let right)?):
            for key in left.keys + right.keys.filter({ left[$0] == nil }) {
                compare(path.isEmpty ? key : "\(path).\(key)", left[key], right[key])
            }
        case (.array(let left)?, .array(let right)?):
            for index in 0..<max(left.count, right.count) {
                compare("\(path)[\(index)]", sent?[index], recorded?[index])
            }
        default: compare(path.isEmpty ? "body" : "body \(path)", sent?.text, recorded?.text)
        }
    }

    private static func text(_ body: RequestKey.Body) -> String? {
        switch body {
        case .none: nil
        case .json(let document): document.text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self) ?? "\(bytes.count) bytes that are not text"
        }
    }

    private static func shown(_ text: String?) -> String? { text?.printable(max: 100) }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
