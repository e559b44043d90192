import HTTPTypes
import SlipwayBase
public import SlipwayHTTP

/// Answers of Azure in trouble, in the forms in which it gave them: for hooks that plant faults.
public enum PlantedAzureAnswer: Hashable, Sendable, CaseIterable {
    /// 409 of App Service: another operation holds the site.
    case anotherOperation
    /// 429 of App Service: the lock of the site, as after a gateway gave up on a write.
    case siteLock
    /// 429 of Azure Resource Manager, with a wait of 5 s.
    case throttled
    /// 504 of Azure Resource Manager, after which nobody knows.
    case gatewayTimeout
    /// 503 with a page of a web server.
    case unavailablePage
    /// 500 of App Service with a message alone.
    case bareError
    /// 409 without a body.
    case emptyConflict
    /// 401 as when a token ran out.
    case expiredToken
    /// 200 whose body is another kind of document altogether.
    case foreignDocument

    /// The answer itself.
    public var response: Response {
        switch self {
        case .anotherOperation:
            return ARMFault.web(
                409,
                "Conflict",
                extended: "59205",
                "Cannot modify this site because another operation is in progress. Details: Id: planted, OperationName: "
                    + "UpdateSite, CreatedTime: 1/1/2026 0:00:00 AM, SlotName: staging"
            ).response
        case .siteLock: return ARMFault.siteLock.response
        case .throttled:
            var fault = ARMFault(429, "SubscriptionRequestsThrottled", "Please try again after '5' seconds.")
            fault.headers[.retryAfter] = "5"
            return fault.response
        case .gatewayTimeout:
            return ARMFault(
                504,
                "GatewayTimeout",
                "The gateway did not receive a response from 'Microsoft.Web' within the specified time period."
            ).response
        case .unavailablePage: return Self.page(503, "Service Unavailable")
        case .bareError:
            let body: JSON = ["Message": "An error has occurred."]
            return Response(status: 500, headers: [.contentType: "application/json"], body: body.bytes)
        case .emptyConflict: return Response(status: 409)
        case .expiredToken:
            return ARMFault(401, "ExpiredAuthenticationToken", "The access token expiry is in the past.").response
        case .foreignDocument: return Self.page(200, "Sign in")
        }
    }

    private static func page(_ status: Int, _ title: String) -> Response {
        let text = "<!DOCTYPE HTML><html><head><title>\(title)</title></head><body><h2>\(title)</h2></body></html>"
        return Response(status: status, headers: [.contentType: "text/html; charset=us-ascii"], body: Array(text.utf8))
    }
}
