import HTTPTypes
import SlipwayBase
import SlipwayHTTP

@testable import SlipwaySimulatedAWS

/// A load balancer that was set up through the API: two target groups, a listener, and a rule for `shop.example.com`.
struct Street {
    var balancing = SimulatedLoadBalancing()
    var asking = Asking()
    var balancer = ""
    var blue = ""
    var green = ""
    var listener = ""
    var rule = ""

    init() {
        balancer = made("CreateLoadBalancer", [("Name", "street"), ("Subnets.member.1", "subnet-1")])
        blue = targetGroup("blue")
        green = targetGroup("green")
        listener = made(
            "CreateListener",
            [
                ("LoadBalancerArn", balancer), ("Protocol", "HTTP"), ("Port", "80"),
                ("DefaultActions.member.1.Type", "forward"), ("DefaultActions.member.1.TargetGroupArn", blue),
            ]
        )
        rule = made("CreateRule", ruleFields(priority: 10, host: "shop.example.com"))
    }

    mutating func ask(_ action: String, _ fields: [(String, String)] = []) -> Response {
        balancing.respond(to: asking.query(action, fields))
    }

    /// Asks for something to be made and gives its ARN.
    mutating func made(_ action: String, _ fields: [(String, String)]) -> String {
        ask(action, fields).result?.children.first?["member"]?.children.first { $0.name.hasSuffix("Arn") }?.text ?? ""
    }

    mutating func targetGroup(_ name: String) -> String {
        made("CreateTargetGroup", [("Name", name), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", "vpc-1")])
    }

    func ruleFields(priority: Int, host: String) -> [(String, String)] {
        [
            ("ListenerArn", listener), ("Priority", String(priority)), ("Conditions.member.1.Field", "host-header"),
            ("Conditions.member.1.Values.member.1", host), ("Actions.member.1.Type", "forward"),
            ("Actions.member.1.TargetGroupArn", blue),
        ]
    }

    /// The fields of a `ModifyRule` that gives both target groups these weights.
    func weights(_ blueWeight: String, _ greenWeight: String) -> [(String, String)] {
        let groups = "Actions.member.1.ForwardConfig.TargetGroups.member"
        return [
            ("RuleArn", rule), ("Actions.member.1.Type", "forward"), ("\(groups).1.TargetGroupArn", blue),
            ("\(groups).1.Weight", blueWeight), ("\(groups).2.TargetGroupArn", green),
            ("\(groups).2.Weight", greenWeight),
        ]
    }

    /// The targets of a group and their states, as `DescribeTargetHealth` tells them.
    mutating func health(_ targetGroup: String) -> [String] {
        let list = ask("DescribeTargetHealth", [("TargetGroupArn", targetGroup)]).result?["TargetHealthDescriptions"]
        return (list?.children ?? []).map {
            "\($0.at("Target", "Id")?.text ?? "") \($0.at("TargetHealth", "State")?.text ?? "")"
        }
    }
}
