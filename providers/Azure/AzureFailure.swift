internal import SlipwayBase
public import SlipwayModel

/// Why a call to Azure did not do what it should, told by what can be done about it.
public struct AzureFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What can be done about it.
    public enum Kind: String, Hashable, Sendable {
        /// Too many requests: later.
        case throttled
        /// A failure of the service or of the way there: later.
        case unavailable
        /// Another operation holds the resource (409 "another operation is in progress", the site's lock): later, or
        /// after a look.
        case busy
        /// The credentials are missing, wrong, expired or not allowed to.
        case denied
        /// What the request names is not there.
        case absent
        /// The request itself is refused; repeating it does not help.
        case invalid
        /// The answer cannot be read, so nothing is known of the effect.
        case unreadable
    }

    /// What can be done about it.
    public var kind: Kind
    /// The call, such as `POST slots/staging/slotsswap`.
    public var call: String
    /// Azure's own code, such as `ResourceNotFound`; empty when there was none.
    public var code: String
    /// One printable sentence without any secret; says which call it was.
    public var summary: String
    /// The HTTP status; nil when there was no answer.
    public var status: Int?
    /// Azure's number of the request.
    public var requestID: String?
    /// Whether the call may have taken effect all the same.
    public var mayHaveTakenEffect: Bool
    /// The shortest wait the service asked for.
    public var retryAfter: Duration?

    /// Makes a failure.
    public init(
        _ kind: Kind,
        call: String,
        code: String = "",
        summary: String,
        status: Int? = nil,
        requestID: String? = nil,
        mayHaveTakenEffect: Bool = false,
        retryAfter: Duration? = nil
    ) {
        (self.kind, self.call, self.code, self.summary) = (kind, call, code, summary)
        (self.status, self.requestID) = (status, requestID)
        (self.mayHaveTakenEffect, self.retryAfter) = (mayHaveTakenEffect, retryAfter)
    }

    /// The sentence.
    public var description: String { summary }
}

extension ProviderFailure {
    /// The same failure as the engine sees it: what may pass is asked again, the rest takes the release back.
    public init(_ failure: AzureFailure) {
        let kind: Kind =
            switch failure.kind {
            case .throttled, .unavailable, .unreadable, .busy: .transient
            case .denied, .absent, .invalid: .refused
            }
        // What another operation holds stays so for longer than the first waits of a back-off.
        let wait = failure.retryAfter ?? (failure.kind == .busy ? .seconds(15) : nil)
        self.init(kind, failure.summary, retryAfter: wait)
    }
}
