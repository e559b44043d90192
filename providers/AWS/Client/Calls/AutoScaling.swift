internal import SlipwayBase

/// Calls of Auto Scaling.
public enum AutoScalingCalls {
    /// The version of the API.
    public static let version = "2011-01-01"

    /// One page of groups by their names.
    public static func describeAutoScalingGroups(_ names: [String], token: String? = nil) -> QueryCall {
        var call = QueryCall("DescribeAutoScalingGroups", isIdempotent: true)
        call.list("AutoScalingGroupNames", names)
        call.set("NextToken", token)
        return call
    }
}

/// A group of instances.
public struct AutoScalingGroup: Hashable, Sendable {
    /// One instance.
    public struct Instance: Hashable, Sendable {
        /// Its id.
        public var id: String
        /// Where it is in its life, such as `InService` or `Pending:Wait`; any word.
        public var lifecycleState: String
        /// `Healthy`, `Unhealthy`; any word.
        public var healthStatus: String
    }

    /// Its name.
    public var name: String
    /// The fewest instances.
    public var sizeMin: Int
    /// The most instances.
    public var sizeMax: Int
    /// The wanted number of instances.
    public var sizeDesired: Int
    /// The target groups that its instances are registered with.
    public var targetGroupARNs: [String]
    /// Its instances.
    public var instances: [Instance]

    /// Reads the answer to `DescribeAutoScalingGroups`.
    public static func all(_ reply: AWSReply) throws(AWSFailure) -> [Self] {
        let call = "DescribeAutoScalingGroups"
        var all: [Self] = []
        for node in reply.result.members("AutoScalingGroups") {
            var instances: [Instance] = []
            for instance in node.members("Instances") {
                instances.append(
                    Instance(
                        id: try instance.required("InstanceId", of: call),
                        lifecycleState: (instance.text("LifecycleState") ?? "").printable(max: 50),
                        healthStatus: (instance.text("HealthStatus") ?? "").printable(max: 50)
                    )
                )
            }
            all.append(
                Self(
                    name: try node.required("AutoScalingGroupName", of: call),
                    sizeMin: try node.number("MinSize", of: call) ?? 0,
                    sizeMax: try node.number("MaxSize", of: call) ?? 0,
                    sizeDesired: try node.number("DesiredCapacity", of: call) ?? 0,
                    targetGroupARNs: node.texts("TargetGroupARNs"),
                    instances: instances
                )
            )
        }
        return all
    }
}
