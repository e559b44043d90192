internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// The wait that a service asked for, and in which header.
enum AskedWait: Hashable, Sendable {
    /// AWS's own `x-amz-retry-after`.
    case own(Duration)
    /// `Retry-After`.
    case standard(Duration)

    /// How long.
    var duration: Duration {
        switch self {
        case .own(let duration), .standard(let duration): duration
        }
    }
}

extension Response {
    /// The wait that the service asked for; a date is read by the server's own clock, its `Date` header.
    var askedWait: AskedWait? {
        if let text = headers[.amzRetryAfter], let milliseconds = Int64(text), milliseconds >= 0 {
            return .own(.milliseconds(min(milliseconds, Limits.durationSecondsMax * 1000)))
        }
        return askedRetryAfter.map { .standard($0) }
    }
}

extension HTTPField.Name {
    /// How many milliseconds to wait, in answers that may be repeated.
    static let amzRetryAfter = HTTPField.Name("x-amz-retry-after")!
}
