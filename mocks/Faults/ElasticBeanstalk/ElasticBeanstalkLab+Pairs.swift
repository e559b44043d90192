import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies

/// Releases over two environments.
extension ElasticBeanstalkLab {
    private static func switched(_ isGood: Bool, isCloned: Bool, _ disposal: Disposal) throws
        -> ElasticBeanstalkLab
    {
        var environments = [AWSWorld.Seed.Environment("shop-blue", instances: 2)]
        if !isCloned { environments.append(AWSWorld.Seed.Environment("shop-green", instances: 1)) }
        environments[0].cnamePrefix = "shop"
        let layout = ElasticBeanstalkLayout.blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop")
        var lab = try ElasticBeanstalkLab(account(environments), layout, release(isGood), candidate: "shop-green")
        lab.disposal = disposal
        return lab
    }

    private static func strategy(_ disposal: Disposal) -> BlueGreenStrategy {
        BlueGreenStrategy(scaleDownDelay: .seconds(20), disposal: disposal, deadline: .seconds(300))
    }

    /// Two environments, both of which stay.
    public static func blueGreen(_ isGood: Bool) throws -> Scenario {
        try switched(isGood, isCloned: false, .keep).scenario("blue-green", strategy(.keep))
    }

    /// A second environment that is made, and the old one removed.
    public static func clonedBlueGreen(_ isGood: Bool) throws -> Scenario {
        try switched(isGood, isCloned: true, .remove).scenario("blue-green, cloned", strategy(.remove))
    }

    /// The old environment keeps one instance.
    static func shrunkBlueGreen() throws -> Scenario {
        var scenario = try switched(true, isCloned: false, .scaleDown).scenario(
            "blue-green, shrunk",
            strategy(.scaleDown)
        )
        scenario.accepting = ["oneInstance"]
        return scenario
    }

    private static func shared(_ isGood: Bool, isCloned: Bool) throws -> ElasticBeanstalkLab {
        let names = isCloned ? ["shop-stable"] : ["shop-stable", "shop-canary"]
        var front = AWSWorld(at: Scenario.start)
        let arn = front.balancing.addLoadBalancer(
            "shared",
            region: region,
            account: AWSWorld.Seed.account,
            at: Scenario.start
        )
        let listener = front.balancing.addListener(on: arn, to: nil)
        var world = account(names.map { AWSWorld.Seed.Environment($0, instances: 2, front: .shared(arn)) })
        world.balancing = front.balancing
        var view = AccountView(world)
        let groups = try names.map { name in
            guard let group = view.targetGroup(of: name) else { throw InputFailure("\(name) has no target group") }
            return group
        }
        let weights = zip(groups, [100, 0]).map { (targetGroupARN: $0, weight: $1) }
        let rule = world.balancing.addRule(on: listener, priority: 5, host: "shop.example.com", to: weights)
        let layout = ElasticBeanstalkLayout.canary(
            stable: "shop-stable",
            canary: "shop-canary",
            weights: .listenerRule(arn: rule)
        )
        return try ElasticBeanstalkLab(world, layout, release(isGood), candidate: "shop-canary")
    }

    private static var steps: CanaryStrategy {
        CanaryStrategy(
            steps: [.setCanaryScale(.replicas(1)), .setWeight(10), .pause(.seconds(30)), .setWeight(50)],
            deadline: .seconds(300)
        )
    }

    /// Two environments on one load balancer.
    public static func canary(_ isGood: Bool) throws -> Scenario {
        var scenario = try shared(isGood, isCloned: false).scenario("canary", steps)
        scenario.stride = isGood ? 10 : 16
        return scenario
    }

    /// A second environment on the same load balancer that is made, and removed at the end.
    public static func clonedCanary(_ isGood: Bool) throws -> Scenario {
        var scenario = try shared(isGood, isCloned: true).scenario("canary, cloned", steps)
        scenario.stride = isGood ? 10 : 16
        return scenario
    }
}
