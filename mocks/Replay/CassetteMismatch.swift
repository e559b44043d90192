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
