import SlipwayHTTP

extension SimulatedLoadBalancing {
    mutating func createRule(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let parameters = request.parameters
        let listenerARN = try requiredARN(parameters, "ListenerArn", kind: "listener")
        let listener = try visibleListener(listenerARN, request)
        let text = parameters["Priority"] ?? ""
        guard let priority = Int(text), (1...50_000).contains(priority) else {
            throw ServiceFault("ValidationError", "Priority '\(text)' must be between 1 and 50000")
        }
        let conditions = try conditions(parameters)
        guard !conditions.isEmpty else { throw ServiceFault("ValidationError", "A condition must be specified") }
        let actions = try RuleAction.list(parameters, "Actions")
        try checkGroups(of: actions, on: listener.loadBalancerARN, request)
        guard !rules.contains(where: { $0.listenerARN == listenerARN && $0.priority == priority }) else {
            throw ServiceFault("PriorityInUse", "Priority '\(priority)' is currently in use")
        }
        let arn = addRule(on: listenerARN, priority: priority, conditions: conditions, actions: actions)
        return replyRule(arn, request)
    }

    /// Replaces the actions as a whole, and the conditions when they are given.
    mutating func modifyRule(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let parameters = request.parameters
        let arn = try requiredARN(parameters, "RuleArn", kind: "listener-rule")
        var rule = try visibleRule(arn, request)
        guard !rule.isDefault else {
            throw ServiceFault("OperationNotPermitted", "Default rule '\(arn)' cannot be modified")
        }
        let conditions = try conditions(parameters)
        let hasActions = !parameters.members("Actions").isEmpty
        guard hasActions || !conditions.isEmpty else {
            throw ServiceFault("ValidationError", "Either conditions or actions must be specified")
        }
        if !conditions.isEmpty { rule.conditions = conditions }
        if hasActions {
            rule.actions = try RuleAction.list(parameters, "Actions")
            let balancer = listener(rule.listenerARN)?.loadBalancerARN ?? ""
            try checkGroups(of: rule.actions, on: balancer, request)
        }
        if let index = rules.firstIndex(where: { $0.arn == arn }) { rules[index] = rule }
        return replyRule(arn, request)
    }

    mutating func deleteRule(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        let arn = try requiredARN(request.parameters, "RuleArn", kind: "listener-rule")
        guard try !visibleRule(arn, request).isDefault else {
            throw ServiceFault("OperationNotPermitted", "Default rule '\(arn)' cannot be deleted")
        }
        removeRule(arn)
        return reply(request)
    }

    private func conditions(_ parameters: QueryParameters) throws(ServiceFault) -> [RuleCondition] {
        var conditions: [RuleCondition] = []
        for member in parameters.members("Conditions") { conditions.append(try RuleCondition(member)) }
        return conditions
    }

    /// Every target group must be there, and belong to no other load balancer.
    func checkGroups(
        of actions: [RuleAction],
        on loadBalancerARN: String,
        _ request: ServiceRequest
    ) throws(ServiceFault) {
        for group in actions.flatMap(\.groups) {
            let arn = try visibleTargetGroup(group.targetGroupARN, request).arn
            guard loadBalancerARNs(of: arn).allSatisfy({ $0 == loadBalancerARN }) else {
                throw ServiceFault(
                    "TargetGroupAssociationLimit",
                    "The following target groups cannot be associated with more than one load balancer: \(arn)"
                )
            }
        }
    }

    private func replyRule(_ arn: String, _ request: ServiceRequest) -> Response {
        let found = rules.filter { $0.arn == arn }
        return reply(request) { [self] xml in xml.list("Rules", of: found) { writeRule($1, &$0) } }
    }
}
