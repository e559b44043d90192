import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct TargetTests {
    private static func targets(_ group: String, _ ids: String...) -> [(String, String)] {
        [("TargetGroupArn", group)] + ids.enumerated().map { ("Targets.member.\($0.offset + 1).Id", $0.element) }
    }

    @Test("given targets that are registered, when time passes, then they are initial, healthy, draining and gone")
    func life() {
        var street = Street()
        #expect(street.ask("RegisterTargets", Self.targets(street.blue, "i-1", "i-2")).status == 200)
        #expect(street.health(street.blue) == ["i-1 initial", "i-2 initial"])
        street.asking.now = Asking.start + .seconds(10)
        #expect(street.health(street.blue) == ["i-1 healthy", "i-2 healthy"])
        _ = street.ask("DeregisterTargets", Self.targets(street.blue, "i-2"))
        #expect(street.health(street.blue) == ["i-1 healthy", "i-2 draining"])
        street.asking.now = Asking.start + .seconds(30)
        #expect(street.health(street.blue) == ["i-1 healthy"])
    }

    @Test(
        "given a group that no rule uses, when its health is asked, then its targets are unused and the reason says so"
    )
    func unused() {
        var street = Street()
        _ = street.ask("RegisterTargets", Self.targets(street.green, "i-1"))
        let entry = street.ask("DescribeTargetHealth", [("TargetGroupArn", street.green)])
            .result?.at("TargetHealthDescriptions", "member")
        #expect(entry?.names == ["Target", "HealthCheckPort", "TargetHealth"])
        #expect(entry?["TargetHealth"]?.texts.prefix(2) == ["unused", "Target.NotInUse"])
        _ = street.ask("ModifyRule", street.weights("1", "1"))
        #expect(street.health(street.green) == ["i-1 initial"])
    }

    @Test("given states set from outside, when traffic is asked, then healthy targets get it, else all, else nobody")
    func traffic() {
        var street = Street()
        let now = street.asking.now
        _ = street.ask("ModifyRule", street.weights("3", "1"))
        let first = [Target(id: "i-1", state: .healthy), Target(id: "i-2", state: .unhealthy)]
        street.balancing.setTargets(of: street.blue, to: first, at: now)
        var traffic = street.balancing.traffic(ofRule: street.rule, at: now)
        #expect(traffic.map(\.share) == [0.75, 0.25])
        #expect(traffic.map(\.targets) == [["i-1"], []])
        #expect(traffic.map(\.isHealthy) == [true, false])
        street.balancing.setState(.unhealthy, of: "i-1", in: street.blue)
        traffic = street.balancing.traffic(ofRule: street.rule, at: now)
        #expect(traffic.first?.targets == ["i-1", "i-2"])
        #expect(traffic.first?.isHealthy == false)
        _ = street.ask("ModifyRule", street.weights("0", "0"))
        #expect(street.balancing.traffic(ofRule: street.rule, at: now).map(\.share) == [0, 0])
    }

    @Test("given some targets, when only others are asked about, then those are unused")
    func asked() {
        var street = Street()
        street.balancing.setTargets(of: street.blue, to: [Target(id: "i-1", state: .healthy)], at: street.asking.now)
        let list = street.ask("DescribeTargetHealth", Self.targets(street.blue, "i-9")).result
        #expect(list?.at("TargetHealthDescriptions", "member", "TargetHealth", "State")?.text == "unused")
        #expect(street.ask("RegisterTargets", [("TargetGroupArn", street.blue)]).code == "ValidationError")
    }

    @Test("given an environment, when it is shown, then its group is found by ARN, load balancer and tags")
    func fleet() {
        var street = Street()
        let shown = Self.fleet(street.asking, balancer: street.balancer)
        street.balancing.show(shown, at: street.asking.now)
        let arn = shown.targetGroupARN ?? ""
        #expect(street.health(arn) == ["i-1 healthy", "i-2 initial"])
        let groups = street.ask("DescribeTargetGroups", [("LoadBalancerArn", street.balancer)]).result?["TargetGroups"]
        #expect(groups?.children.compactMap { $0["TargetGroupArn"]?.text } == [street.blue, arn])
        let tags = street.ask("DescribeTags", [("ResourceArns.member.1", arn)]).result?
            .at("TagDescriptions", "member", "Tags")
        #expect(tags?.children.first?.texts == ["elasticbeanstalk:environment-id", "e-abc"])
        let isRemoved = street.balancing.removeTargetGroup(arn)
        #expect(isRemoved)
        #expect(street.ask("DescribeTargetHealth", [("TargetGroupArn", arn)]).code == "TargetGroupNotFound")
    }

    @Test("given a dedicated load balancer, when its environment is shown, then it has a listener that leads there")
    func dedicated() {
        var street = Street()
        let balancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/awseb-1/0123456789abcdef"
        let fleet = Self.fleet(street.asking, balancer: balancer)
        street.balancing.show(fleet, at: street.asking.now)
        let listeners = street.ask("DescribeListeners", [("LoadBalancerArn", balancer)]).result?["Listeners"]
        #expect(listeners?.at("member", "DefaultActions", "member", "TargetGroupArn")?.text == fleet.targetGroupARN)
        let isRemovedInUse = street.balancing.removeTargetGroup(fleet.targetGroupARN ?? "")
        #expect(!isRemovedInUse)
        street.balancing.removeLoadBalancer(balancer)
        let isRemoved = street.balancing.removeTargetGroup(fleet.targetGroupARN ?? "")
        #expect(isRemoved)
        let gone = street.ask("DescribeLoadBalancers", [("LoadBalancerArns.member.1", balancer)])
        #expect(gone.code == "LoadBalancerNotFound")
    }

    @Test("given environments, when autoscaling groups are described, then sizes, target groups and instances come")
    func autoScaling() {
        let asking = Asking()
        let fleet = Self.fleet(asking, balancer: nil)
        let fields = [("AutoScalingGroupNames.member.1", "awseb-asg"), ("AutoScalingGroupNames.member.2", "none")]
        let response = SimulatedAutoScaling.respond(
            to: asking.query("DescribeAutoScalingGroups", fields),
            fleets: [fleet]
        )
        let groups = response.result?["AutoScalingGroups"]?.children ?? []
        #expect(groups.count == 1)
        #expect(groups.first?["TargetGroupARNs"]?.texts.first == fleet.targetGroupARN)
        #expect(groups.first?["MinSize"]?.text == "1")
        #expect(groups.first?["MaxSize"]?.text == "4")
        #expect(groups.first?["Instances"]?.children.compactMap { $0["InstanceId"]?.text } == ["i-1", "i-2", "i-3"])
        var elsewhere = asking
        elsewhere.region = "eu-west-1"
        let empty = SimulatedAutoScaling.respond(to: elsewhere.query("DescribeAutoScalingGroups"), fleets: [fleet])
        #expect(empty.result?["AutoScalingGroups"]?.children.isEmpty == true)
        let unknown = SimulatedAutoScaling.respond(to: asking.query("SetDesiredCapacity"), fleets: [fleet])
        #expect(unknown.code == "InvalidAction")
    }

    @Test("given another region or account, when resources are described, then they are not there")
    func places() {
        var street = Street()
        street.asking.region = "eu-west-1"
        #expect(street.ask("DescribeLoadBalancers").result?["LoadBalancers"]?.children.isEmpty == true)
        #expect(street.ask("DescribeRules", [("RuleArns.member.1", street.rule)]).code == "RuleNotFound")
        #expect(street.ask("DescribeListeners", [("LoadBalancerArn", street.balancer)]).code == "LoadBalancerNotFound")
        street.asking = Asking(account: "210987654321")
        #expect(street.ask("DescribeTargetHealth", [("TargetGroupArn", street.blue)]).code == "TargetGroupNotFound")
        #expect(street.ask("DescribeUnicorns").code == "InvalidAction")
    }

    private static func fleet(_ asking: Asking, balancer: String?) -> Fleet {
        Fleet(
            environmentID: "e-abc",
            environmentName: "shop-prod",
            account: asking.account,
            region: asking.region,
            autoScalingGroup: "awseb-asg",
            targetGroupARN: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/awseb-tg/0011223344556677",
            loadBalancerARN: balancer,
            sizeMin: 1,
            sizeMax: 4,
            members: [
                Fleet.Member(id: "i-1", zone: "us-east-1a", targetState: "healthy"),
                Fleet.Member(id: "i-2", zone: "us-east-1b", targetState: "initial"),
                Fleet.Member(id: "i-3", zone: "us-east-1b", targetState: nil),
            ]
        )
    }
}
