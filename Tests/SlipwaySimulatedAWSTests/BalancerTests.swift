import SlipwayBase
import SlipwaySimulatedAWS
import Testing

struct BalancerTests {
    /// Two environments behind one load balancer, and the rule that weighs them.
    private func shared() throws -> (cloud: Cloud, rule: String) {
        var cloud = Cloud()
        let balancer = cloud.world.addSharedBalancer("shop")
        cloud.world.seed(AWSWorld.Seed.Environment("shop-stable", version: "v1", front: .shared(balancer)))
        cloud.world.seed(AWSWorld.Seed.Environment("shop-canary", version: "v2", front: .shared(balancer)))
        let rule = cloud.world.addRule(on: balancer, weights: [("shop-stable", 100), ("shop-canary", 0)])
        return (cloud, try #require(rule))
    }

    @Test("given a weighted rule, when its weights are changed through the API, then so are the shares")
    func weights() throws {
        var (cloud, rule) = try shared()
        #expect(cloud.world.traffic(forRule: rule).versions == ["v1": 1])
        let stable = try #require(cloud.world.environment("shop-stable")?.targetGroupARN)
        let canary = try #require(cloud.world.environment("shop-canary")?.targetGroupARN)
        cloud.service = "elasticloadbalancing"
        let groups = "Actions.member.1.ForwardConfig.TargetGroups.member"
        try cloud.call(
            "ModifyRule",
            [
                "RuleArn": rule, "Actions.member.1.Type": "forward",
                "\(groups).1.TargetGroupArn": stable, "\(groups).1.Weight": "75",
                "\(groups).2.TargetGroupArn": canary, "\(groups).2.Weight": "25",
            ]
        )
        #expect(cloud.world.traffic(forRule: rule).versions == ["v1": 0.75, "v2": 0.25])
    }

    @Test("given an environment that is updated, when its targets are described, then they follow its instances")
    func targets() throws {
        var (cloud, _) = try shared()
        let group = try #require(cloud.world.environment("shop-canary")?.targetGroupARN)
        func states() throws -> [String] {
            var copy = cloud
            copy.service = "elasticloadbalancing"
            let answer = try copy.call("DescribeTargetHealth", ["TargetGroupArn": group])
            return answer.members("TargetHealthDescriptions").map { $0["TargetHealth"]?.text("State") ?? "" }
        }
        #expect(try states() == ["healthy", "healthy"])
        try cloud.deploy("v2", to: "shop-canary")
        cloud.wait(.seconds(7))
        #expect(try states() == ["unhealthy", "unhealthy"])
        cloud.settle()
        #expect(try states() == ["healthy", "healthy"])
    }

    @Test("given an environment, when its autoscaling group is described, then it names the target group")
    func group() throws {
        var (cloud, _) = try shared()
        let resources = try cloud.call("DescribeEnvironmentResources", ["EnvironmentName": "shop-canary"])
        let name = try #require(resources["EnvironmentResources"]?.members("AutoScalingGroups").first).text("Name")
        cloud.service = "autoscaling"
        let answer = try cloud.call("DescribeAutoScalingGroups", ["AutoScalingGroupNames.member.1": name])
        let group = try #require(answer.members("AutoScalingGroups").first)
        #expect(
            group.members("TargetGroupARNs").map(\.text) == [cloud.world.environment("shop-canary")?.targetGroupARN]
        )
    }

    @Test("given an environment that is terminated, when its weight stays, then its share fails")
    func terminated() throws {
        var (cloud, rule) = try shared()
        try cloud.call("TerminateEnvironment", ["EnvironmentName": "shop-stable"])
        #expect(cloud.world.traffic(forRule: rule).failed == 1)
    }
}
