import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct CallTests {
    static func reply(_ inner: String) throws -> AWSReply {
        AWSReply(result: try XMLNode(parsing: Array("<R>\(inner)</R>".utf8)))
    }

    static func query(_ call: QueryCall) -> [String] { call.parameters.map { "\($0.name)=\($0.value)" } }

    @Test("given who we are, when it is answered, then account and name are read, and nothing else will do")
    func identity() async throws {
        let whole = try CallerIdentity(
            Self.reply("<Arn>arn:aws:iam::123456789012:user/a</Arn><Account>123456789012</Account>")
        )
        #expect(whole.account == "123456789012")
        #expect(whole.arn == "arn:aws:iam::123456789012:user/a")
        for half in ["<Arn>a</Arn>", "<Arn>a</Arn><Account></Account>", "<Account>123456789012</Account>"] {
            let reply = try Self.reply(half)
            let failed = await failure { () async throws(AWSFailure) in _ = try CallerIdentity(reply) }
            #expect(failed?.kind == .unreadable)
        }
    }

    static let rule = """
        <Rules><member><RuleArn>arn:r</RuleArn><Priority>10</Priority><IsDefault>false</IsDefault>
        <Conditions><member><Field>host-header</Field></member></Conditions>
        <Actions>
        <member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig><Issuer>https://i</Issuer>
        <ClientId>c</ClientId><AuthenticationRequestExtraParams><entry><key>k</key><value>v &amp; w</value></entry>
        </AuthenticationRequestExtraParams><Scope></Scope></AuthenticateOidcConfig></member>
        <member><Type>brand-new</Type><Order>2</Order><BrandNewConfig><Deep><List><member>a</member><member>b</member>
        </List></Deep></BrandNewConfig></member>
        <member><Type>forward</Type><Order>3</Order><TargetGroupArn>arn:blue</TargetGroupArn><ForwardConfig>
        <TargetGroups><member><TargetGroupArn>arn:blue</TargetGroupArn><Weight>100</Weight></member>
        <member><TargetGroupArn>arn:other</TargetGroupArn></member></TargetGroups>
        <TargetGroupStickinessConfig><Enabled>true</Enabled><DurationSeconds>3600</DurationSeconds>
        </TargetGroupStickinessConfig><Novelty>n</Novelty></ForwardConfig></member>
        </Actions></member></Rules>
        """

    @Test("given a rule with actions of other kinds, when weights change, then everything else is sent back as it was")
    func modifyRule() throws {
        var rule = try #require(try ListenerRule.all(Self.reply(Self.rule)).first)
        #expect(rule.arn == "arn:r")
        #expect(!rule.isDefault)
        #expect(rule.actions.map { $0.forward == nil } == [true, true, false])
        #expect(rule.actions[2].forward?.weight(of: "arn:other") == 1)
        rule.actions[2].forward?.set(weight: 80, of: "arn:blue")
        rule.actions[2].forward?.set(weight: 20, of: "arn:green")
        let call = LoadBalancingCalls.modifyRule(rule.arn, actions: rule.actions)
        #expect(call.isIdempotent)
        let forward = "Actions.member.3.ForwardConfig"
        #expect(
            Self.query(call) == [
                "RuleArn=arn:r",
                "Actions.member.1.Type=authenticate-oidc", "Actions.member.1.Order=1",
                "Actions.member.1.AuthenticateOidcConfig.Issuer=https://i",
                "Actions.member.1.AuthenticateOidcConfig.ClientId=c",
                "Actions.member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.key=k",
                "Actions.member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.value=v & w",
                "Actions.member.1.AuthenticateOidcConfig.UseExistingClientSecret=true",
                "Actions.member.2.Type=brand-new", "Actions.member.2.Order=2",
                "Actions.member.2.BrandNewConfig.Deep.List.member.1=a",
                "Actions.member.2.BrandNewConfig.Deep.List.member.2=b",
                "Actions.member.3.Type=forward", "Actions.member.3.Order=3",
                "\(forward).TargetGroups.member.1.TargetGroupArn=arn:blue",
                "\(forward).TargetGroups.member.1.Weight=80",
                "\(forward).TargetGroups.member.2.TargetGroupArn=arn:other",
                "\(forward).TargetGroups.member.2.Weight=1",
                "\(forward).TargetGroups.member.3.TargetGroupArn=arn:green",
                "\(forward).TargetGroups.member.3.Weight=20", "\(forward).Novelty=n",
                "\(forward).TargetGroupStickinessConfig.Enabled=true",
                "\(forward).TargetGroupStickinessConfig.DurationSeconds=3600",
            ]
        )
    }

    @Test("given a forward in its short form, when it is read, then it is one target group")
    func shortForward() throws {
        let text =
            "<Rules><member><RuleArn>r</RuleArn><IsDefault>true</IsDefault><Actions><member><Type>forward</Type>"
            + "<TargetGroupArn>arn:blue</TargetGroupArn></member></Actions></member></Rules>"
        let rule = try #require(try ListenerRule.all(Self.reply(text)).first)
        #expect(rule.isDefault)
        #expect(rule.actions[0].forward?.targets == [.init("arn:blue", weight: 1)])
    }

    @Test(
        "given words for the state of a target, when they are read, then an unknown one is kept",
        arguments: [
            ("healthy", TargetHealth.State.healthy), ("Initial", .initial), ("unhealthy.draining", .draining),
            ("unused", .unused), ("unhealthy", .unhealthy), ("unavailable", .unavailable), ("shy", .other("shy")),
        ]
    )
    func targetHealth(word: String, state: TargetHealth.State) throws {
        let text =
            "<TargetHealthDescriptions><member><Target><Id>i-1</Id><Port>80</Port></Target><TargetHealth>"
            + "<State>\(word)</State><Reason>why</Reason></TargetHealth></member></TargetHealthDescriptions>"
        let health = try #require(try TargetHealth.all(Self.reply(text)).first)
        #expect(health.state == state)
        #expect([health.target, health.reason] == ["i-1", "why"])
        #expect(health.port == 80)
    }

    @Test("given load balancers, listeners and target groups, when they are read, then their names lead to each other")
    func loadBalancing() throws {
        let groups = try TargetGroup.all(
            Self.reply(
                "<TargetGroups><member><TargetGroupArn>t</TargetGroupArn><TargetGroupName>n</TargetGroupName>"
                    + "<LoadBalancerArns><member>l</member></LoadBalancerArns></member></TargetGroups>"
            )
        )
        #expect(groups.map { [$0.arn, $0.name] + $0.loadBalancerARNs } == [["t", "n", "l"]])
        let listeners = try Listener.all(
            Self.reply(
                "<Listeners><member><ListenerArn>i</ListenerArn><LoadBalancerArn>l</LoadBalancerArn><Port>443</Port>"
                    + "<Protocol>HTTPS</Protocol></member></Listeners>"
            )
        )
        #expect(listeners.map { [$0.arn, $0.loadBalancerARN, $0.protocolName] } == [["i", "l", "HTTPS"]])
        #expect(listeners.map(\.port) == [443])
        let balancers = try LoadBalancer.all(
            Self.reply(
                "<LoadBalancers><member><LoadBalancerArn>l</LoadBalancerArn><DNSName>d</DNSName><Type>application</Type>"
                    + "<State><Code>active</Code></State></member></LoadBalancers>"
            )
        )
        #expect(
            balancers.map { [$0.arn, $0.name, $0.dnsName, $0.type, $0.state] } == [
                ["l", "", "d", "application", "active"]
            ]
        )
        #expect(
            Self.query(LoadBalancingCalls.describeRules(["a", "b"])) == ["RuleArns.member.1=a", "RuleArns.member.2=b"]
        )
        #expect(
            Self.query(LoadBalancingCalls.describeListeners(ofLoadBalancer: "l", marker: "m"))
                == ["LoadBalancerArn=l", "Marker=m"]
        )
    }

    @Test("given a group of instances, when it is read, then sizes, target groups and instances are known")
    func autoScaling() async throws {
        let text = """
            <AutoScalingGroups><member><AutoScalingGroupName>g</AutoScalingGroupName><MinSize>1</MinSize>
            <MaxSize>4</MaxSize><DesiredCapacity>2</DesiredCapacity><TargetGroupARNs><member>t</member></TargetGroupARNs>
            <Instances><member><InstanceId>i-1</InstanceId><LifecycleState>Pending:Dreaming</LifecycleState>
            <HealthStatus>Healthy</HealthStatus></member></Instances></member></AutoScalingGroups>
            """
        let group = try #require(try AutoScalingGroup.all(Self.reply(text)).first)
        #expect([group.sizeMin, group.sizeMax, group.sizeDesired] == [1, 4, 2])
        #expect(group.targetGroupARNs == ["t"])
        #expect(group.instances.map(\.lifecycleState) == ["Pending:Dreaming"])
        let odd = try Self.reply(
            "<AutoScalingGroups><member><AutoScalingGroupName>g</AutoScalingGroupName><MinSize>few</MinSize></member>"
                + "</AutoScalingGroups>"
        )
        let failed = await failure { () async throws(AWSFailure) in _ = try AutoScalingGroup.all(odd) }
        #expect(failed?.kind == .unreadable)
    }
}
