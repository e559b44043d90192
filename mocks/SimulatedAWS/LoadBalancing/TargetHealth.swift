public import SlipwayBase

/// What a rule sends to one target group, and whether anything answers there.
public struct TargetGroupTraffic: Hashable, Sendable {
    /// The target group.
    public var targetGroupARN: String
    /// Its weight, from 0 to 999.
    public var weight: Int
    /// Its part of the requests, from 0 to 1; all zero when all weights are.
    public var share: Double
    /// Its targets that requests are sent to; empty when they are answered with 503.
    ///
    /// Without any healthy target, all that are registered get requests.
    public var targets: [String]
    /// Whether those targets are healthy.
    public var isHealthy: Bool
}

extension SimulatedLoadBalancing {
    /// Each target group of a rule with its weight and its part of the requests, from 0 to 1; empty when the rule is
    /// not there or does not forward.
    public func weights(ofRule arn: String) -> [(targetGroupARN: String, weight: Int, share: Double)] {
        let groups = rule(arn)?.actions.first { $0.type == "forward" }?.groups ?? []
        let total = groups.reduce(0) { $0 + $1.weight }
        return groups.map { ($0.targetGroupARN, $0.weight, total == 0 ? 0 : Double($0.weight) / Double(total)) }
    }

    /// Each target group of a rule with what it gets and who answers there.
    ///
    /// Stickiness is not counted in: clients that came before a change may stay where they were.
    public func traffic(ofRule arn: String, at now: Timestamp) -> [TargetGroupTraffic] {
        weights(ofRule: arn).map { group in
            let states = states(of: group.targetGroupARN, at: now)
            let healthy = states.filter { $0.state == .healthy }.map(\.target.id)
            let fallback = states.filter { $0.state == .initial || $0.state == .unhealthy }.map(\.target.id)
            return TargetGroupTraffic(
                targetGroupARN: group.targetGroupARN,
                weight: group.weight,
                share: group.share,
                targets: healthy.isEmpty ? fallback : healthy,
                isHealthy: !healthy.isEmpty
            )
        }
    }

    /// The rule that a request for a host and path meets; only conditions on those two are ever met.
    public func rule(on loadBalancerARN: String, port: Int, host: String, path: String = "/") -> String? {
        guard let listener = listeners.first(where: { $0.loadBalancerARN == loadBalancerARN && $0.port == port })
        else { return nil }
        return orderedRules(ofListener: listener.arn).first { rule in
            rule.conditions.allSatisfy { $0.isMet(host: host, path: path) }
        }?.arn
    }

    /// The targets of a group with their states.
    public func states(of targetGroupARN: String, at now: Timestamp) -> [(target: Target, state: Target.State)] {
        guard let group = targetGroup(targetGroupARN) else { return [] }
        let isUsed = !loadBalancerARNs(of: targetGroupARN).isEmpty
        return group.targets.compactMap { target in
            if let removed = target.removedAt { return now < removed + drainingTakes ? (target, .draining) : nil }
            if let state = target.state { return (target, state) }
            guard isUsed else { return (target, .unused) }
            let isNew = target.registeredAt.map { now < $0 + registrationTakes } ?? false
            return (target, isNew ? .initial : .healthy)
        }
    }

    func writeTargetHealth(
        _ entry: (target: Target, state: Target.State),
        port: Int,
        _ xml: inout XMLWriter
    ) {
        let port = entry.target.port ?? port
        xml.element("Target") { xml in
            xml.text("Id", entry.target.id)
            xml.number("Port", port)
            xml.text("AvailabilityZone", entry.target.zone)
        }
        xml.text("HealthCheckPort", String(port))
        xml.element("TargetHealth") { xml in
            xml.text("State", entry.state.rawValue)
            let reason = entry.state.reason
            xml.text("Reason", reason?.code)
            xml.text("Description", reason?.text)
        }
    }
}

extension Target.State {
    /// Why a target is in a state; nil for the one that needs no reason.
    var reason: (code: String, text: String)? {
        switch self {
        case .healthy: nil
        case .initial: ("Elb.RegistrationInProgress", "Target registration is in progress")
        case .unhealthy: ("Target.FailedHealthChecks", "Health checks failed")
        case .unhealthyDraining, .draining:
            ("Target.DeregistrationInProgress", "Target deregistration is in progress")
        case .unused:
            ("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
        case .unavailable: ("Target.HealthCheckDisabled", "Health checks are disabled for this target group")
        }
    }
}
