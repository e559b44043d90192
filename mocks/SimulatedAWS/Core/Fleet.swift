/// What load balancing and autoscaling see of an environment of Elastic Beanstalk.
struct Fleet: Hashable, Sendable {
    /// One instance.
    struct Member: Hashable, Sendable {
        /// Its id, such as `i-0f1e2d3c4b5a69788`.
        var id: String
        /// Its availability zone.
        var zone: String
        /// Its state in the target group, as `DescribeTargetHealth` says it: `healthy`, `initial`, `unhealthy`,
        /// `draining`; nil when it is not registered.
        var targetState: String?
    }

    /// The environment's id.
    var environmentID: String
    /// The environment's name.
    var environmentName: String
    /// The account.
    var account: String
    /// The region.
    var region: String
    /// The name of the autoscaling group.
    var autoScalingGroup: String
    /// The ARN of the target group of the default process; nil without a load balancer.
    var targetGroupARN: String?
    /// The ARN of the application load balancer, dedicated or shared; nil without one.
    var loadBalancerARN: String?
    /// The fewest instances.
    var sizeMin: Int
    /// The most instances.
    var sizeMax: Int
    /// The instances.
    var members: [Member]
}
