/// Calls of Elastic Load Balancing version 2.
public enum LoadBalancingCalls {
    /// The version of the API.
    public static let version = "2015-12-01"

    /// Rules by their ARNs.
    public static func describeRules(_ arns: [String]) -> QueryCall { described("Rules", "RuleArns", arns) }

    /// One page of the rules of a listener.
    public static func describeRules(ofListener arn: String, marker: String? = nil) -> QueryCall {
        paged("DescribeRules", "ListenerArn", arn, marker)
    }

    /// Target groups by their ARNs.
    public static func describeTargetGroups(_ arns: [String]) -> QueryCall {
        described("TargetGroups", "TargetGroupArns", arns)
    }

    /// Listeners by their ARNs.
    public static func describeListeners(_ arns: [String]) -> QueryCall {
        described("Listeners", "ListenerArns", arns)
    }

    /// One page of the listeners of a load balancer.
    public static func describeListeners(ofLoadBalancer arn: String, marker: String? = nil) -> QueryCall {
        paged("DescribeListeners", "LoadBalancerArn", arn, marker)
    }

    /// Load balancers by their ARNs.
    public static func describeLoadBalancers(_ arns: [String]) -> QueryCall {
        described("LoadBalancers", "LoadBalancerArns", arns)
    }

    /// Every target of a target group and how it is.
    public static func describeTargetHealth(_ targetGroupARN: String) -> QueryCall {
        paged("DescribeTargetHealth", "TargetGroupArn", targetGroupARN, nil)
    }

    /// Gives a rule these actions, and none besides; not for a listener's default rule.
    ///
    /// It writes an end state, so that sending it twice is as good as sending it once.
    public static func modifyRule(_ arn: String, actions: [RuleAction]) -> QueryCall {
        var call = QueryCall("ModifyRule", [.init("RuleArn", arn)], isIdempotent: true)
        call.structures("Actions", actions.map(\.parameters))
        return call
    }

    private static func described(_ what: String, _ name: String, _ arns: [String]) -> QueryCall {
        var call = QueryCall("Describe\(what)", isIdempotent: true)
        call.list(name, arns)
        return call
    }

    private static func paged(_ action: String, _ name: String, _ arn: String, _ marker: String?) -> QueryCall {
        var call = QueryCall(action, [.init(name, arn)], isIdempotent: true)
        call.set("Marker", marker)
        return call
    }
}

/// A target group of a load balancer.
public struct TargetGroup: Hashable, Sendable {
    /// Its ARN.
    public var arn: String
    /// Its name.
    public var name: String
    /// The load balancers that use it; at most one.
    public var loadBalancerARNs: [String]

    /// Reads the answer to `DescribeTargetGroups`.
    public static func all(_ reply: AWSReply) throws(AWSFailure) -> [Self] {
        var all: [Self] = []
        for node in reply.result.members("TargetGroups") {
            let arn = try node.required("TargetGroupArn", of: "DescribeTargetGroups")
            let name = node.text("TargetGroupName") ?? ""
            all.append(Self(arn: arn, name: name, loadBalancerARNs: node.texts("LoadBalancerArns")))
        }
        return all
    }
}

/// A listener of a load balancer.
public struct Listener: Hashable, Sendable {
    /// Its ARN.
    public var arn: String
    /// The load balancer it belongs to.
    public var loadBalancerARN: String
    /// The port it listens on.
    public var port: Int?
    /// `HTTP`, `HTTPS` and others.
    public var protocolName: String

    /// Reads the answer to `DescribeListeners`.
    public static func all(_ reply: AWSReply) throws(AWSFailure) -> [Self] {
        var all: [Self] = []
        for node in reply.result.members("Listeners") {
            all.append(
                Self(
                    arn: try node.required("ListenerArn", of: "DescribeListeners"),
                    loadBalancerARN: try node.required("LoadBalancerArn", of: "DescribeListeners"),
                    port: try node.number("Port", of: "DescribeListeners"),
                    protocolName: node.text("Protocol") ?? ""
                )
            )
        }
        return all
    }
}

/// A load balancer.
public struct LoadBalancer: Hashable, Sendable {
    /// Its ARN.
    public var arn: String
    /// Its name.
    public var name: String
    /// Where it is reached.
    public var dnsName: String
    /// `application`, `network` and others.
    public var type: String
    /// `active`, `provisioning` and others.
    public var state: String

    /// Reads the answer to `DescribeLoadBalancers`.
    public static func all(_ reply: AWSReply) throws(AWSFailure) -> [Self] {
        var all: [Self] = []
        for node in reply.result.members("LoadBalancers") {
            all.append(
                Self(
                    arn: try node.required("LoadBalancerArn", of: "DescribeLoadBalancers"),
                    name: node.text("LoadBalancerName") ?? "",
                    dnsName: node.text("DNSName") ?? "",
                    type: node.text("Type") ?? "",
                    state: node["State"]?.text("Code") ?? ""
                )
            )
        }
        return all
    }
}
