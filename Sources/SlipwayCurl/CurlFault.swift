public import SlipwayHTTP

/// What one of libcurl's error codes means for a request: how far it can have got, and one sentence.
public struct CurlFault: Hashable, Sendable {
    /// When libcurl can report a code.
    public enum Stage: String, Hashable, Sendable {
        /// While it prepares or connects.
        case beforeRequest
        /// Before the request as well as after it.
        case anyMoment
        /// Only once the request is on its way.
        case afterRequest
    }

    /// libcurl's number.
    public let code: Int
    /// libcurl's name for it, without `CURLE_`.
    public let name: String
    /// When libcurl can report it.
    public let stage: Stage
    /// What happened and what to do, without any secret.
    public let sentence: String

    /// The entry of `code`; a code that is newer than this table may mean anything at any moment.
    public init(code: Int) {
        self = Self.byCode[code] ?? CurlFault(code, "UNKNOWN", .anyMoment, "libcurl reported its error \(code)")
    }

    init(_ code: Int, _ name: String, _ stage: Stage, _ sentence: String) {
        (self.code, self.name, self.stage, self.sentence) = (code, name, stage, sentence)
    }

    /// How far the request got.
    ///
    /// `hasBegun` says whether libcurl had started to write it to a connection. In doubt the answer is `unanswered`: an
    /// error of connecting that follows a begun request comes from libcurl's own second attempt.
    public func reach(hasBegun: Bool) -> HTTPFailure.Reach {
        stage == .afterRequest || hasBegun ? .unanswered : .unsent
    }

    private static let byCode = Dictionary(uniqueKeysWithValues: table.map { ($0.code, $0) })
}
