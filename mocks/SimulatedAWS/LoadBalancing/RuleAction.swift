/// What a rule does with a request.
struct RuleAction: Hashable, Sendable {
    /// One target group of a `forward` action.
    struct Weighted: Hashable, Sendable {
        var targetGroupARN: String
        var weight: Int
    }

    /// `forward`, `redirect`, `fixed-response`, or a way to authenticate.
    var type: String
    var order: Int?
    var groups: [Weighted] = []
    /// For how long a client stays with its target group; nil when it does not.
    var stickinessSeconds: Int?
    /// Everything else, as it was sent.
    var other = QueryParameters()

    static let orderedLast: Set = ["forward", "redirect", "fixed-response"]

    /// Forwards to these groups.
    static func forward(_ groups: [Weighted]) -> RuleAction { RuleAction(type: "forward", groups: groups) }

    init(type: String, groups: [Weighted] = []) { (self.type, self.groups) = (type, groups) }

    /// Reads one member of `Actions`.
    init(_ fields: QueryParameters) throws(ServiceFault) {
        type = fields["Type"] ?? ""
        let known = ["forward", "redirect", "fixed-response", "authenticate-oidc", "authenticate-cognito"]
        guard known.contains(type) else {
            let list = known.joined(separator: ", ")
            throw ServiceFault("ValidationError", "Action type '\(type)' must be one of '\(list)'")
        }
        order = try fields["Order"].map { text throws(ServiceFault) in
            guard let order = Int(text), (1...50_000).contains(order) else {
                throw ServiceFault("ValidationError", "Action order '\(text)' must be between 1 and 50000")
            }
            return order
        }
        let forwarding = ["Type", "Order", "TargetGroupArn"]
        other = QueryParameters(
            fields.pairs.filter { !forwarding.contains($0.name) && !$0.name.hasPrefix("ForwardConfig.") }
        )
        if type == "forward" { try readForward(fields) }
    }

    private mutating func readForward(_ fields: QueryParameters) throws(ServiceFault) {
        let config = fields.structure("ForwardConfig")
        for member in config.members("TargetGroups") {
            let text = member["Weight"] ?? "1"
            guard let weight = Int(text), (0...999).contains(weight) else {
                throw ServiceFault("ValidationError", "Target group weight '\(text)' must be between 0 and 999")
            }
            groups.append(Weighted(targetGroupARN: member["TargetGroupArn"] ?? "", weight: weight))
        }
        if let only = fields["TargetGroupArn"] {
            guard groups.isEmpty || groups.map(\.targetGroupARN) == [only] else {
                throw ServiceFault("ValidationError", "Specify 'TargetGroupArn' or other target groups, not both")
            }
            if groups.isEmpty { groups = [Weighted(targetGroupARN: only, weight: 1)] }
        }
        guard !groups.isEmpty else {
            throw ServiceFault("ValidationError", "A target group must be specified for a forward action")
        }
        guard groups.count <= 5 else {
            throw ServiceFault("TooManyTargetGroups", "You can specify at most '5' target groups per action")
        }
        guard Set(groups.map(\.targetGroupARN)).count == groups.count else {
            throw ServiceFault("ValidationError", "A target group may be specified only once per action")
        }
        let stickiness = config.structure("TargetGroupStickinessConfig")
        guard stickiness["Enabled"]?.lowercased() == "true" else { return }
        let text = stickiness["DurationSeconds"] ?? ""
        guard let seconds = Int(text), (1...604_800).contains(seconds) else {
            throw ServiceFault(
                "ValidationError",
                "Target group stickiness duration '\(text)' must be between 1 and 604800"
            )
        }
        stickinessSeconds = seconds
    }

    /// Reads a complete list of actions.
    static func list(_ parameters: QueryParameters, _ name: String) throws(ServiceFault) -> [RuleAction] {
        var actions: [RuleAction] = []
        for member in parameters.members(name) { actions.append(try RuleAction(member)) }
        guard !actions.isEmpty else { throw ServiceFault("ValidationError", "\(name) must be specified") }
        actions.sort { ($0.order ?? .max) < ($1.order ?? .max) }
        guard actions.filter({ orderedLast.contains($0.type) }).count == 1, let last = actions.last,
            orderedLast.contains(last.type)
        else {
            throw ServiceFault(
                "InvalidLoadBalancerAction",
                "There must be exactly one action that forwards, redirects or answers, and it must be the last"
            )
        }
        return actions
    }

    /// Writes what `DescribeRules` gives: also what was left to its default.
    func write(_ xml: inout XMLWriter) {
        xml.text("Type", type)
        if groups.count == 1 { xml.text("TargetGroupArn", groups.first?.targetGroupARN) }
        xml.number("Order", order)
        other.write(&xml)
        guard type == "forward" else { return }
        xml.element("ForwardConfig") { xml in
            xml.list("TargetGroups", of: groups) { xml, group in
                xml.text("TargetGroupArn", group.targetGroupARN)
                xml.number("Weight", group.weight)
            }
            xml.element("TargetGroupStickinessConfig") { xml in
                xml.flag("Enabled", stickinessSeconds != nil)
                xml.number("DurationSeconds", stickinessSeconds)
            }
        }
    }
}
