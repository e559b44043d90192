import SlipwayAWS
import Testing

extension MotoTests {
    @Suite struct LoadBalancingTests {
        let moto: MotoServer

        init() throws { moto = try MotoServer.here() }

        private func network() async throws -> (vpc: String, subnets: [String]) {
            let ec2 = moto.query("ec2", "2016-11-15")
            let vpc = try await ec2.call("CreateVpc", ("CidrBlock", "10.0.0.0/16"))
            let id = try #require(vpc["vpc"]?.text("vpcId"))
            var subnets: [String] = []
            for (zone, block) in [("us-east-1a", "10.0.1.0/24"), ("us-east-1b", "10.0.2.0/24")] {
                let answer = try await ec2.call(
                    "CreateSubnet",
                    ("AvailabilityZone", zone),
                    ("CidrBlock", block),
                    ("VpcId", id)
                )
                subnets.append(try #require(answer["subnet"]?.text("subnetId")))
            }
            return (id, subnets)
        }

        private func targetGroup(_ name: String, vpc: String) async throws -> String {
            let elb = moto.query("elasticloadbalancing", LoadBalancingCalls.version)
            let answer = try await elb.call(
                "CreateTargetGroup",
                ("Name", name),
                ("Protocol", "HTTP"),
                ("Port", "80"),
                ("VpcId", vpc)
            )
            return try #require(answer.members("TargetGroups").first?.text("TargetGroupArn"))
        }

        @Test("given a rule with stickiness, when its weights are changed, then reading it back says so")
        func weights() async throws {
            let elb = moto.query("elasticloadbalancing", LoadBalancingCalls.version)
            let (vpc, subnets) = try await network()
            let (blue, green) = (
                try await targetGroup("blue", vpc: vpc), try await targetGroup("green", vpc: vpc)
            )
            let created = try await elb.call(
                "CreateLoadBalancer",
                ("Name", "lb"),
                ("Subnets.member.1", subnets[0]),
                ("Subnets.member.2", subnets[1])
            )
            let balancer = try #require(created.members("LoadBalancers").first?.text("LoadBalancerArn"))
            let listening = try await elb.call(
                "CreateListener",
                ("LoadBalancerArn", balancer),
                ("Protocol", "HTTP"),
                ("Port", "80"),
                ("DefaultActions.member.1.Type", "forward"),
                ("DefaultActions.member.1.TargetGroupArn", blue)
            )
            let listener = try #require(listening.members("Listeners").first?.text("ListenerArn"))
            let ruled = try await elb.call(
                "CreateRule",
                ("ListenerArn", listener),
                ("Conditions.member.1.Field", "host-header"),
                ("Conditions.member.1.Values.member.1", "a.example.com"),
                ("Priority", "10"),
                ("Actions.member.1.Type", "forward"),
                ("Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn", blue),
                ("Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight", "100"),
                ("Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled", "true"),
                ("Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds", "3600")
            )
            let arn = try #require(ruled.members("Rules").first?.text("RuleArn"))
            var rule = try #require(
                try ListenerRule.all(try await elb.send(LoadBalancingCalls.describeRules([arn]))).first
            )
            #expect(rule.actions.map { $0.forward?.targets } == [[.init(blue, weight: 100)]])
            let before = try #require(rule.actions[0].forward?.stickiness)
            rule.actions[0].forward?.set(weight: 75, of: blue)
            rule.actions[0].forward?.set(weight: 25, of: green)
            for _ in 0..<2 { _ = try await elb.send(LoadBalancingCalls.modifyRule(arn, actions: rule.actions)) }
            let after = try #require(
                try ListenerRule.all(try await elb.send(LoadBalancingCalls.describeRules([arn]))).first
            )
            #expect(after.actions[0].forward?.targets == [.init(blue, weight: 75), .init(green, weight: 25)])
            #expect(after.actions[0].forward?.stickiness == before)
            let all = try ListenerRule.all(try await elb.send(LoadBalancingCalls.describeRules(ofListener: listener)))
            #expect(all.map(\.isDefault).sorted { !$0 && $1 } == [false, true])
            let listeners = try Listener.all(
                try await elb.send(LoadBalancingCalls.describeListeners(ofLoadBalancer: balancer))
            )
            #expect(listeners.map(\.arn) == [listener])
            let groups = try TargetGroup.all(try await elb.send(LoadBalancingCalls.describeTargetGroups([blue])))
            #expect(groups.map { Set($0.loadBalancerARNs) } == [[balancer]])
            let balancers = try LoadBalancer.all(
                try await elb.send(LoadBalancingCalls.describeLoadBalancers([balancer]))
            )
            #expect(balancers.map(\.type) == ["application"])
        }

        @Test("given a group of instances, when it is read, then its target groups and the health of its targets are")
        func groups() async throws {
            let (vpc, subnets) = try await network()
            let target = try await targetGroup("fleet", vpc: vpc)
            let scaling = moto.query("autoscaling", AutoScalingCalls.version)
            _ = try await scaling.call(
                "CreateLaunchConfiguration",
                ("LaunchConfigurationName", "launch"),
                ("ImageId", "ami-12c6146b"),
                ("InstanceType", "t2.micro")
            )
            _ = try await scaling.call(
                "CreateAutoScalingGroup",
                ("AutoScalingGroupName", "fleet"),
                ("LaunchConfigurationName", "launch"),
                ("MinSize", "1"),
                ("MaxSize", "4"),
                ("DesiredCapacity", "2"),
                ("VPCZoneIdentifier", subnets[0]),
                ("TargetGroupARNs.member.1", target)
            )
            let group = try #require(
                try AutoScalingGroup.all(
                    try await scaling.send(AutoScalingCalls.describeAutoScalingGroups(["fleet"]))
                ).first
            )
            #expect([group.sizeMin, group.sizeDesired, group.sizeMax] == [1, 2, 4])
            #expect(group.targetGroupARNs == [target])
            #expect(group.instances.map(\.lifecycleState) == ["InService", "InService"])
            let elb = moto.query("elasticloadbalancing", LoadBalancingCalls.version)
            let health = try TargetHealth.all(try await elb.send(LoadBalancingCalls.describeTargetHealth(target)))
            #expect(Set(health.map(\.target)) == Set(group.instances.map(\.id)))
        }

        @Test("given an ARN that names nothing, when it is asked for, then it is absent")
        func absent() async throws {
            let elb = moto.query("elasticloadbalancing", LoadBalancingCalls.version)
            let arn = "arn:aws:elasticloadbalancing:us-east-1:\(MotoServer.account):targetgroup/none/0123456789abcdef"
            let failed = await failure { () async throws(AWSFailure) in
                _ = try await elb.send(LoadBalancingCalls.describeTargetGroups([arn]))
            }
            #expect(failed?.kind == .absent)
        }
    }
}
