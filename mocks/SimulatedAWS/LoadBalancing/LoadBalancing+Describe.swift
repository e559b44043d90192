import SlipwayBase
import SlipwayHTTP

extension SimulatedLoadBalancing {
    func describeLoadBalancers(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let parameters = request.parameters
        var found = loadBalancers.filter { isVisible($0.arn, request) }
        let arns = parameters.list("LoadBalancerArns")
        let names = parameters.list("Names")
        if !arns.isEmpty || !names.isEmpty {
            let all = found
            found = all.filter { arns.contains($0.arn) || names.contains($0.name) }
            for arn in arns where !all.contains(where: { $0.arn == arn }) {
                throw ServiceFault("LoadBalancerNotFound", "Load balancer '\(arn)' not found")
            }
            for name in names where !all.contains(where: { $0.name == name }) {
                throw ServiceFault("LoadBalancerNotFound", "Load balancers '[\(name)]' not found")
            }
        }
        let page = try page(found, parameters)
        return reply(request) { xml in
            xml.list("LoadBalancers", of: page.values) { writeLoadBalancer($1, &$0) }
            xml.text("NextMarker", page.next)
        }
    }

    func writeLoadBalancer(_ balancer: LoadBalancer, _ xml: inout XMLWriter) {
        xml.text("LoadBalancerArn", balancer.arn)
        xml.text("DNSName", balancer.dnsName)
        xml.text("CanonicalHostedZoneId", "Z35SXDOTRQ7X7K")
        xml.text("CreatedTime", balancer.createdAt.rfc3339)
        xml.text("LoadBalancerName", balancer.name)
        xml.text("Scheme", balancer.scheme)
        xml.text("VpcId", "vpc-3ac0fb5f")
        xml.element("State") { $0.text("Code", "active") }
        xml.text("Type", balancer.type)
        xml.list("AvailabilityZones", of: ["a", "b"]) { $0.text("ZoneName", balancer.region + $1) }
        xml.list("SecurityGroups", [])
        xml.text("IpAddressType", "ipv4")
    }

    func describeListeners(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let arns = request.parameters.list("ListenerArns")
        let found: [Listener]
        if let balancer = request.parameters.text("LoadBalancerArn") {
            guard arns.isEmpty else { throw oneOf("a load balancer ARN", "listener ARNs") }
            found = listeners(of: try visibleLoadBalancer(balancer, request).arn)
        } else {
            guard !arns.isEmpty else { throw oneOf("a load balancer ARN", "listener ARNs") }
            var listed: [Listener] = []
            for arn in arns { listed.append(try visibleListener(arn, request)) }
            found = listed
        }
        let page = try page(found, request.parameters)
        return reply(request) { xml in
            xml.list("Listeners", of: page.values) { writeListener($1, &$0) }
            xml.text("NextMarker", page.next)
        }
    }

    func listeners(of loadBalancerARN: String) -> [Listener] {
        listeners.filter { $0.loadBalancerARN == loadBalancerARN }
    }

    func writeListener(_ listener: Listener, _ xml: inout XMLWriter) {
        xml.text("ListenerArn", listener.arn)
        xml.text("LoadBalancerArn", listener.loadBalancerARN)
        xml.number("Port", listener.port)
        xml.text("Protocol", listener.transferProtocol)
        let actions = orderedRules(ofListener: listener.arn).last { $0.isDefault }?.actions ?? []
        xml.list("DefaultActions", of: actions) { $1.write(&$0) }
    }

    func describeRules(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let arns = request.parameters.list("RuleArns")
        var found: [ListenerRule] = []
        if let listener = request.parameters.text("ListenerArn") {
            guard arns.isEmpty else { throw oneOf("a listener ARN", "rule ARNs") }
            found = orderedRules(ofListener: try visibleListener(listener, request).arn)
        } else {
            guard !arns.isEmpty else { throw oneOf("a listener ARN", "rule ARNs") }
            for arn in arns { found.append(try visibleRule(arn, request)) }
        }
        let page = try page(found, request.parameters)
        return reply(request) { xml in
            xml.list("Rules", of: page.values) { writeRule($1, &$0) }
            xml.text("NextMarker", page.next)
        }
    }

    func writeRule(_ rule: ListenerRule, _ xml: inout XMLWriter) {
        xml.text("RuleArn", rule.arn)
        xml.text("Priority", rule.priority.map { String($0) } ?? "default")
        xml.list("Conditions", of: rule.conditions) { $1.write(&$0) }
        xml.list("Actions", of: rule.actions) { $1.write(&$0) }
        xml.flag("IsDefault", rule.isDefault)
    }

    private func oneOf(_ first: String, _ second: String) -> ServiceFault {
        ServiceFault("ValidationError", "You must specify either \(first) or \(second)")
    }

    func visibleLoadBalancer(_ arn: String, _ request: ServiceRequest) throws(ServiceFault) -> LoadBalancer {
        let arn = try checkedARN(arn, kind: "loadbalancer")
        guard isVisible(arn, request), let found = loadBalancer(arn) else {
            throw ServiceFault("LoadBalancerNotFound", "Load balancer '\(arn)' not found")
        }
        return found
    }

    func visibleListener(_ arn: String, _ request: ServiceRequest) throws(ServiceFault) -> Listener {
        let arn = try checkedARN(arn, kind: "listener")
        guard isVisible(arn, request), let found = listener(arn) else {
            throw ServiceFault("ListenerNotFound", "One or more listeners not found")
        }
        return found
    }

    func visibleRule(_ arn: String, _ request: ServiceRequest) throws(ServiceFault) -> ListenerRule {
        let arn = try checkedARN(arn, kind: "listener-rule")
        guard isVisible(arn, request), let found = rule(arn) else {
            throw ServiceFault("RuleNotFound", "One or more rules not found")
        }
        return found
    }

    func visibleTargetGroup(_ arn: String, _ request: ServiceRequest) throws(ServiceFault) -> TargetGroup {
        let arn = try checkedARN(arn, kind: "targetgroup")
        guard isVisible(arn, request), let found = targetGroup(arn) else {
            throw ServiceFault("TargetGroupNotFound", "One or more target groups not found")
        }
        return found
    }
}
