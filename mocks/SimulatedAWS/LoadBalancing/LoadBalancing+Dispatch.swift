import SlipwayHTTP

extension SimulatedLoadBalancing {
    static let namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"
    static let version = "2015-12-01"

    /// Answers one request as Elastic Load Balancing would.
    mutating func respond(to request: ServiceRequest) -> Response {
        do throws(ServiceFault) {
            return try answer(request)
        } catch {
            return error.queryResponse(namespace: Self.namespace, requestID: request.requestID)
        }
    }

    private mutating func answer(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let action = request.parameters["Action"] ?? ""
        let version = request.parameters["Version"] ?? Self.version
        // Classic load balancers are asked by the same name, in another version.
        guard version == Self.version else { throw Self.unknown(action, version) }
        return switch action {
        case "DescribeLoadBalancers": try describeLoadBalancers(request)
        case "DescribeListeners": try describeListeners(request)
        case "DescribeRules": try describeRules(request)
        case "DescribeTargetGroups": try describeTargetGroups(request)
        case "DescribeTargetHealth": try describeTargetHealth(request)
        case "DescribeTags": try describeTags(request)
        case "CreateLoadBalancer": try createLoadBalancer(request)
        case "CreateListener": try createListener(request)
        case "CreateTargetGroup": try createTargetGroup(request)
        case "CreateRule": try createRule(request)
        case "ModifyRule": try modifyRule(request)
        case "ModifyListener": try modifyListener(request)
        case "DeleteRule": try deleteRule(request)
        case "DeleteTargetGroup": try deleteTargetGroup(request)
        case "RegisterTargets": try registerTargets(request)
        case "DeregisterTargets": try deregisterTargets(request)
        case "": throw ServiceFault("MissingAction", "Missing Action")
        default: throw Self.unknown(action, version)
        }
    }

    private static func unknown(_ action: String, _ version: String) -> ServiceFault {
        ServiceFault("InvalidAction", "Could not find operation \(action) for version \(version)")
    }

    func reply(
        _ request: ServiceRequest,
        _ content: @escaping (inout XMLWriter) -> Void = { _ in }
    ) -> Response {
        let action = request.parameters["Action"] ?? ""
        return QueryAnswer.response(action, namespace: Self.namespace, requestID: request.requestID, content)
    }

    /// Whether a resource is the caller's, in the region that was asked.
    func isVisible(_ arn: String, _ request: ServiceRequest) -> Bool {
        let arn = ARN(arn)
        return arn.region == request.region && arn.account == request.account
    }

    /// One page of a list, and the marker of the next.
    func page<Value>(
        _ values: [Value],
        _ parameters: QueryParameters
    ) throws(ServiceFault) -> (values: [Value], next: String?) {
        let size = parameters["PageSize"].map { Int($0) ?? 0 } ?? 400
        guard (1...400).contains(size) else {
            throw ServiceFault("ValidationError", "Page size '\(size)' must be between 1 and 400")
        }
        let start = parameters["Marker"].map { Int($0) ?? -1 } ?? 0
        guard start >= 0 else { throw ServiceFault("ValidationError", "The marker is not valid") }
        let end = min(start + size, values.count)
        guard start < end else { return ([], nil) }
        return (Array(values[start..<end]), end < values.count ? String(end) : nil)
    }

    func requiredARN(_ parameters: QueryParameters, _ name: String, kind: String) throws(ServiceFault) -> String {
        guard let text = parameters.text(name) else {
            throw ServiceFault("ValidationError", "\(name) must be specified")
        }
        return try checkedARN(text, kind: kind)
    }

    /// The ARN, when it is one of that kind.
    func checkedARN(_ text: String, kind: String) throws(ServiceFault) -> String {
        let names = [
            "loadbalancer": "load balancer", "listener": "listener", "listener-rule": "listener rule",
            "targetgroup": "target group",
        ]
        guard ARN(text).kind == kind else {
            throw ServiceFault("ValidationError", "'\(text)' is not a valid \(names[kind] ?? kind) ARN")
        }
        return text
    }
}
