/// How a target's environments and what leads production to them are named; which strategies are possible follows
/// from it.
public enum ElasticBeanstalkLayout: Hashable, Sendable {
    /// What shares production traffic between two environments.
    public enum Weights: Hashable, Sendable {
        /// A rule of our own on a load balancer that both environments share, by its ARN.
        case listenerRule(arn: String)
        /// Weighted records of one name in Route 53: approximated.
        case route53(hostedZone: String, name: String)
    }

    /// One environment, replaced in place.
    case environment(name: String)
    /// Two environments of which one has the live CNAME: its prefix, or the whole name.
    case blueGreen(blue: String, green: String, cname: String)
    /// An environment that serves, and one that takes a share.
    case canary(stable: String, canary: String, weights: Weights)

    /// The names of all environments.
    public var environments: [String] {
        switch self {
        case .environment(let name): [name]
        case .blueGreen(let blue, let green, _): [blue, green]
        case .canary(let stable, let canary, _): [stable, canary]
        }
    }
}
