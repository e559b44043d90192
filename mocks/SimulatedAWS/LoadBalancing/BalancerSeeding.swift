public import SlipwayBase

extension SimulatedLoadBalancing {
    /// Adds an application load balancer and gives its ARN.
    public mutating func addLoadBalancer(
        _ name: String,
        region: String,
        account: String,
        at now: Timestamp
    ) -> String {
        let prefix = "arn:aws:elasticloadbalancing:\(region):\(account):loadbalancer/app/\(name)/"
        let arn = prefix + number(for: prefix)
        loadBalancers.append(LoadBalancer(arn: arn, name: name, createdAt: now))
        return arn
    }

    /// Adds a target group and gives its ARN; `attachedTo` is a load balancer it belongs to from the beginning.
    public mutating func addTargetGroup(
        _ name: String,
        region: String,
        account: String,
        attachedTo loadBalancerARN: String? = nil
    ) -> String {
        let prefix = "arn:aws:elasticloadbalancing:\(region):\(account):targetgroup/\(name)/"
        let arn = prefix + number(for: prefix)
        targetGroups.append(TargetGroup(arn: arn, name: name, port: 80, transferProtocol: "HTTP"))
        attach(arn, to: loadBalancerARN)
        return arn
    }

    /// Adds a listener whose default rule forwards to a target group, or answers 404 without one; gives its ARN.
    public mutating func addListener(on loadBalancerARN: String, port: Int = 80, to targetGroupARN: String?) -> String {
        var action = RuleAction(type: "fixed-response")
        action.other = QueryParameters([.init(name: "FixedResponseConfig.StatusCode", value: "404")])
        if let targetGroupARN { action = .forward([.init(targetGroupARN: targetGroupARN, weight: 1)]) }
        return addListener(on: loadBalancerARN, port: port, transferProtocol: "HTTP", actions: [action])
    }

    /// Adds a rule for a host that forwards to weighted target groups; gives its ARN.
    public mutating func addRule(
        on listenerARN: String,
        priority: Int,
        host: String,
        to weights: [(targetGroupARN: String, weight: Int)]
    ) -> String {
        let groups = weights.map { RuleAction.Weighted(targetGroupARN: $0.targetGroupARN, weight: $0.weight) }
        return addRule(on: listenerARN, priority: priority, conditions: [.host(host)], actions: [.forward(groups)])
    }

    /// Adds a tag to a load balancer or target group.
    public mutating func addTag(_ key: String, _ value: String, to arn: String) {
        tags[arn, default: []].removeAll { $0.key == key }
        tags[arn, default: []].append((key, value))
    }

    /// Says that a target group belongs to a load balancer, whatever the rules say.
    public mutating func attach(_ targetGroupARN: String, to loadBalancerARN: String?) {
        guard let index = targetGroups.firstIndex(where: { $0.arn == targetGroupARN }) else { return }
        targetGroups[index].attachedTo = loadBalancerARN
    }

    /// Says which targets a group has from now on, in place of all it had; does nothing without the group.
    public mutating func setTargets(of targetGroupARN: String, to targets: [Target], at now: Timestamp) {
        guard let index = targetGroups.firstIndex(where: { $0.arn == targetGroupARN }) else { return }
        let before = targetGroups[index].targets
        targetGroups[index].targets = targets.map { target in
            var target = target
            target.registeredAt = before.first { $0.id == target.id }?.registeredAt ?? now
            return target
        }
    }

    /// Holds one target in a state, or lets it go its own way with nil.
    public mutating func setState(_ state: Target.State?, of id: String, in targetGroupARN: String) {
        guard let index = targetGroups.firstIndex(where: { $0.arn == targetGroupARN }) else { return }
        for place in targetGroups[index].targets.indices where targetGroups[index].targets[place].id == id {
            targetGroups[index].targets[place].state = state
        }
    }

    /// Removes a target group as `DeleteTargetGroup` would; false when a rule forwards to it, and it stays.
    public mutating func removeTargetGroup(_ arn: String) -> Bool {
        guard !rules.contains(where: { $0.actions.contains { $0.forwards(to: arn) } }) else { return false }
        targetGroups.removeAll { $0.arn == arn }
        tags[arn] = nil
        return true
    }

    /// Removes a rule that is no default rule.
    public mutating func removeRule(_ arn: String) { rules.removeAll { $0.arn == arn && !$0.isDefault } }

    /// Removes a load balancer with its listeners and their rules.
    public mutating func removeLoadBalancer(_ arn: String) {
        let gone = Set(listeners.filter { $0.loadBalancerARN == arn }.map(\.arn))
        rules.removeAll { gone.contains($0.listenerARN) }
        listeners.removeAll { gone.contains($0.arn) }
        loadBalancers.removeAll { $0.arn == arn }
        tags[arn] = nil
        for index in targetGroups.indices where targetGroups[index].attachedTo == arn {
            targetGroups[index].attachedTo = nil
        }
    }

    mutating func addListener(
        on loadBalancerARN: String,
        port: Int,
        transferProtocol: String,
        actions: [RuleAction]
    ) -> String {
        let prefix = loadBalancerARN.replacing(":loadbalancer/", with: ":listener/", maxReplacements: 1) + "/"
        let arn = prefix + number(for: prefix)
        listeners.append(
            Listener(arn: arn, loadBalancerARN: loadBalancerARN, port: port, transferProtocol: transferProtocol)
        )
        _ = addRule(on: arn, priority: nil, conditions: [], actions: actions)
        return arn
    }

    mutating func addRule(
        on listenerARN: String,
        priority: Int?,
        conditions: [RuleCondition],
        actions: [RuleAction]
    ) -> String {
        let prefix = listenerARN.replacing(":listener/", with: ":listener-rule/", maxReplacements: 1) + "/"
        let arn = prefix + number(for: prefix)
        rules.append(
            ListenerRule(
                arn: arn,
                listenerARN: listenerARN,
                priority: priority,
                conditions: conditions,
                actions: actions
            )
        )
        return arn
    }

    /// Shows an environment: its load balancer, its target group with tags, and the members in it.
    mutating func show(_ fleet: Fleet, at now: Timestamp) {
        guard let arn = fleet.targetGroupARN else { return }
        if targetGroup(arn) == nil {
            let name = String(ARN(arn).path.prefix { $0 != "/" })
            targetGroups.append(TargetGroup(arn: arn, name: name, port: 80, transferProtocol: "HTTP"))
            addTag("elasticbeanstalk:environment-id", fleet.environmentID, to: arn)
            addTag("elasticbeanstalk:environment-name", fleet.environmentName, to: arn)
        }
        if let balancer = fleet.loadBalancerARN {
            if loadBalancer(balancer) == nil {
                let name = String(ARN(balancer).path.split(separator: "/").dropFirst().first ?? "")
                loadBalancers.append(LoadBalancer(arn: balancer, name: name, createdAt: now))
                _ = addListener(on: balancer, to: arn)
            }
            attach(arn, to: balancer)
        }
        let targets = fleet.members.compactMap { member in
            member.targetState.map { Target(id: member.id, zone: member.zone, state: Target.State(rawValue: $0)) }
        }
        setTargets(of: arn, to: targets, at: now)
    }
}
