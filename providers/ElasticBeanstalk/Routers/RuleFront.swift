import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// A rule of our own on a load balancer that both environments share: its forward has weighted target groups.
///
/// Elastic Beanstalk keeps rules of its own on that load balancer and never touches ours.
struct RuleFront: Front {
    let clients: ElasticBeanstalkClients
    let rule: ListenerRule
    let stable: String?
    let candidate: String?
    var trouble: Fidelity?

    private var forward: RuleAction.Forward? { rule.actions.compactMap(\.forward).first }
    var words: String { "the listener rule \(rule.arn.suffix(40))" }

    var shares: Shares {
        Shares(
            stable: stable.flatMap { forward?.weight(of: $0) },
            candidate: candidate.flatMap { forward?.weight(of: $0) }
        )
    }

    var remembered: JSON {
        let targets = forward?.targets ?? []
        return .array(targets.map { ["group": .string($0.targetGroupARN), "weight": JSON($0.weight)] })
    }

    func set(percent: Int) async throws(AWSFailure) -> String? {
        guard let stable, let candidate, var wanted = forward else { return nil }
        wanted.set(weight: 100 - percent, of: stable)
        wanted.set(weight: percent, of: candidate)
        return try await write(wanted)
    }

    func restore(_ remembered: JSON) async throws(AWSFailure) -> String? {
        guard var wanted = forward else { return nil }
        wanted.targets = (remembered.array ?? []).compactMap { target in
            guard let group = target["group"]?.string, let weight = target["weight"]?.int else { return nil }
            return RuleAction.Forward.Target(group, weight: weight)
        }
        return try await write(wanted)
    }

    /// The whole list of actions goes back as it was read, with other weights in the forward.
    private func write(_ forward: RuleAction.Forward) async throws(AWSFailure) -> String? {
        var actions = rule.actions
        guard let index = actions.firstIndex(where: { $0.forward != nil }) else { return nil }
        actions[index].forward = forward
        _ = try await clients.elasticLoadBalancing.send(LoadBalancingCalls.modifyRule(rule.arn, actions: actions))
        return nil
    }

    func missing(forCandidate isCandidate: Bool) async throws(ProviderFailure) -> Missing? {
        guard let group = isCandidate ? candidate : stable else { return .time("waiting for its target group") }
        let targets: [TargetHealth]
        do throws(AWSFailure) {
            let call = LoadBalancingCalls.describeTargetHealth(group)
            targets = try TargetHealth.all(try await clients.elasticLoadBalancing.send(call))
        } catch { throw ProviderFailure(error) }
        let living = targets.filter { $0.state != .draining }
        // A group that no rule names is not checked at all.
        if isCandidate, shares.candidate == nil, living.contains(where: { $0.state == .unused }) { return .place }
        let healthy = living.count { $0.state == .healthy }
        let enough = isCandidate ? !living.isEmpty && healthy == living.count : healthy > 0
        return enough ? nil : .time("\(healthy) of \(living.count) targets are healthy")
    }

    func isEverywhere(_ change: String) async throws(ProviderFailure) -> Bool { true }
}

extension RuleFront {
    /// Reads the rule, and finds the target groups of the two environments.
    static func read(
        _ arn: String,
        _ stable: Environment,
        _ candidate: Environment?,
        _ cloud: Cloud
    ) async throws(ProviderFailure) -> RuleFront {
        let rule = try await rule(arn, cloud)
        let names = rule.actions.flatMap { $0.forward?.targets.map(\.targetGroupARN) ?? [] }
        let first = try await group(of: stable, among: names, cloud)
        var second: String?
        if let candidate { second = try await group(of: candidate, among: names, cloud) }
        var front = RuleFront(clients: cloud.clients, rule: rule, stable: first, candidate: second)
        front.trouble = front.objection(stable, hasCandidate: candidate != nil)
        return front
    }

    private static func rule(_ arn: String, _ cloud: Cloud) async throws(ProviderFailure) -> ListenerRule {
        do throws(AWSFailure) {
            let reply = try await cloud.clients.elasticLoadBalancing.send(LoadBalancingCalls.describeRules([arn]))
            if let rule = try ListenerRule.all(reply).first { return rule }
        } catch {
            guard error.kind == .absent else { throw ProviderFailure(error) }
        }
        throw ProviderFailure(.refused, "The listener rule \(arn) is not there; correct `listenerRule`.")
    }

    /// The target group of an environment: the one that the rule names already, else its only one.
    private static func group(of environment: Environment, among names: [String], _ cloud: Cloud)
        async throws(ProviderFailure) -> String?
    {
        let groups = try await cloud.resources(of: environment).groups
        guard !groups.isEmpty else { return nil }
        do throws(AWSFailure) {
            let reply = try await cloud.clients.autoScaling.send(AutoScalingCalls.describeAutoScalingGroups(groups))
            let arns = try AutoScalingGroup.all(reply).flatMap(\.targetGroupARNs)
            return arns.first { names.contains($0) } ?? (arns.count == 1 ? arns[0] : nil)
        } catch { throw ProviderFailure(error) }
    }

    private func objection(_ environment: Environment, hasCandidate: Bool) -> Fidelity? {
        let own = "a rule of your own that forwards to the target group of \(environment.name)"
        if rule.isDefault { return .impossible(why: "the rule is its listener's default rule", instead: own) }
        guard let forward else { return .impossible(why: "the rule forwards to no target group", instead: own) }
        guard shares.stable != nil else {
            return .impossible(why: "the rule does not forward to \(environment.name)", instead: own)
        }
        let foreign = forward.targets.first { ![stable, candidate].contains($0.targetGroupARN) && $0.weight > 0 }
        if let foreign {
            return .impossible(
                why: "the rule also forwards to \(foreign.targetGroupARN.suffix(60)) with a weight of its own",
                instead: "a rule that forwards to the two environments alone"
            )
        }
        guard hasCandidate else { return nil }
        guard let candidate, let stable else {
            return .impossible(why: "an environment has no target group of its own", instead: "a shared load balancer")
        }
        return candidate == stable ? .impossible(why: "both environments have one target group", instead: own) : nil
    }
}
