internal import SlipwayBase
public import SlipwayHTTP

extension AzureFailure {
    /// What an answer that is no success means for the call `call`.
    ///
    /// A status below 500, a refusal for too many requests included, proves that nothing was done; 408 does not.
    public init(_ response: Response, call: String) {
        self.init(AzureErrorBody(response), status: response.status, call: call, retryAfter: response.askedRetryAfter)
    }

    init(_ body: AzureErrorBody, status: Int, call: String, retryAfter: Duration? = nil) {
        let meaning = AzureErrorMeaning.of(body)
        let kind = meaning?.kind ?? Kind(status: status)
        self.init(
            kind,
            call: call,
            code: body.code,
            summary: Self.sentence(body, status, call, cure: body.missingRight ?? meaning?.cure ?? ""),
            status: status,
            requestID: body.requestID,
            mayHaveTakenEffect: status >= 500 || status == 408 || kind == .unreadable,
            retryAfter: retryAfter
        )
    }

    /// What it means for the call `call` that no answer came.
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
            summary: "\(call): \(failure.reason)".printable(),
            mayHaveTakenEffect: failure.mayHaveTakenEffect
        )
    }

    /// An answer of success that cannot be read: the call may well have had its effect.
    static func unreadable(_ response: Response, call: String, because reason: String) -> Self {
        AzureFailure(
            .unreadable,
            call: call,
            summary: "\(call): the answer \(response.status) cannot be read: \(reason)".printable(),
            status: response.status,
            requestID: response.azureRequestID,
            mayHaveTakenEffect: true
        )
    }

    private static func sentence(_ body: AzureErrorBody, _ status: Int, _ call: String, cure: String) -> String {
        let label = body.code.isEmpty || body.code == "\(status)" ? "HTTP \(status)" : body.code
        let said: String
        switch (body.form, body.message.isEmpty, status) {
        case (_, false, _): said = body.message
        case (.page, _, _): said = "a page for people came instead of an answer"
        case (_, _, 409): said = "no reason was given; another operation or a pending swap may hold the resource"
        default: said = "no reason was given"
        }
        let number = body.extendedCode.isEmpty ? "" : " (\(body.extendedCode))"
        let text = cure.isEmpty || !said.hasSuffix(".") ? said : String(said.dropLast())
        return "\(call): \(label)\(number): \(text)\(cure.isEmpty ? "" : "; \(cure)")".printable()
    }
}

extension AzureErrorBody {
    /// What to give to an identity that may not do something, from a message such as "… does not have authorization
    /// to perform action 'Microsoft.Web/sites/slots/slotsswap/action' over scope '/subscriptions/…'".
    fileprivate var missingRight: String? {
        guard code == "AuthorizationFailed", let action = quoted(after: "perform action '") else { return nil }
        let scope = quoted(after: "over scope '").map { " on \($0)" } ?? ""
        return "give the identity a role that contains \(action)\(scope); a role given just now takes some minutes"
    }

    private func quoted(after words: String) -> String? {
        guard let start = message.firstRange(of: words)?.upperBound else { return nil }
        let text = message[start...].prefix { $0 != "'" }
        return text.isEmpty || text.endIndex == message.endIndex ? nil : String(text)
    }
}
