import HTTPTypes
public import SlipwayHTTP

/// How requests to AWS look.
extension ElasticBeanstalkLab {
    /// What is asked: an action of a Query API, or a method and a key of S3.
    enum Ask: Hashable {
        case query(String)
        case object(method: String, path: String)

        init(_ request: Request) {
            let form = request.bytes.prefix(80)
            guard form.starts(with: Array("Action=".utf8)) else {
                let path = request.target.prefix { $0 != "?" }
                self = .object(method: request.method.rawValue, path: String(path))
                return
            }
            self = .query(String(decoding: form.dropFirst(7).prefix { $0 != UInt8(ascii: "&") }, as: UTF8.self))
        }

        var isRead: Bool {
            switch self {
            case .query(let action): ["Describe", "Validate", "Check", "List"].contains { action.hasPrefix($0) }
            case .object(let method, _): method == "GET" || method == "HEAD"
            }
        }
    }

    /// What each action that shows something shows: the objects whose names begin so.
    private static let shown = [
        "DescribeEnvironments": "environment ", "DescribeApplicationVersions": "version ",
        "DescribeApplications": "template ", "DescribeRules": "rule ",
    ]

    /// What each action that changes something changes.
    private static let changed = [
        "CreateApplicationVersion": "version ", "CreateConfigurationTemplate": "template ",
        "DeleteConfigurationTemplate": "template ", "ModifyRule": "rule ",
    ]

    /// Reads look at what they show; whatever else is not about the lock or the bucket writes.
    public func kind(of request: Request) -> LabRequest {
        switch Ask(request) {
        case .object(_, let path) where path.contains("/slipway/locks/"): return .aside
        case .object(let method, let path):
            if method == "GET" || method == "HEAD" { return .look { $0 == path } }
            return .write(of: path, isRepeatable: request.isIdempotent)
        case .query("CreateStorageLocation"): return .aside
        case .query(let action) where Ask.query(action).isRead:
            let shown = Self.shown[action]
            return .look { object in shown.map { object.hasPrefix($0) } ?? false }
        case .query(let action):
            let object = (Self.changed[action] ?? "environment ") + action
            return .write(of: object, isRepeatable: request.isIdempotent)
        }
    }

    /// `UpdateEnvironment`, or `PUT /slipway/locks/shop-lab.json`
    public func name(of request: Request) -> String {
        switch Ask(request) {
        case .query(let action): action
        case .object(let method, let path): "\(method) \(path)"
        }
    }

    /// AWS publishes none for Elastic Beanstalk, whose limit is one of the whole account. What is promised is a burst,
    /// and one request each second in the long run.
    public func rate(of request: Request) -> LabRate {
        guard request.origin.host.hasPrefix("elasticbeanstalk.") else {
            return LabRate("50 requests per second to \(request.origin.host)", burst: 50, perSecond: 50)
        }
        return LabRate("one request each second to Elastic Beanstalk", burst: 50, perSecond: 1)
    }

    /// XML, as the services word it; reads never find anything busy.
    public func refusal(_ refusal: LabRefusal, of request: Request) -> Response? {
        let ask = Ask(request)
        if case .object = ask { return Self.storageRefusal(refusal, ask) }
        let busy = "Environment named shop is in an invalid state for this operation. Must be Ready."
        let running = "Unable to perform this operation; another one is in progress on this environment."
        switch refusal {
        case .tooManyRequests(let seconds):
            return Self.queryRefusal(400, "Throttling", "Rate exceeded", [.retryAfter: String(seconds)])
        case .throttled: return Self.queryRefusal(400, "Throttling", "Rate exceeded")
        case .internalError: return Self.queryRefusal(500, "InternalFailure", "An internal failure has occurred")
        case .unavailable: return Self.queryRefusal(503, "ServiceUnavailable", "Service is unable to handle request.")
        case .conflict: return ask.isRead ? nil : Self.queryRefusal(400, "OperationInProgressFailure", running)
        case .busy: return ask.isRead ? nil : Self.queryRefusal(400, "InvalidParameterValue", busy)
        case .gatewayTimeout, .gone: return nil
        }
    }

    private static func queryRefusal(
        _ status: Int,
        _ code: String,
        _ message: String,
        _ headers: HTTPFields = [:]
    ) -> Response {
        let type = status < 500 ? "Sender" : "Receiver"
        let namespace = "http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"
        let error = "<Error><Type>\(type)</Type><Code>\(code)</Code><Message>\(message)</Message></Error>"
        let number = "<RequestId>7a1e5d3c-0000-4000-8000-000000000000</RequestId>"
        return xml(status, "<ErrorResponse xmlns=\"\(namespace)\">\(error)\(number)</ErrorResponse>", headers)
    }

    private static func storageRefusal(_ refusal: LabRefusal, _ ask: Ask) -> Response? {
        switch refusal {
        case .tooManyRequests(let seconds):
            return storageRefusal(503, "SlowDown", "Please reduce your request rate.", [.retryAfter: String(seconds)])
        case .throttled: return storageRefusal(503, "SlowDown", "Please reduce your request rate.")
        case .internalError: return storageRefusal(500, "InternalError", "We encountered an internal error.")
        case .unavailable: return storageRefusal(503, "ServiceUnavailable", "Please try again.")
        case .conflict:
            guard !ask.isRead else { return nil }
            return storageRefusal(409, "ConditionalRequestConflict", "A conflicting operation is under way.")
        case .gatewayTimeout, .gone, .busy: return nil
        }
    }

    private static func storageRefusal(
        _ status: Int,
        _ code: String,
        _ message: String,
        _ headers: HTTPFields = [:]
    ) -> Response {
        xml(status, "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>", headers)
    }

    private static func xml(_ status: Int, _ body: String, _ headers: HTTPFields) -> Response {
        var headers = headers
        headers[.contentType] = "text/xml"
        return Response(status: status, headers: headers, body: Array(body.utf8))
    }
}
