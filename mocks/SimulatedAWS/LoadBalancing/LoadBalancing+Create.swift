import SlipwayHTTP

extension SimulatedLoadBalancing {
    mutating func createLoadBalancer(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let name = try validName(request, "load balancer")
        let type = request.parameters.text("Type") ?? "application"
        guard type == "application" else {
            throw ServiceFault("ValidationError", "The simulated service has load balancers of type 'application' only")
        }
        guard !loadBalancers.contains(where: { $0.name == name && isVisible($0.arn, request) }) else {
            throw ServiceFault(
                "DuplicateLoadBalancerName",
                "A load balancer with the same name '\(name)' exists, but with different settings"
            )
        }
        let arn = addLoadBalancer(name, region: request.region, account: request.account, at: request.now)
        if let index = loadBalancers.firstIndex(where: { $0.arn == arn }) {
            loadBalancers[index].scheme = request.parameters.text("Scheme") ?? "internet-facing"
        }
        keepTags(request.parameters, of: arn)
        let made = loadBalancers.filter { $0.arn == arn }
        return reply(request) { [self] xml in xml.list("LoadBalancers", of: made) { writeLoadBalancer($1, &$0) } }
    }

    mutating func createTargetGroup(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let parameters = request.parameters
        let name = try validName(request, "target group")
        guard !targetGroups.contains(where: { $0.name == name && isVisible($0.arn, request) }) else {
            throw ServiceFault(
                "DuplicateTargetGroupName",
                "A target group with the same name '\(name)' exists, but with different settings"
            )
        }
        guard let port = parameters.text("Port"), let transferProtocol = parameters.text("Protocol") else {
            throw ServiceFault("ValidationError", "A protocol and a port must be specified")
        }
        let number = try validPort(port)
        let arn = addTargetGroup(name, region: request.region, account: request.account)
        if let index = targetGroups.firstIndex(where: { $0.arn == arn }) {
            targetGroups[index].port = number
            targetGroups[index].transferProtocol = transferProtocol
            targetGroups[index].settings = parameters
        }
        keepTags(parameters, of: arn)
        let made = targetGroups.filter { $0.arn == arn }
        return reply(request) { [self] xml in xml.list("TargetGroups", of: made) { writeTargetGroup($1, &$0) } }
    }

    mutating func createListener(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let parameters = request.parameters
        let arn = try requiredARN(parameters, "LoadBalancerArn", kind: "loadbalancer")
        let balancer = try visibleLoadBalancer(arn, request)
        let port = try validPort(parameters["Port"] ?? "")
        guard !listeners(of: arn).contains(where: { $0.port == port }) else {
            throw ServiceFault("DuplicateListener", "A listener already exists on this port for this load balancer")
        }
        let actions = try RuleAction.list(parameters, "DefaultActions")
        try checkGroups(of: actions, on: balancer.arn, request)
        let made = addListener(
            on: arn,
            port: port,
            transferProtocol: parameters.text("Protocol") ?? "HTTP",
            actions: actions
        )
        return replyListener(made, request)
    }

    /// What changes a default rule, and nothing else of a listener.
    mutating func modifyListener(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let arn = try requiredARN(request.parameters, "ListenerArn", kind: "listener")
        let listener = try visibleListener(arn, request)
        if !request.parameters.members("DefaultActions").isEmpty {
            let actions = try RuleAction.list(request.parameters, "DefaultActions")
            try checkGroups(of: actions, on: listener.loadBalancerARN, request)
            for index in rules.indices where rules[index].listenerARN == arn && rules[index].isDefault {
                rules[index].actions = actions
            }
        }
        return replyListener(arn, request)
    }

    private func replyListener(_ arn: String, _ request: ServiceRequest) -> Response {
        let found = listeners.filter { $0.arn == arn }
        return reply(request) { [self] xml in xml.list("Listeners", of: found) { writeListener($1, &$0) } }
    }

    mutating func deleteTargetGroup(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let arn = try requiredARN(request.parameters, "TargetGroupArn", kind: "targetgroup")
        guard targetGroup(arn) == nil || removeTargetGroup(arn) else {
            throw ServiceFault(
                "ResourceInUse",
                "Target group '\(arn)' is currently in use by a listener or a rule"
            )
        }
        return reply(request)
    }

    private func validName(_ request: ServiceRequest, _ what: String) throws(ServiceFault) -> String {
        let name = request.parameters["Name"] ?? ""
        let isPlain = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
        }
        guard isPlain, (1...32).contains(name.count), !name.hasPrefix("-"), !name.hasSuffix("-") else {
            throw ServiceFault("ValidationError", "The \(what) name '\(name)' is not valid")
        }
        return name
    }

    private mutating func keepTags(_ parameters: QueryParameters, of arn: String) {
        for tag in parameters.members("Tags") { addTag(tag["Key"] ?? "", tag["Value"] ?? "", to: arn) }
    }
}
