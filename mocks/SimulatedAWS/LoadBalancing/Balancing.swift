import SlipwayBase

/// A load balancer.
struct LoadBalancer: Sendable {
    var arn: String
    var name: String
    var type = "application"
    var scheme = "internet-facing"
    var createdAt: Timestamp
    var region: String { ARN(arn).region }

    var dnsName: String { "\(name)-\(ARN(arn).shortNumber).\(region).elb.amazonaws.com" }
}

/// A port on which a load balancer listens; its default rule is a rule like the others, but for its priority.
struct Listener: Sendable {
    var arn: String
    var loadBalancerARN: String
    var port: Int
    var transferProtocol: String
}

/// Sends requests that meet its conditions where its actions say.
struct ListenerRule: Sendable {
    var arn: String
    var listenerARN: String
    /// Lower comes first; nil for the listener's default rule.
    var priority: Int?
    var conditions: [RuleCondition]
    var actions: [RuleAction]
    var isDefault: Bool { priority == nil }
}

/// Where requests can be sent.
struct TargetGroup: Sendable {
    var arn: String
    var name: String
    var port: Int
    var transferProtocol: String
    /// What `CreateTargetGroup` was told about it: VpcId, HealthCheckPath and so on.
    var settings = QueryParameters()
    var targets: [Target] = []
    /// A load balancer it belongs to without any of the rules here saying so.
    var attachedTo: String?
}

/// An instance in a target group.
public struct Target: Hashable, Sendable {
    /// The states that `DescribeTargetHealth` tells.
    public enum State: String, CaseIterable, Sendable {
        case initial, healthy, unhealthy
        case unhealthyDraining = "unhealthy.draining"
        case unused, draining, unavailable
    }

    /// The instance's id.
    public var id: String
    /// The port; nil for that of the group.
    public var port: Int?
    /// The availability zone.
    public var zone: String?
    /// The state it is held in; nil when it follows from how long it has been registered.
    public var state: State?
    /// When it was registered.
    var registeredAt: Timestamp?
    /// When it was taken out again.
    var removedAt: Timestamp?

    /// A target that is in `state` until told otherwise, or comes to health by itself when that is nil.
    public init(id: String, port: Int? = nil, zone: String? = nil, state: State? = nil) {
        (self.id, self.port, self.zone, self.state) = (id, port, zone, state)
    }
}

/// The parts of an ARN of load balancing.
struct ARN: Hashable, Sendable {
    private var parts: [Substring]

    init(_ text: String) { parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false) }

    var isComplete: Bool { parts.count == 6 && parts[0] == "arn" }
    var region: String { isComplete ? String(parts[3]) : "" }
    var account: String { isComplete ? String(parts[4]) : "" }
    /// What follows the account, such as `loadbalancer/app/shop/50dc6c495c0c9188`.
    var resource: String { isComplete ? String(parts[5]) : "" }
    var kind: String { String(resource.prefix { $0 != "/" }) }
    /// The resource after its kind.
    var path: String { String(resource.dropFirst(kind.count + 1)) }
    /// Ten digits or so, as they end the DNS names of load balancers.
    var shortNumber: String {
        String(UInt32(truncatingIfNeeded: UInt64(path.split(separator: "/").last ?? "", radix: 16) ?? 0))
    }
}
