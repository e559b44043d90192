/// What AWS's error codes mean, in one place.
///
/// Source: the services' API references and the published retry tables of the AWS SDKs.
enum AWSErrorCode {
    /// Whether `code` says that there were too many requests, so that this one had no effect.
    static func isThrottling(_ code: String) -> Bool { throttling.contains(stem(code)) }

    /// Whether `code` says that the request was not taken, because of one before it.
    static func isUntaken(_ code: String) -> Bool { stem(code) == "PriorRequestNotComplete" }

    /// Whether `code` says that the service waited for too long.
    static func isTimeout(_ code: String) -> Bool { stem(code) == "RequestTimeout" }

    /// Whether `code` says that the service does not know the key, which happens to a key that has ended.
    static func isUnknownKey(_ code: String) -> Bool { ["InvalidClientTokenId", "InvalidAccessKeyId"].contains(code) }

    /// Whether `code` says that temporary credentials have come to their end, so that the request had no effect.
    static func isExpiry(_ code: String) -> Bool { ["ExpiredToken", "TokenRefreshRequired"].contains(stem(code)) }

    /// Whether the answer says that our clock and the server's differ, so that the request had no effect.
    static func isSkew(_ code: String, message: String) -> Bool {
        if ["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"].contains(stem(code)) { return true }
        return message.contains("Signature expired") || message.contains("not yet current")
    }

    /// Whether `code` says that the signature is wrong, which a wrong clock can cause too.
    static func isSignature(_ code: String) -> Bool {
        ["InvalidSignature", "SignatureDoesNotMatch", "AuthFailure"].contains(stem(code))
    }

    /// Codes are written with and without this ending.
    static func stem(_ code: String) -> String {
        code.hasSuffix("Exception") ? String(code.dropLast("Exception".count)) : code
    }

    private static let throttling: Set = [
        "Throttling", "Throttled", "RequestThrottled", "TooManyRequests", "ProvisionedThroughputExceeded",
        "TransactionInProgress", "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceeded", "SlowDown",
        "EC2Throttled",
    ]

    static let denied: Set = [
        "AccessDenied", "AccountProblem", "AuthFailure", "ExpiredToken", "IncompleteSignature",
        "InsufficientPrivileges", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignature", "InvalidToken",
        "MissingAuthenticationToken", "NotAuthorized", "OptInRequired", "RequestExpired", "RequestTimeTooSkewed",
        "SignatureDoesNotMatch", "TokenRefreshRequired", "UnauthorizedOperation", "UnrecognizedClient",
    ]

    static let absent: Set = [
        "ListenerNotFound", "LoadBalancerNotFound", "NoSuchBucket", "NoSuchChange", "NoSuchHostedZone", "NoSuchKey",
        "NoSuchUpload", "NotFound", "ResourceNotFound", "RuleNotFound", "TargetGroupNotFound",
    ]

    static let busy: Set = [
        "OperationInProgress", "OperationInProgressFailure", "ResourceInUse", "ScalingActivityInProgress",
    ]

    static let unavailable: Set = [
        "InternalError", "InternalFailure", "InternalServerError", "RequestTimeout", "ServiceUnavailable",
        "Unavailable",
    ]
}

extension AWSFailure.Kind {
    /// The kind of an answer with AWS's `code` and `message`; a code that nobody knows goes by its HTTP status.
    init(code: String, message: String, status: Int) {
        let stem = AWSErrorCode.stem(code)
        if AWSErrorCode.isThrottling(code) || AWSErrorCode.isUntaken(code) || status == 429 {
            self = .throttled
        } else if AWSErrorCode.isExpiry(code) || AWSErrorCode.denied.contains(stem) {
            self = .denied
        } else if AWSErrorCode.busy.contains(stem) || Self.isBusy(message) {
            self = .busy
        } else if AWSErrorCode.absent.contains(stem) || Self.isAbsent(code, message) {
            self = .absent
        } else if AWSErrorCode.unavailable.contains(stem) {
            self = .unavailable
        } else {
            self.init(status: status)
        }
    }

    private init(status: Int) {
        switch status {
        case 401, 403, 407: self = .denied
        case 404, 410: self = .absent
        case 408, 500...: self = .unavailable
        case 409, 423: self = .busy
        case ..<300: self = .unreadable
        default: self = .invalid
        }
    }

    /// Elastic Beanstalk tells with a message only that an environment is at work.
    private static func isBusy(_ message: String) -> Bool {
        if message.contains("Must be Ready") || message.contains("is currently pending deployment") { return true }
        return message.contains("associated with environment") && message.contains("_IN_PROGRESS state")
    }

    /// Elastic Beanstalk tells with a message only that a name is unknown.
    private static func isAbsent(_ code: String, _ message: String) -> Bool {
        guard code == "InvalidParameterValue" || code == "ValidationError" else { return false }
        return message.hasPrefix("No ") && message.contains(" found")
    }
}
