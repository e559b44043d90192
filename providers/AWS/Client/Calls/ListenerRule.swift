/// A rule of a listener.
public struct ListenerRule: Hashable, Sendable {
    /// Its ARN.
    public var arn: String
    /// Its place among the rules: a number, or `default`.
    public var priority: String
    /// Whether it is the listener's own last rule, which `ModifyRule` cannot change.
    public var isDefault: Bool
    /// What it does, in order.
    public var actions: [RuleAction]

    /// Reads the answer to `DescribeRules`.
    public static func all(_ reply: AWSReply) throws(AWSFailure) -> [Self] {
        var all: [Self] = []
        for node in reply.result.members("Rules") {
            var actions: [RuleAction] = []
            for action in node.members("Actions") { actions.append(try RuleAction(action)) }
            let arn = try node.required("RuleArn", of: "DescribeRules")
            let priority = node.text("Priority") ?? ""
            all.append(Self(arn: arn, priority: priority, isDefault: node.flag("IsDefault"), actions: actions))
        }
        return all
    }
}

/// One action of a rule: a forward that is understood, or anything else, kept word for word.
public struct RuleAction: Hashable, Sendable {
    /// Where a forward goes.
    public struct Forward: Hashable, Sendable {
        /// A target group and its share.
        public struct Target: Hashable, Sendable {
            /// The target group.
            public var targetGroupARN: String
            /// Its share, 0 to 999, relative to the others'.
            public var weight: Int

            /// Makes a share.
            public init(_ targetGroupARN: String, weight: Int) {
                (self.targetGroupARN, self.weight) = (targetGroupARN, weight)
            }
        }

        /// The target groups in order.
        public var targets: [Target]
        /// How clients stay with a target group; as the service gave it, nil when it gave none.
        public var stickiness: XMLNode?

        /// Makes a forward.
        public init(_ targets: [Target], stickiness: XMLNode? = nil) {
            (self.targets, self.stickiness) = (targets, stickiness)
        }

        /// The weight of a target group; nil when it is not in it.
        public func weight(of targetGroupARN: String) -> Int? {
            targets.first { $0.targetGroupARN == targetGroupARN }?.weight
        }

        /// Gives a target group that weight, at the end when it was not in it.
        public mutating func set(weight: Int, of targetGroupARN: String) {
            if let index = targets.firstIndex(where: { $0.targetGroupARN == targetGroupARN }) {
                targets[index].weight = weight
            } else {
                targets.append(Target(targetGroupARN, weight: weight))
            }
        }
    }

    /// The action as the service gave it.
    public var node: XMLNode
    /// Where it forwards to; nil when it does something else.
    public var forward: Forward?

    /// A forward of our own.
    public init(_ forward: Forward) {
        node = XMLNode("member", children: [XMLNode("Type", text: "forward")])
        self.forward = forward
    }

    /// Reads one action of an answer.
    public init(_ node: XMLNode) throws(AWSFailure) {
        self.node = node
        guard node.text("Type")?.lowercased() == "forward" else { return }
        let config = node["ForwardConfig"]
        var targets: [Forward.Target] = []
        for target in config?.members("TargetGroups") ?? [] {
            let arn = try target.required("TargetGroupArn", of: "DescribeRules")
            targets.append(Forward.Target(arn, weight: try target.number("Weight", of: "DescribeRules") ?? 1))
        }
        if targets.isEmpty {
            targets = [Forward.Target(try node.required("TargetGroupArn", of: "DescribeRules"), weight: 1)]
        }
        forward = Forward(targets, stickiness: config?["TargetGroupStickinessConfig"])
    }

    /// The fields of this action in `ModifyRule`, without `Actions.member.N.`.
    public var parameters: [QueryCall.Parameter] {
        guard let forward else { return foreignParameters }
        var fields: [QueryCall.Parameter] = [.init("Type", "forward")]
        if let order = node.text("Order"), !order.isEmpty { fields.append(.init("Order", order)) }
        for (index, target) in forward.targets.enumerated() {
            let prefix = "ForwardConfig.TargetGroups.member.\(index + 1)"
            fields.append(.init("\(prefix).TargetGroupArn", target.targetGroupARN))
            fields.append(.init("\(prefix).Weight", String(target.weight)))
        }
        for child in node["ForwardConfig"]?.children ?? []
        where !["TargetGroups", "TargetGroupStickinessConfig"].contains(child.name) {
            fields += child.parameters(under: "ForwardConfig")
        }
        return fields + (forward.stickiness?.parameters(under: "ForwardConfig") ?? [])
    }

    private var foreignParameters: [QueryCall.Parameter] {
        var fields = node.children.flatMap { $0.parameters(under: "") }
        // The secret is never read back, and without either of the two the service refuses the whole rule.
        if let oidc = node["AuthenticateOidcConfig"], oidc["ClientSecret"] == nil,
            oidc["UseExistingClientSecret"] == nil
        {
            fields.append(.init("AuthenticateOidcConfig.UseExistingClientSecret", "true"))
        }
        return fields
    }
}

extension XMLNode {
    /// What was read, as form fields that say the same: `Name.Field`, `Name.member.N`, `Name.entry.N.key`.
    func parameters(under prefix: String) -> [QueryCall.Parameter] {
        let path = prefix.isEmpty ? name : "\(prefix).\(name)"
        guard !children.isEmpty else { return text.isEmpty ? [] : [.init(path, text)] }
        guard children.allSatisfy({ ["member", "entry"].contains($0.name) }) else {
            return children.flatMap { $0.parameters(under: path) }
        }
        return children.enumerated().flatMap { index, child in
            XMLNode(String(index + 1), text: child.text, children: child.children)
                .parameters(under: "\(path).\(child.name)")
        }
    }
}
