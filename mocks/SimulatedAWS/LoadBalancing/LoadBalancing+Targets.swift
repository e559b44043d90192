import SlipwayHTTP

extension SimulatedLoadBalancing {
    func describeTargetGroups(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let parameters = request.parameters
        var found = targetGroups.filter { isVisible($0.arn, request) }
        let arns = parameters.list("TargetGroupArns")
        let names = parameters.list("Names")
        if let balancer = parameters.text("LoadBalancerArn") {
            let arn = try visibleLoadBalancer(balancer, request).arn
            found = found.filter { loadBalancerARNs(of: $0.arn).contains(arn) }
        } else if !arns.isEmpty {
            found = []
            for arn in arns { found.append(try visibleTargetGroup(arn, request)) }
        } else if !names.isEmpty {
            let all = found
            found = all.filter { names.contains($0.name) }
            guard names.allSatisfy({ name in all.contains { $0.name == name } }) else {
                throw ServiceFault("TargetGroupNotFound", "One or more target groups not found")
            }
        }
        let page = try page(found, parameters)
        return reply(request) { xml in
            xml.list("TargetGroups", of: page.values) { writeTargetGroup($1, &$0) }
            xml.text("NextMarker", page.next)
        }
    }

    func writeTargetGroup(_ group: TargetGroup, _ xml: inout XMLWriter) {
        xml.text("TargetGroupArn", group.arn)
        xml.text("TargetGroupName", group.name)
        xml.text("Protocol", group.transferProtocol)
        xml.number("Port", group.port)
        let defaults = [
            ("VpcId", "vpc-3ac0fb5f"), ("HealthCheckProtocol", "HTTP"), ("HealthCheckPort", "traffic-port"),
            ("HealthCheckEnabled", "true"), ("HealthCheckIntervalSeconds", "30"), ("HealthCheckTimeoutSeconds", "5"),
            ("HealthyThresholdCount", "5"), ("UnhealthyThresholdCount", "2"), ("HealthCheckPath", "/"),
        ]
        for (name, value) in defaults { xml.named(name) { $0.escape(group.settings.text(name) ?? value) } }
        xml.element("Matcher") { $0.text("HttpCode", group.settings.text("Matcher.HttpCode") ?? "200") }
        xml.list("LoadBalancerArns", loadBalancerARNs(of: group.arn))
        xml.text("TargetType", group.settings.text("TargetType") ?? "instance")
        xml.text("ProtocolVersion", "HTTP1")
        xml.text("IpAddressType", "ipv4")
    }

    func describeTargetHealth(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let arn = try requiredARN(request.parameters, "TargetGroupArn", kind: "targetgroup")
        let group = try visibleTargetGroup(arn, request)
        var entries = states(of: arn, at: request.now)
        let wanted = request.parameters.members("Targets").compactMap { $0["Id"] }
        if !wanted.isEmpty {
            let all = entries
            entries = wanted.map { id in all.first { $0.target.id == id } ?? (Target(id: id), .unused) }
        }
        return reply(request) { xml in
            xml.list("TargetHealthDescriptions", of: entries) { writeTargetHealth($1, port: group.port, &$0) }
        }
    }

    func describeTags(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let arns = request.parameters.list("ResourceArns")
        guard (1...20).contains(arns.count) else {
            throw ServiceFault("ValidationError", "Between 1 and 20 resource ARNs must be specified")
        }
        for arn in arns {
            switch ARN(arn).kind {
            case "loadbalancer": _ = try visibleLoadBalancer(arn, request)
            case "listener": _ = try visibleListener(arn, request)
            case "listener-rule": _ = try visibleRule(arn, request)
            default: _ = try visibleTargetGroup(arn, request)
            }
        }
        return reply(request) { xml in
            xml.list("TagDescriptions", of: arns) { xml, arn in
                xml.text("ResourceArn", arn)
                xml.list("Tags", of: tags[arn] ?? []) { xml, tag in
                    xml.text("Key", tag.key)
                    xml.text("Value", tag.value)
                }
            }
        }
    }

    mutating func registerTargets(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let index = try groupIndex(request)
        for member in try targetMembers(request) {
            let port = try member["Port"].map(validPort)
            var target = Target(id: member["Id"] ?? "", port: port, zone: member["AvailabilityZone"])
            target.registeredAt = request.now
            let known = targetGroups[index].targets.firstIndex { $0.id == target.id && $0.port == target.port }
            guard let known else {
                targetGroups[index].targets.append(target)
                continue
            }
            // Registering again changes nothing, unless the target was on its way out.
            if targetGroups[index].targets[known].removedAt != nil { targetGroups[index].targets[known] = target }
        }
        return reply(request)
    }

    mutating func deregisterTargets(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let index = try groupIndex(request)
        for member in try targetMembers(request) {
            for place in targetGroups[index].targets.indices
            where targetGroups[index].targets[place].id == member["Id"]
                && targetGroups[index].targets[place].removedAt == nil
            {
                targetGroups[index].targets[place].removedAt = request.now
            }
        }
        return reply(request)
    }

    private func groupIndex(_ request: ServiceRequest) throws(ServiceFault) -> Int {
        let arn = try requiredARN(request.parameters, "TargetGroupArn", kind: "targetgroup")
        _ = try visibleTargetGroup(arn, request)
        return targetGroups.firstIndex { $0.arn == arn } ?? 0
    }

    private func targetMembers(_ request: ServiceRequest) throws(ServiceFault) -> [QueryParameters] {
        let members = request.parameters.members("Targets")
        guard !members.isEmpty, members.allSatisfy({ $0.text("Id") != nil }) else {
            throw ServiceFault("ValidationError", "At least one target with an id must be specified")
        }
        return members
    }

    func validPort(_ text: String) throws(ServiceFault) -> Int {
        guard let port = Int(text), (1...65_535).contains(port) else {
            throw ServiceFault("ValidationError", "Port '\(text)' must be between 1 and 65535")
        }
        return port
    }
}
