internal import SlipwayBase
public import SlipwayHTTP
public import SlipwayModel

extension AWSFailure {
    /// What an answer that is no success means for the operation `call`.
    public init(_ response: Response, call: String) {
        let body = AWSErrorBody(response)
        let kind = Kind(code: body.code, message: body.message, status: response.status)
        let said = body.message.isEmpty ? "it said nothing that can be read" : body.message
        let label = body.code.isEmpty ? "HTTP \(response.status)" : body.code
        self.init(
            kind,
            call: call,
            code: body.code,
            summary: "\(call): \(label): \(said)".printable(max: Limits.messageCharactersMax),
            status: response.status,
            requestID: body.requestID,
            mayHaveTakenEffect: kind == .unreadable || kind == .unavailable
                || response.status >= 500 && kind != .throttled,
            retryAfter: response.askedWait?.duration
        )
    }

    /// What it means for the operation `call` that no answer came.
    public init(_ failure: HTTPFailure, call: String) {
        let kind: Kind =
            switch failure.reach {
            case .unauthenticated: .denied
            case .refused: .invalid
            case .unsent, .unanswered, .cancelled: .unavailable
            }
        self.init(
            kind,
            call: call,
            summary: "\(call): \(failure.reason)".printable(max: Limits.messageCharactersMax),
            mayHaveTakenEffect: failure.mayHaveTakenEffect
        )
    }

    /// An answer of success that cannot be read: the call may well have had its effect.
    static func unreadable(_ response: Response, call: String, because reason: String) -> Self {
        AWSFailure(
            .unreadable,
            call: call,
            summary: "\(call): the answer \(response.status) cannot be read: \(reason)"
                .printable(max: Limits.messageCharactersMax),
            status: response.status,
            requestID: response.awsRequestID,
            mayHaveTakenEffect: true
        )
    }
}

extension ProviderFailure {
    /// The same failure as the engine sees it: what may pass is asked again, the rest takes the release back.
    public init(_ failure: AWSFailure) {
        let kind: Kind =
            switch failure.kind {
            case .throttled, .unavailable, .unreadable, .busy: .transient
            case .denied, .absent, .invalid: .refused
            }
        // What is at work stays so for longer than the first waits of a back-off.
        let wait = failure.retryAfter ?? (failure.kind == .busy ? .seconds(15) : nil)
        self.init(kind, failure.summary, retryAfter: wait)
    }
}
