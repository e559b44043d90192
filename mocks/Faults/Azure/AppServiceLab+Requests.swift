import HTTPTypes
public import SlipwayHTTP

/// How requests to Azure look.
extension AppServiceLab {
    /// What a request is about, such as `sites/shop/slots/staging/slotsswap`, without what every path begins with.
    static func path(_ request: Request) -> String {
        // Asked several times for every call of every rehearsal, so byte by byte.
        let path = request.target.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard isManager(request) else { return String(Substring(path)) }
        var (start, slashes) = (path.startIndex, 0)
        while start < path.endIndex, slashes < 7 {
            if path[start] == UInt8(ascii: "/") { slashes += 1 }
            start = path.index(after: start)
        }
        return slashes == 7 ? String(Substring(path[start...])) : String(Substring(path))
    }

    static func isManager(_ request: Request) -> Bool { request.origin.host == "management.azure.com" }
    static func isBlob(_ request: Request) -> Bool { request.origin.host.hasSuffix(".blob.core.windows.net") }
    static func isKudu(_ request: Request) -> Bool {
        let host = request.origin.host
        return host.utf8.firstIndex(of: UInt8(ascii: ".")).map { host[$0...].hasPrefix(".scm.") } ?? false
    }

    /// Reads look at what they name and at the swap of its site; whatever else is not about the lock writes.
    public func kind(of request: Request) -> LabRequest {
        let path = Self.path(request)
        if Self.isBlob(request) { return .aside }
        guard Self.isManager(request) || Self.isKudu(request) else { return .look { _ in false } }
        let isRead = request.method == .get || path.hasSuffix("/list") || path.hasSuffix("/slotsdiffs")
        guard !isRead else {
            // Production tells whether there was a swap, or what was prepared; the deployments what was sent to Kudu.
            let (isProduction, isKudu) = (path == Self.production, Self.isKudu(request))
            return .look { object in
                object == path || isKudu && object == "/api/publish"
                    || isProduction && (object.hasSuffix("/slotsswap") || object.hasSuffix("/applySlotConfig"))
            }
        }
        return .write(of: path, isRepeatable: request.isIdempotent)
    }

    /// `POST sites/shop/slots/staging/slotsswap`
    public func name(of request: Request) -> String {
        guard Self.isManager(request) || Self.isKudu(request) || Self.isBlob(request) else {
            return "\(request.method.rawValue) \(request.origin.host)"
        }
        return "\(request.method.rawValue) \(Self.path(request))"
    }

    /// What Microsoft has published for a subscription since 2024. Of the other hosts nothing is published.
    public func rate(of request: Request) -> LabRate {
        guard Self.isManager(request) else {
            return LabRate("50 requests per second to \(request.origin.host)", burst: 50, perSecond: 50)
        }
        return request.method == .get
            ? LabRate("25 reads per second of Azure Resource Manager", burst: 250, perSecond: 25)
            : LabRate("10 writes per second of Azure Resource Manager", burst: 200, perSecond: 10)
    }

    /// In the shapes that were recorded; reads never find anything busy.
    public func refusal(_ refusal: LabRefusal, of request: Request) -> Response? {
        guard Self.isManager(request) || Self.isKudu(request) else { return Self.plainRefusal(refusal, request) }
        switch refusal {
        case .tooManyRequests(let seconds):
            let body = #"{"error":{"code":"TooManyRequests","message":"The request is being throttled."}}"#
            return Self.json(429, body, [.retryAfter: String(seconds)])
        case .throttled: return Self.isRead(request) ? nil : Self.web(429, "59206", Self.locked)
        case .internalError: return Self.json(500, #"{"Message":"An error has occurred."}"#)
        case .unavailable:
            let page =
                "<html><head><title>Service Unavailable</title></head><body>The service is unavailable.</body></html>"
            return Response(status: 503, headers: [.contentType: "text/html"], body: Array(page.utf8))
        case .gatewayTimeout:
            let body =
                #"{"error":{"code":"GatewayTimeout","message":"The gateway did not receive a response in time."}}"#
            return Self.json(504, body)
        case .conflict, .busy:
            guard !Self.isRead(request) else { return nil }
            return refusal == .busy ? Self.web(409, "59205", Self.busy) : Response(status: 409)
        case .gone: return nil
        }
    }

    /// A site that is asked whether it is up answers with a page.
    public func foreignAnswer(to request: Request) -> Response? {
        guard Self.isManager(request) || Self.isKudu(request) || Self.isBlob(request) else { return nil }
        let page = Array("<html><body>Sign in</body></html>".utf8)
        return Response(status: 200, headers: [.contentType: "text/html"], body: page)
    }

    private static let locked =
        "Cannot acquire exclusive lock to create, update or delete this site. Retry the request later."
    private static let busy = "Cannot modify this site because another operation is in progress. Details: Id: 1"

    private static func isRead(_ request: Request) -> Bool {
        request.method == .get || path(request).hasSuffix("/list") || path(request).hasSuffix("/slotsdiffs")
    }

    /// Of blob storage and of the sites themselves.
    private static func plainRefusal(_ refusal: LabRefusal, _ request: Request) -> Response? {
        guard isBlob(request) else {
            // A site that answers so is not up yet.
            if case .unavailable = refusal { return Response(status: 503) }
            return nil
        }
        switch refusal {
        case .tooManyRequests(let seconds): return Response(status: 503, headers: [.retryAfter: String(seconds)])
        case .throttled, .unavailable: return Response(status: 503)
        case .internalError: return Response(status: 500)
        case .gatewayTimeout: return Response(status: 504)
        case .conflict, .gone, .busy: return nil
        }
    }

    /// As the resource provider of Web refuses.
    private static func web(_ status: Int, _ code: String, _ message: String) -> Response {
        let entity = #"{"ErrorEntity":{"ExtendedCode":"\#(code)","Code":"\#(status)","Message":"\#(message)"}}"#
        let details = #"[{"Message":"\#(message)"},{"Code":"\#(status)"},\#(entity)]"#
        return json(
            status,
            #"{"Code":"\#(status)","Message":"\#(message)","Target":null,"Details":\#(details),"Innererror":null}"#
        )
    }

    private static func json(_ status: Int, _ body: String, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: Array(body.utf8))
    }
}
