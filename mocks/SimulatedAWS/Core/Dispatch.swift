import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

extension AWSWorld {
    /// Finds out who asks which service what, and lets the service answer.
    mutating func answer(_ request: Request, requestID: String) -> Response {
        let endpoint = Endpoint(host: request.origin.host)
        do throws(SignatureRefusal) {
            guard let claim = try signatures.claim(of: request) else {
                return answerUnsigned(request, endpoint, requestID: requestID)
            }
            let known = endpoint ?? Endpoint(service: claim.service)
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
            return refuse(error, service: endpoint?.service, request, requestID: requestID)
        }
    }

    private func key(
        of request: Request,
        _ claim: SigV4.Claim,
        _ endpoint: Endpoint
    ) throws(SignatureRefusal) -> AccessKey {
        if verifiesSignatures {
            return try signatures.verify(request, claim, for: endpoint, keys: keys, at: now)
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
        case "elasticbeanstalk": return beanstalk.respond(to: call, bundle: look(at: call))
        case "sts": return respond(toTokenRequest: call, by: caller)
        default: return unknownService(service, requestID: call.requestID)
        }
    }

    /// What the service sees when it looks for the bundle of a new application version.
    private func look(at call: ServiceRequest) -> ElasticBeanstalk.BundleLook? { nil }

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
        let namespace = service == "sts" ? SecurityTokens.namespace : ElasticBeanstalk.namespace
        return refusal.fault.queryResponse(namespace: namespace, requestID: requestID)
    }

    private func unknownService(_ service: String, requestID: String) -> Response {
        ServiceFault("UnknownService", "The simulated AWS has no service named \(service).", status: 404)
            .queryResponse(namespace: ElasticBeanstalk.namespace, requestID: requestID)
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

extension Timestamp {
    /// The form of HTTP header fields, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    var httpDate: String {
        let text = Array(rfc3339Seconds.utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        let days = (milliseconds / 1000 - (milliseconds < 0 ? 86_399 : 0)) / 86_400
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((days % 7 + 7) % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(Int(part(5..<7)) ?? 1) - 1]
        return "\(weekday), \(part(8..<10)) \(month) \(part(0..<4)) \(part(11..<19)) GMT"
    }
}
