import SlipwayBase
import SlipwaySigning

/// Elastic Load Balancing version 2 as far as releases need it: load balancers, listeners, rules with weighted target
/// groups, and the health of targets.
///
/// Target groups of environments are filled by `setTargets`; groups made through the API come to health by the clock.
public struct SimulatedLoadBalancing: Sendable {
    /// How long a target that was registered through the API is `initial`.
    public var registrationTakes: Duration = .seconds(10)
    /// How long a target that was deregistered through the API is `draining`.
    public var drainingTakes: Duration = .seconds(20)

    var loadBalancers: [LoadBalancer] = []
    var listeners: [Listener] = []
    var rules: [ListenerRule] = []
    var targetGroups: [TargetGroup] = []
    var tags: [String: [(key: String, value: String)]] = [:]
    private var made = 0

    /// Nothing yet.
    public init() {}

    /// Sixteen digits derived from what they name, so that the same requests give the same ARNs.
    mutating func number(for name: String) -> String {
        made += 1
        return String(SHA256.hexDigest(of: "\(name)#\(made)").prefix(16))
    }

    func loadBalancer(_ arn: String) -> LoadBalancer? { loadBalancers.first { $0.arn == arn } }
    func listener(_ arn: String) -> Listener? { listeners.first { $0.arn == arn } }
    func rule(_ arn: String) -> ListenerRule? { rules.first { $0.arn == arn } }
    func targetGroup(_ arn: String) -> TargetGroup? { targetGroups.first { $0.arn == arn } }

    /// The load balancers whose rules forward to a target group, and the one it is attached to.
    func loadBalancerARNs(of targetGroupARN: String) -> [String] {
        var arns: [String] = []
        for rule in rules where rule.actions.contains(where: { $0.forwards(to: targetGroupARN) }) {
            guard let listener = listener(rule.listenerARN) else { continue }
            if !arns.contains(listener.loadBalancerARN) { arns.append(listener.loadBalancerARN) }
        }
        if let attached = targetGroup(targetGroupARN)?.attachedTo, !arns.contains(attached) { arns.append(attached) }
        return arns
    }

    /// The rules of a listener in the order in which they are tried.
    func orderedRules(ofListener arn: String) -> [ListenerRule] {
        rules.filter { $0.listenerARN == arn }.sorted { ($0.priority ?? .max) < ($1.priority ?? .max) }
    }
}

extension RuleAction {
    func forwards(to arn: String) -> Bool { groups.contains { $0.targetGroupARN == arn } }
}
