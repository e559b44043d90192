import HTTPTypes
import SlipwayBase
public import SlipwayHTTP

/// Answers of a server in trouble, in the forms in which a real one gave them: for hooks that plant faults.
public enum PlantedAnswer: Hashable, Sendable {
    /// 429 of Priority and Fairness: plain text with Retry-After.
    case tooManyRequests(retryAfterSeconds: Int)
    /// 504 under a store that does not answer: a Status without kind, sent as plain text.
    case timeout
    /// 500 with a Status.
    case internalError
    /// 503 with a Status, as while a server shuts down.
    case unavailable
    /// 409 Conflict for an object, although nobody else wrote.
    case conflict(ResourceKind, String)
    /// 410 Expired, as for a list that goes on too late.
    case expired
    /// 401, as when a token ran out.
    case unauthorized
    /// 200 whose body is another kind of document altogether.
    case foreignDocument

    /// The answer itself.
    public var response: Response {
        switch self {
        case .tooManyRequests(let seconds):
            var refusal = Refusal(429, text: "Too many requests, please try again later.\n")
            refusal.headers[.retryAfter] = String(seconds)
            return refusal.response
        case .timeout:
            let message = "Timeout: request did not complete within the allotted timeout"
            let body: JSON = [
                "metadata": [:], "status": "Failure", "message": .string(message), "reason": "Timeout", "details": [:],
                "code": 504,
            ]
            return Refusal(504, text: body.text + "\n").response
        case .internalError:
            return Refusal(500, "InternalError", "Internal error occurred: planted", details: [:]).response
        case .unavailable:
            return Refusal(
                503,
                "ServiceUnavailable",
                "the server is currently unable to handle the request",
                details: [:]
            ).response
        case .conflict(let kind, let name): return Refusal.conflict(kind, name).response
        case .expired: return Refusal.expired("The resourceVersion for the provided list is too old.").response
        case .unauthorized: return Refusal(401, "Unauthorized", "Unauthorized").response
        case .foreignDocument:
            let page = "<!doctype html><title>Sign in</title>"
            return Response(status: 200, headers: [.contentType: "text/html"], body: Array(page.utf8))
        }
    }
}

extension Response {
    /// The response with only the first half of its body, as after a connection that broke off in the middle.
    public var truncated: Response {
        var copy = self
        copy.body = Array(body.prefix(body.count / 2))
        return copy
    }
}
