internal import HTTPTypes
public import SlipwayHTTP

/// What a service answered to one call.
public struct AWSReply: Hashable, Sendable {
    /// `<ActionResult>`, or the root of the answer when it has none.
    public var result: XMLNode
    /// AWS's number of the request: what `DescribeEvents(RequestId)` asks for.
    public var requestID: String?

    /// Makes a reply.
    public init(result: XMLNode, requestID: String? = nil) { (self.result, self.requestID) = (result, requestID) }
}

/// Speaks the Query protocol with one service: elasticbeanstalk, sts, elasticloadbalancing, autoscaling.
///
/// Repeating and signing are the transport's: put `AWSRetry` and in it `AWSAuthenticate` in front of it.
public struct QueryClient: Sendable {
    /// Where calls go.
    public let endpoint: AWSEndpoint
    /// The version of the API, such as `2010-12-01`.
    public let version: String
    private let transport: any Transport

    /// Calls `endpoint` through `transport`.
    public init(_ endpoint: AWSEndpoint, version: String, transport: any Transport) {
        (self.endpoint, self.version, self.transport) = (endpoint, version, transport)
    }

    /// Sends `call` and gives what was answered.
    public func send(_ call: QueryCall) async throws(AWSFailure) -> AWSReply {
        let request = call.request(to: endpoint, version: version)
        let response = try await transport.answer(to: request, call: call.action)
        return try AWSReply(response, call: call.action)
    }
}

extension Transport {
    /// Sends `request` for the operation `call`; an answer that is no success is thrown as what it means.
    public func answer(to request: Request, call: String) async throws(AWSFailure) -> Response {
        let response: Response
        do throws(HTTPFailure) {
            response = try await send(request)
        } catch {
            throw AWSFailure(error, call: call)
        }
        guard response.isSuccess else { throw AWSFailure(response, call: call) }
        return response
    }
}

extension AWSReply {
    /// Reads the answer to the operation `call`; a body that cannot be read may hide an effect.
    public init(_ response: Response, call: String) throws(AWSFailure) {
        let numbered = response.awsRequestID
        let root: XMLNode
        do throws(XMLFailure) {
            root = try XMLNode(parsing: response.body)
        } catch {
            throw AWSFailure.unreadable(response, call: call, because: error.summary)
        }
        if root.name == "ErrorResponse" || root.name == "Error" { throw AWSFailure(response, call: call) }
        guard root.name == "\(call)Response" || root.name == "\(call)Result" || root["\(call)Result"] != nil else {
            throw AWSFailure.unreadable(response, call: call, because: "it is a <\(root.name)>")
        }
        self.init(
            result: root["\(call)Result"] ?? root,
            requestID: root["ResponseMetadata"]?.text("RequestId") ?? numbered
        )
    }
}
