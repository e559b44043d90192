import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension AzureWorld {
    /// Finds out which service is asked, and lets it answer.
    mutating func answer(_ request: Request) -> Response {
        let host = request.origin.host
        let (path, fields) = request.target.pathAndFields
        // On this machine itself every service has the same host: the path tells which one is meant.
        let isLocal = request.origin.isLoopback
        if host == home.login.host && !isLocal || isLocal && isTokenPath(path) {
            return answerLogin(request, path, fields)
        }
        if host == home.resourceManager.host || isLocal && isManagerPath(path) {
            return answerManager(request, path, fields)
        }
        if let index = apiServer(host) { return answerCluster(request, index) }
        if host.hasSuffix(Blobs.suffix) { return answerBlob(request, path) }
        if path == "/msi/token" { return answerApplication(request, fields) }
        if host == "169.254.169.254" || isLocal && path.hasPrefix("/metadata/identity") {
            return answerMachine(request, path, fields)
        }
        if let place = web.place(ofKudu: host) { return answerKudu(request, path, fields, at: place) }
        if let place = web.place(ofHost: host) { return web.visit(request, path, fields, at: place) }
        return Response(
            status: 404,
            headers: [.contentType: "text/html"],
            body: Array("<h1>404 Web Site not found.</h1>".utf8)
        )
    }

    private func isTokenPath(_ path: String) -> Bool {
        path.hasSuffix("/oauth2/v2.0/token") || path.hasSuffix("/.well-known/openid-configuration")
    }

    private func isManagerPath(_ path: String) -> Bool {
        ["/subscriptions", "/metadata/endpoints", "/providers/", "/tenants"].contains {
            path.lowercased().hasPrefix($0)
        }
    }

    private mutating func answerManager(_ request: Request, _ path: String, _ fields: FormFields) -> Response {
        let requestID = naming.uuid()
        var response: Response
        if path.lowercased() == "/metadata/endpoints" {
            response = ARMAnswer.json(endpoints(for: request.origin))
        } else {
            do throws(ARMFault) { response = try answerCall(request, path, fields) } catch { response = error.response }
        }
        response.headers[Self.requestIDName] = requestID
        response.headers[Self.correlationName] = requestID
        response.headers[.cacheControl] = "no-cache"
        return response
    }

    private mutating func answerCall(
        _ request: Request,
        _ path: String,
        _ fields: FormFields
    ) throws(ARMFault) -> Response {
        let address = ARMAddress(path)
        let grant = try entra.grant(of: request, for: .resourceManager, at: now)
        if let fault = ARMNamespace.fault(in: fields["api-version"], of: address) { throw fault }
        let quota = try takeToken(request.method)
        let call = ARMCall(
            method: request.method,
            address: address,
            query: fields,
            body: try Self.body(of: request),
            origin: request.origin,
            version: fields["api-version"] ?? "",
            now: now
        )
        try authorise(call, grant)
        var response = try perform(call)
        if let quota { response.headers[quota.name] = String(quota.left) }
        return response
    }

    private mutating func perform(_ call: ARMCall) throws(ARMFault) -> Response {
        guard let subscription = call.address.subscription else { return try answerTenant(call) }
        guard subscription.names(home.subscription) else { throw .noSubscription(subscription) }
        if let group = call.address.group, !web.groups.contains(where: { $0.names(group) }) { throw .noGroup(group) }
        switch call.address.namespace {
        case "": return try answerResources(call)
        case "microsoft.web": return try web.respond(to: call)
        case "microsoft.containerservice": return try answerClusters(call)
        case "microsoft.cdn": return try answerFrontDoor(call)
        case "microsoft.network": return try answerTrafficManager(call)
        default: throw .noRoute(call.address)
        }
    }

    /// The body as JSON; nil when there is none.
    private static func body(of request: Request) throws(ARMFault) -> JSON? {
        guard case .bytes(let bytes) = request.body, !bytes.isEmpty else { return nil }
        do throws(JSONFailure) { return try JSON(parsing: bytes) } catch { throw .invalidBody(error.description) }
    }

    private typealias Quota = (name: HTTPField.Name, left: Int)

    private mutating func takeToken(_ method: HTTPRequest.Method) throws(ARMFault) -> Quota? {
        guard let throttling else { return nil }
        let isRead = method == .get || method == .head
        let name = isRead ? Self.readsName : Self.writesName
        let taken =
            isRead
            ? reads.take(at: now, most: throttling.readsMax, perSecond: throttling.readsPerSecond)
            : writes.take(at: now, most: throttling.writesMax, perSecond: throttling.writesPerSecond)
        guard let wait = taken.waitSeconds else { return (name, taken.left) }
        var fault = ARMFault(
            429,
            isRead ? "SubscriptionRequestsThrottled" : "SubscriptionWritesThrottled",
            "Number of requests for subscription '\(home.subscription)' exceeded the limit. Please try again after "
                + "'\(wait)' seconds."
        )
        fault.headers[.retryAfter] = String(wait)
        fault.headers[name] = "0"
        throw fault
    }

    private func authorise(_ call: ARMCall, _ grant: Entra.Grant) throws(ARMFault) {
        guard !denied.isEmpty, !call.address.namespace.isEmpty else { return }
        let verb =
            switch call.method {
            case .get, .head: "read"
            case .delete: "delete"
            case .post: "action"
            default: "write"
            }
        let action = "\(ARMNamespace.spelled(call.address.namespace))/\(call.address.typePath)/\(verb)"
        guard denied.contains(where: { $0.names(action) }) else { return }
        throw ARMFault(
            403,
            "AuthorizationFailed",
            "The client '\(grant.objectID)' with object id '\(grant.objectID)' does not have authorization to "
                + "perform action '\(action)' over scope '\(call.address.path)' or the scope is invalid. If access was "
                + "recently granted, please refresh your credentials."
        )
    }

    private static let requestIDName = HTTPField.Name("x-ms-request-id") ?? .server
    private static let correlationName = HTTPField.Name("x-ms-correlation-request-id") ?? .server
    private static let readsName = HTTPField.Name("x-ms-ratelimit-remaining-subscription-reads") ?? .server
    private static let writesName = HTTPField.Name("x-ms-ratelimit-remaining-subscription-writes") ?? .server
}
