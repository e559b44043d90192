import SlipwayHTTP

/// The one read of autoscaling that releases need: the groups of environments, with their target groups and instances.
enum SimulatedAutoScaling {
    static let namespace = "http://autoscaling.amazonaws.com/doc/2011-01-01/"

    /// Answers one request about the groups of these fleets.
    static func respond(to request: ServiceRequest, fleets: [Fleet]) -> Response {
        do throws(ServiceFault) {
            switch request.parameters["Action"] ?? "" {
            case "DescribeAutoScalingGroups": return try describeGroups(request, fleets)
            case "": throw ServiceFault("MissingAction", "Missing Action")
            case let action:
                throw ServiceFault(
                    "InvalidAction",
                    "Could not find operation \(action) for version \(request.parameters["Version"] ?? "")"
                )
            }
        } catch {
            return error.queryResponse(namespace: namespace, requestID: request.requestID)
        }
    }

    private static func describeGroups(_ request: ServiceRequest, _ fleets: [Fleet]) throws(ServiceFault) -> Response {
        let parameters = request.parameters
        let names = parameters.list("AutoScalingGroupNames")
        let sizeText = parameters["MaxRecords"] ?? "50"
        guard let size = Int(sizeText), (1...100).contains(size) else {
            throw ServiceFault("ValidationError", "MaxRecords '\(sizeText)' must be between 1 and 100")
        }
        guard let start = Int(parameters["NextToken"] ?? "0"), start >= 0 else {
            throw ServiceFault("InvalidNextToken", "The NextToken value is not valid.")
        }
        // An unknown name is no error: it is not in the answer.
        let found = fleets.filter { fleet in
            fleet.account == request.account && fleet.region == request.region
                && (names.isEmpty || names.contains(fleet.autoScalingGroup))
        }
        let page = found.dropFirst(start).prefix(size)
        return QueryAnswer.response(
            "DescribeAutoScalingGroups",
            namespace: namespace,
            requestID: request.requestID
        ) { xml in
            xml.list("AutoScalingGroups", of: Array(page)) { write($1, &$0) }
            if start + size < found.count { xml.number("NextToken", start + size) }
        }
    }

    private static func write(_ fleet: Fleet, _ xml: inout XMLWriter) {
        let name = fleet.autoScalingGroup
        let owner = "arn:aws:autoscaling:\(fleet.region):\(fleet.account)"
        xml.text("AutoScalingGroupName", name)
        xml.text("AutoScalingGroupARN", "\(owner):autoScalingGroup:\(fleet.environmentID):autoScalingGroupName/\(name)")
        xml.number("MinSize", fleet.sizeMin)
        xml.number("MaxSize", fleet.sizeMax)
        xml.number("DesiredCapacity", fleet.members.count)
        xml.number("DefaultCooldown", 360)
        xml.list("AvailabilityZones", Array(Set(fleet.members.map(\.zone))).sorted())
        xml.list("LoadBalancerNames", [])
        xml.list("TargetGroupARNs", fleet.targetGroupARN.map { [$0] } ?? [])
        xml.text("HealthCheckType", "EC2")
        xml.number("HealthCheckGracePeriod", 0)
        xml.list("Instances", of: fleet.members) { xml, member in
            xml.text("InstanceId", member.id)
            xml.text("AvailabilityZone", member.zone)
            xml.text("LifecycleState", "InService")
            xml.text("HealthStatus", "Healthy")
            xml.flag("ProtectedFromScaleIn", false)
        }
        // Nobody asks when a group of a rehearsal was made.
        xml.text("CreatedTime", "2026-01-01T00:00:00.000Z")
        let tags = [
            ("elasticbeanstalk:environment-id", fleet.environmentID),
            ("elasticbeanstalk:environment-name", fleet.environmentName), ("Name", fleet.environmentName),
        ]
        xml.list("Tags", of: tags) { xml, tag in
            xml.text("ResourceId", name)
            xml.text("ResourceType", "auto-scaling-group")
            xml.text("Key", tag.0)
            xml.text("Value", tag.1)
            xml.flag("PropagateAtLaunch", true)
        }
    }
}
