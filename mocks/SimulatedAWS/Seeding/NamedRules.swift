extension AWSWorld {
    /// Makes the load balancer and the listener that `rule`, the ARN of a rule, belongs to, and gives the load
    /// balancer's ARN; nil when it is no such ARN.
    public mutating func addSharedBalancer(ofRule rule: String) -> String? {
        guard let names = RuleName(rule) else { return nil }
        balancing.loadBalancers.append(LoadBalancer(arn: names.loadBalancer, name: names.name, createdAt: now))
        balancing.listeners.append(
            Listener(
                arn: names.listener,
                loadBalancerARN: names.loadBalancer,
                port: 80,
                transferProtocol: "HTTP"
            )
        )
        return names.loadBalancer
    }

    /// Adds the rule of this ARN, which sends requests for `host` to environments by weight.
    public mutating func addRule(
        named rule: String,
        host: String = "shop.example.test",
        weights: [(environment: String, weight: Int)]
    ) {
        guard let names = RuleName(rule), let made = addRule(on: names.loadBalancer, host: host, weights: weights),
            let index = balancing.rules.firstIndex(where: { $0.arn == made })
        else { return }
        balancing.rules[index].arn = rule
    }
}

/// The ARN of a rule taken apart: it holds the names of its listener and load balancer.
private struct RuleName {
    let name: String
    let loadBalancer: String
    let listener: String

    /// `arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener-rule/app/NAME/BALANCER/LISTENER/RULE`
    init?(_ arn: String) {
        let parts = arn.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(":listener-rule") else { return nil }
        let start = parts[0].dropLast("listener-rule".count)
        name = String(parts[2])
        loadBalancer = "\(start)loadbalancer/\(parts[1])/\(parts[2])/\(parts[3])"
        listener = "\(start)listener/\(parts[1])/\(parts[2])/\(parts[3])/\(parts[4])"
    }
}
