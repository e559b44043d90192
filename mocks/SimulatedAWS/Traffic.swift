import SlipwayBase

/// What becomes of production requests: shares that add up to 1 together with those that fail.
public struct BeanstalkShares: Hashable, Sendable {
    /// The share that each version answers, by label.
    public var versions: [String: Double] = [:]
    /// The share that falls to each environment, by name, whether anybody answers there or not.
    public var environments: [String: Double] = [:]
    /// The share that nobody answers.
    public var failed: Double = 0

    /// No requests at all.
    public init() {}

    /// The share of one version.
    public func share(of label: String) -> Double { versions[label] ?? 0 }

    /// Adds `part` of what `other` says.
    mutating func add(_ other: BeanstalkShares, _ part: Double) {
        guard part > 0 else { return }
        for (label, share) in other.versions { versions[label, default: 0] += share * part }
        for (name, share) in other.environments { environments[name, default: 0] += share * part }
        failed += other.failed * part
    }
}

extension AWSWorld {
    /// Who answers requests to a CNAME now; `cname` is whole, or its first label.
    ///
    /// After a swap a share of the clients still follows the name to where it led before, until the tail is over. A
    /// name that leads nowhere fails altogether.
    public func traffic(for cname: String) -> BeanstalkShares { beanstalk.traffic(for: cname) }

    /// Who answers the requests that reach an environment; `environment` is its name or id.
    ///
    /// The load balancer leaves out instances that do not work as long as one does. Without any, everything fails.
    public func shares(ofEnvironment environment: String) -> BeanstalkShares {
        beanstalk.environments.last { ($0.id == environment || $0.name == environment) && !$0.isGone }
            .map { beanstalk.shares(of: $0) } ?? .allFailed
    }

    /// Who answers the requests that a target group gets; a group of no environment fails them.
    public func shares(ofTargetGroup arn: String) -> BeanstalkShares {
        beanstalk.environments.last { $0.targetGroupARN == arn && !$0.isGone }.map { beanstalk.shares(of: $0) }
            ?? .allFailed
    }
}

extension BeanstalkShares {
    static var allFailed: BeanstalkShares {
        var shares = BeanstalkShares()
        shares.failed = 1
        return shares
    }
}

extension ElasticBeanstalk {
    func traffic(for cname: String) -> BeanstalkShares {
        func leads(_ name: String?) -> Bool { name == cname || name?.hasPrefix(cname + ".") == true }
        let current = environments.first { !$0.isGone && leads($0.cname) }
        let tails = tails.filter { leads($0.cname) && now < $0.end && $0.environment != current?.id }
        var shares = BeanstalkShares()
        let tailShare = tails.isEmpty ? 0 : min(max(timings.dnsTailShare, 0), 1)
        for tail in tails {
            let old = environments.first { $0.id == tail.environment && !$0.isGone }
            shares.add(old.map { self.shares(of: $0) } ?? .allFailed, tailShare / Double(tails.count))
        }
        shares.add(current.map { self.shares(of: $0) } ?? .allFailed, 1 - tailShare)
        return shares
    }

    func shares(of environment: Environment) -> BeanstalkShares {
        var shares = BeanstalkShares()
        shares.environments[environment.name] = 1
        let serving = environment.instances.filter { $0.isServing(at: now) }
        if let percent = environment.splitPercent {
            let part = Double(percent) / 100
            shares.add(serving.filter(\.isTemporary), part)
            shares.add(serving.filter { !$0.isTemporary }, 1 - part)
        } else {
            shares.add(serving, 1)
        }
        return shares
    }
}

extension BeanstalkShares {
    /// Spreads `part` evenly over instances; it fails without any.
    fileprivate mutating func add(_ serving: [Instance], _ part: Double) {
        if serving.isEmpty { failed += part }
        for instance in serving { versions[instance.label, default: 0] += part / Double(serving.count) }
    }
}
