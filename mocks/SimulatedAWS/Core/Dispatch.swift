import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

extension AWSWorld {
    /// Finds out who asks which service what, and lets the service answer.
    mutating func answer(_ request: Request, requestID: String) -> Response {
        let endpoint = Endpoint(host: request.origin.host)
        var service = endpoint?.service
        do throws(SignatureRefusal) {
            guard let claim = try signatures.claim(of: request) else {
                return answerUnsigned(request, endpoint, requestID: requestID)
            }
            let known = endpoint ?? Endpoint(service: claim.service)
            service = known.service
            let key = try key(of: request, claim, known)
            let call = ServiceRequest(
                request: request,
                parameters: parameters(of: request),
                region: claim.region,
                account: key.account,
                now: now,
                requestID: requestID
            )
            return answer(call, service: known.service, caller: key.caller)
        } catch {
            return refuse(error, service: service, request, requestID: requestID)
        }
    }

    private func key(
        of request: Request,
        _ claim: SigV4.Claim,
        _ endpoint: Endpoint
    ) throws(SignatureRefusal) -> AccessKey {
        if verifiesSignatures {
            return try signatures.verify(request, claim, for: endpoint, keys: keys, at: callersNow)
        }
        guard let key = keys[claim.accessKeyID] else { throw .unknownKey(claim.accessKeyID) }
        return key
    }

    private mutating func answer(_ call: ServiceRequest, service: String, caller: Caller) -> Response {
        let action = call.parameters["Action"] ?? ""
        if let throttling, service == "elasticbeanstalk",
            !buckets.take(action, of: service, in: call.place, at: now, throttling)
        {
            return ServiceFault("Throttling", "Rate exceeded")
                .queryResponse(namespace: ElasticBeanstalk.namespace, requestID: call.requestID)
        }
        switch service {
        case "elasticbeanstalk":
            if action == "CreateStorageLocation" { makeStorageLocation(call.place) }
            let doomed = doomedBundle(call)
            let response = beanstalk.respond(to: call, bundle: look(at: call))
            if let doomed, response.isSuccess { storage.remove(doomed.key, in: doomed.bucket) }
            return response
        case "sts": return respond(toTokenRequest: call, by: caller)
        case "s3": return storage.respond(to: call)
        case "route53": return dns.respond(to: call)
        case "elasticloadbalancing":
            showFleets()
            return balancing.respond(to: call)
        case "autoscaling": return SimulatedAutoScaling.respond(to: call, fleets: beanstalk.fleets)
        default: return unknownService(service, call)
        }
    }

    private mutating func answerUnsigned(_ request: Request, _ endpoint: Endpoint?, requestID: String) -> Response {
        let call = ServiceRequest(
            request: request,
            parameters: parameters(of: request),
            region: endpoint?.region ?? home.region,
            account: home.account,
            now: now,
            requestID: requestID
        )
        let isFederated = call.parameters["Action"] == "AssumeRoleWithWebIdentity"
        if isFederated, endpoint == nil || endpoint?.service == "sts" {
            return respond(toTokenRequest: call, by: nil)
        }
        return refuse(.missing, service: endpoint?.service, request, requestID: requestID)
    }

    private func refuse(
        _ refusal: SignatureRefusal,
        service: String?,
        _ request: Request,
        requestID: String
    ) -> Response {
        if service == "s3" { return S3Answer.refusal(refusal.inS3(at: callersNow), requestID: requestID) }
        return refusal.fault.queryResponse(namespace: Self.namespace(of: service), requestID: requestID)
    }

    private static func namespace(of service: String?) -> String {
        switch service {
        case "sts": SecurityTokens.namespace
        case "elasticloadbalancing": SimulatedLoadBalancing.namespace
        case "autoscaling": SimulatedAutoScaling.namespace
        case "route53": SimulatedRoute53.namespace
        default: ElasticBeanstalk.namespace
        }
    }

    /// In the words of its protocol: services that have no actions in forms speak JSON.
    private func unknownService(_ service: String, _ call: ServiceRequest) -> Response {
        let (code, message) = ("UnknownService", "The simulated AWS has no service named \(service).")
        guard call.parameters["Action"] == nil, let kind = HTTPField.Name("x-amzn-errortype") else {
            return ServiceFault(code, message, status: 404)
                .queryResponse(namespace: ElasticBeanstalk.namespace, requestID: call.requestID)
        }
        let body: JSON = ["__type": .string(code), "message": .string(message)]
        return Response(status: 404, headers: [.contentType: "application/json", kind: code], body: body.bytes)
    }

    /// The form of the body, or the query where there is no form.
    private func parameters(of request: Request) -> QueryParameters {
        if case .bytes(let bytes) = request.body, request.method == .post,
            request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? true
        {
            return QueryParameters(form: bytes)
        }
        guard let mark = request.target.firstIndex(of: "?") else { return QueryParameters() }
        return QueryParameters(form: Array(request.target[mark...].dropFirst().utf8))
    }
}
