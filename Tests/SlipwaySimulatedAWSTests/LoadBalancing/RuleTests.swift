import HTTPTypes
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct RuleTests {
    @Test("given a rule, when its weights are modified, then the answer and DescribeRules show the complete actions")
    func weights() {
        var street = Street()
        let modified = street.ask("ModifyRule", street.weights("75", "25"))
        #expect(modified.status == 200)
        #expect(modified.xml?.name == "ModifyRuleResponse")
        let described = street.ask("DescribeRules", [("RuleArns.member.1", street.rule)])
        for response in [modified, described] {
            let rule = response.result?.at("Rules", "member")
            #expect(rule?.names == ["RuleArn", "Priority", "Conditions", "Actions", "IsDefault"])
            let action = rule?.at("Actions", "member")
            #expect(action?.names == ["Type", "ForwardConfig"])
            let groups = action?.at("ForwardConfig", "TargetGroups")?.children.map(\.texts)
            #expect(groups == [[street.blue, "75"], [street.green, "25"]])
            #expect(action?.at("ForwardConfig", "TargetGroupStickinessConfig", "Enabled")?.text == "false")
            let condition = rule?.at("Conditions", "member")
            #expect(condition?.names == ["Field", "Values", "HostHeaderConfig"])
            #expect(condition?.at("HostHeaderConfig", "Values")?.texts == ["shop.example.com"])
        }
        let shares = street.balancing.weights(ofRule: street.rule)
        #expect(shares.map(\.targetGroupARN) == [street.blue, street.green])
        #expect(shares.map(\.share) == [0.75, 0.25])
    }

    @Test("given one target group, when a rule forwards to it, then it is told in the old place and the new one")
    func single() {
        var street = Street()
        let rule = street.ask("DescribeRules", [("RuleArns.member.1", street.rule)]).result?.at("Rules", "member")
        let action = rule?.at("Actions", "member")
        #expect(action?["TargetGroupArn"]?.text == street.blue)
        #expect(action?.at("ForwardConfig", "TargetGroups", "member")?.texts == [street.blue, "1"])
    }

    @Test("given actions that cannot be, when a rule is modified, then the code says why and the rule stays as it was")
    func refusals() {
        var street = Street()
        let before = street.ask("DescribeRules", [("RuleArns.member.1", street.rule)]).body
        let other = street.targetGroup("other").replacing("other", with: "gone")
        let unknown = street.weights("1", "1").map { $0.1 == street.green ? ($0.0, other) : $0 }
        let codes = [
            street.ask("ModifyRule", street.weights("1000", "0")).code,
            street.ask("ModifyRule", street.weights("-1", "0")).code,
            street.ask("ModifyRule", unknown).code,
            street.ask("ModifyRule", [("RuleArn", street.rule)]).code,
            street.ask("ModifyRule", [("RuleArn", street.rule + "0")] + street.weights("1", "1").dropFirst()).code,
            street.ask("ModifyRule", [("RuleArn", "rule")] + street.weights("1", "1").dropFirst()).code,
            street.ask("ModifyRule", Array(street.weights("1", "1").dropFirst())).code,
        ]
        #expect(
            codes == [
                "ValidationError", "ValidationError", "TargetGroupNotFound", "ValidationError", "RuleNotFound",
                "ValidationError", "ValidationError",
            ]
        )
        #expect(street.ask("DescribeRules", [("RuleArns.member.1", street.rule)]).body == before)
    }

    @Test("given the default rule, when it is modified or deleted, then that is not permitted; the listener does it")
    func defaultRule() {
        var street = Street()
        let rules = street.ask("DescribeRules", [("ListenerArn", street.listener)]).result?["Rules"]?.children ?? []
        #expect(rules.compactMap { $0["Priority"]?.text } == ["10", "default"])
        #expect(rules.compactMap { $0["IsDefault"]?.text } == ["false", "true"])
        let arn = rules.last?["RuleArn"]?.text ?? ""
        let fields = [("RuleArn", arn)] + street.weights("1", "1").dropFirst()
        #expect(street.ask("ModifyRule", fields).code == "OperationNotPermitted")
        #expect(street.ask("DeleteRule", [("RuleArn", arn)]).code == "OperationNotPermitted")
        let actions = street.weights("1", "3").dropFirst().map { ("Default" + $0.0, $0.1) }
        let modified = street.ask("ModifyListener", [("ListenerArn", street.listener)] + actions)
        #expect(modified.status == 200)
        #expect(street.balancing.weights(ofRule: arn).map(\.weight) == [1, 3])
    }

    @Test("given a target group of another load balancer, when a rule forwards to it, then the limit is named")
    func association() {
        var street = Street()
        let other = street.made("CreateLoadBalancer", [("Name", "other")])
        street.balancing.attach(street.green, to: other)
        let response = street.ask("ModifyRule", street.weights("1", "1"))
        #expect(response.status == 400)
        #expect(response.code == "TargetGroupAssociationLimit")
        #expect(response.message?.hasSuffix(street.green) == true)
        street.balancing.attach(street.green, to: street.balancer)
        #expect(street.ask("ModifyRule", street.weights("1", "1")).status == 200)
    }

    @Test("given stickiness and a foreign action, when they are sent, then they come back as they were")
    func verbatim() {
        var street = Street()
        var fields = street.weights("9", "1").map {
            ($0.0.replacing("member.1.", with: "member.2.", maxReplacements: 1), $0.1)
        }
        fields += [
            ("Actions.member.2.Order", "2"),
            ("Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled", "true"),
            ("Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds", "3600"),
            ("Actions.member.1.Type", "authenticate-oidc"), ("Actions.member.1.Order", "1"),
            ("Actions.member.1.AuthenticateOidcConfig.Issuer", "https://id.example.com"),
            ("Actions.member.1.AuthenticateOidcConfig.ClientId", "7"),
        ]
        let actions = street.ask("ModifyRule", fields).result?.at("Rules", "member", "Actions")?.children ?? []
        #expect(actions.compactMap { $0["Type"]?.text } == ["authenticate-oidc", "forward"])
        #expect(actions.first?["AuthenticateOidcConfig"]?.texts == ["https://id.example.com", "7"])
        #expect(actions.last?.at("ForwardConfig", "TargetGroupStickinessConfig")?.texts == ["true", "3600"])
        let broken = fields.map { $0.1 == "3600" ? ($0.0, "604801") : $0 }
        #expect(street.ask("ModifyRule", broken).code == "ValidationError")
    }

    @Test("given rules for hosts, when a request comes, then the first whose pattern it meets decides")
    func matching() {
        var street = Street()
        let wide = street.made("CreateRule", street.ruleFields(priority: 20, host: "*.example.com"))
        let balancing = street.balancing
        #expect(balancing.rule(on: street.balancer, port: 80, host: "shop.example.com") == street.rule)
        #expect(balancing.rule(on: street.balancer, port: 80, host: "Other.Example.Com") == wide)
        let fallback = balancing.rule(on: street.balancer, port: 80, host: "example.com")
        #expect(fallback != nil && fallback != wide && fallback != street.rule)
        #expect(balancing.rule(on: street.balancer, port: 81, host: "shop.example.com") == nil)
        #expect(street.ask("DeleteRule", [("RuleArn", wide)]).status == 200)
        #expect(street.balancing.rule(on: street.balancer, port: 80, host: "other.example.com") == fallback)
    }

    @Test("given a priority that is taken or out of range, when a rule is made, then it is refused")
    func priorities() {
        var street = Street()
        let taken = street.ask("CreateRule", street.ruleFields(priority: 10, host: "b.example.com"))
        #expect(taken.code == "PriorityInUse")
        #expect(street.ask("CreateRule", street.ruleFields(priority: 0, host: "b")).code == "ValidationError")
        let unknown = street.ruleFields(priority: 11, host: "b").map { $0.1 == "host-header" ? ($0.0, "host") : $0 }
        #expect(street.ask("CreateRule", unknown).code == "ValidationError")
        let page = street.ask("DescribeRules", [("ListenerArn", street.listener), ("PageSize", "1")]).result
        #expect(page?["Rules"]?.children.count == 1)
        let next = page?["NextMarker"]?.text ?? ""
        let rest = street.ask("DescribeRules", [("ListenerArn", street.listener), ("Marker", next)]).result
        #expect(rest?.at("Rules", "member", "Priority")?.text == "default")
        #expect(rest?["NextMarker"] == nil)
    }
}
