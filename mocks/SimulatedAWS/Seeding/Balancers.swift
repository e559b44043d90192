extension AWSWorld {
    /// Adds an application load balancer for several environments, with a listener on port 80, and gives its ARN.
    ///
    ///     let balancer = world.addSharedBalancer("shop")
    ///     world.seed(.init("shop-stable", front: .shared(balancer)))
    ///     world.seed(.init("shop-canary", version: "v2", front: .shared(balancer)))
    ///     let rule = world.addRule(on: balancer, weights: [("shop-stable", 100), ("shop-canary", 0)])
    public mutating func addSharedBalancer(_ name: String) -> String {
        let arn = balancing.addLoadBalancer(name, region: home.region, account: home.account, at: now)
        _ = balancing.addListener(on: arn, to: nil)
        return arn
    }

    /// Adds a rule for a host to the listener of a shared load balancer, which sends requests to environments by
    /// weight, and gives its ARN; nil when there is no such load balancer.
    public mutating func addRule(
        on balancer: String,
        priority: Int = 10,
        host: String = "shop.example.test",
        weights: [(environment: String, weight: Int)]
    ) -> String? {
        showFleets()
        guard let listener = balancing.listeners.first(where: { $0.loadBalancerARN == balancer }) else { return nil }
        let groups = weights.compactMap { part in
            environment(part.environment)?.targetGroupARN.map { (targetGroupARN: $0, weight: part.weight) }
        }
        return balancing.addRule(on: listener.arn, priority: priority, host: host, to: groups)
    }

    /// Who answers the requests that meet a listener's rule now, by its weights.
    ///
    /// A rule that is not there, or has no weight at all, fails them.
    public func traffic(forRule arn: String) -> BeanstalkShares {
        var shares = BeanstalkShares()
        let weights = balancing.weights(ofRule: arn)
        for group in weights { shares.add(self.shares(ofTargetGroup: group.targetGroupARN), group.share) }
        return weights.contains { $0.share > 0 } ? shares : .allFailed
    }

    /// Who answers the requests to a name of Route 53 that leads to environments by weight, as resolvers ask today.
    ///
    /// Clients that keep an older answer are not counted in; `dns.cached(of:)` tells of those.
    public func traffic(forRecord name: String) -> BeanstalkShares {
        var shares = BeanstalkShares()
        let records = dns.shares(of: name, at: now)
        for record in records {
            guard let target = record.values.first else { continue }
            shares.add(traffic(forTarget: target), record.share)
        }
        return records.contains { $0.share > 0 } ? shares : .allFailed
    }

    /// Who answers at a CNAME or at what one leads to.
    private func traffic(forTarget target: String) -> BeanstalkShares {
        let name = target.hasSuffix(".") ? String(target.dropLast()) : target
        let found = beanstalk.environments.first { !$0.isGone && $0.endpoint.lowercased() == name.lowercased() }
        return found.map { beanstalk.shares(of: $0) } ?? traffic(for: name)
    }
}
