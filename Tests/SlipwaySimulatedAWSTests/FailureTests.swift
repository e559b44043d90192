import SlipwayBase
import SlipwaySimulatedAWS
import Testing

/// Deployments of `v2` that go wrong by instruction.
struct FailureTests {
    private func cloud(
        _ policy: DeploymentPolicy,
        _ kind: BeanstalkFailure.Kind,
        _ options: [BeanstalkOption: String] = [.batchType: "Fixed", .batchSize: "1"]
    ) -> Cloud {
        Cloud(.init("shop-prod", instances: 3, policy: policy)) { seed in
            seed.applications = [.init("shop", versions: ["v2"])]
            seed.environments[0].options = options
            seed.failures = [BeanstalkFailure(kind, version: "v2")]
        }
    }

    private func expectOld(_ cloud: inout Cloud) throws {
        cloud.settle()
        let after = try cloud.environment("shop-prod")
        #expect(after.text("Status") == "Ready")
        #expect(after.text("VersionLabel") == "v1")
        #expect(try cloud.messages().contains("Failed to deploy application."))
    }

    @Test("given Rolling, when the second instance fails, then the fleet is mixed and that instance out of service")
    func rolling() throws {
        var cloud = cloud(.rolling, .instance(2))
        try cloud.deploy("v2")
        try expectOld(&cloud)
        #expect(try cloud.fleet() == ["v1": 1, "v2": 1, "v2 Failed": 1])
        #expect(cloud.shares == ["v1": 0.5, "v2": 0.5])
        let after = try cloud.environment("shop-prod")
        #expect(after.text("HealthStatus") == "Degraded")
        #expect(after.text("Health") == "Red")
        let health = try cloud.call(
            "DescribeEnvironmentHealth",
            ["EnvironmentName": "shop-prod", "AttributeNames.member.1": "All"]
        )
        let causes = health.members("Causes").map(\.text)
        #expect(
            causes.contains {
                $0.hasPrefix("Incorrect application version found on 2 out of 3 instances. Expected version \"v1\"")
            }
        )
        let messages = try cloud.messages()
        #expect(messages.contains("Instance deployment failed. For details, see 'eb-engine.log'."))
        #expect(messages.contains { $0.hasPrefix("During an aborted deployment, some instances may have deployed") })
    }

    @Test("given a mixed fleet, when the old version is deployed again, then all is as before")
    func redeploy() throws {
        var cloud = cloud(.rolling, .instance(2))
        try cloud.deploy("v2")
        cloud.settle()
        try cloud.deploy("v1")
        cloud.settle()
        #expect(try cloud.fleet() == ["v1": 3])
        #expect(cloud.shares == ["v1": 1])
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Ok")
    }

    @Test("given AllAtOnce, when every instance fails, then nobody answers until something is deployed again")
    func allAtOnce() throws {
        var cloud = cloud(.allAtOnce, .everyInstance)
        try cloud.deploy("v2")
        try expectOld(&cloud)
        #expect(cloud.world.traffic(for: "shop-prod").failed == 1)
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Severe")
        let messages = try cloud.messages()
        #expect(
            messages.contains(
                "Command execution completed on all instances. Summary: [Successful: 0, Failed: 3]."
            )
        )
    }

    @Test("given AllAtOnce, when the version runs and is not healthy, then the update succeeds and health says Severe")
    func unhealthyAllAtOnce() throws {
        var cloud = cloud(.allAtOnce, .unhealthy)
        try cloud.deploy("v2")
        cloud.settle()
        let after = try cloud.environment("shop-prod")
        #expect(after.text("VersionLabel") == "v2")
        #expect(after.text("HealthStatus") == "Severe")
        #expect(cloud.world.traffic(for: "shop-prod").failed == 1)
    }

    @Test("given a command that hangs, when its time is over, then the service gives up on that instance")
    func timeout() throws {
        var cloud = cloud(.allAtOnce, .timeout(1), [.commandTimeout: "60"])
        try cloud.deploy("v2")
        cloud.wait(.seconds(290))
        #expect(try cloud.environment("shop-prod").text("Status") == "Updating")
        try expectOld(&cloud)
        #expect(try cloud.fleet() == ["v2": 2, "v2 Failed": 1])
        #expect(
            try cloud.messages().contains {
                $0.hasPrefix("The following instances have not responded in the allowed command timeout time")
            }
        )
    }

    @Test("given an additional batch, when its first instance fails, then it goes and the old fleet is untouched")
    func additionalBatch() throws {
        var cloud = cloud(.rollingWithAdditionalBatch, .instance(1))
        try cloud.deploy("v2")
        try expectOld(&cloud)
        #expect(try cloud.fleet() == ["v1": 3])
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Ok")
    }

    @Test(
        "given a second set of instances, when it does not become healthy, then it goes and users never saw it",
        arguments: [DeploymentPolicy.immutable, .trafficSplitting]
    )
    func replacing(_ policy: DeploymentPolicy) throws {
        var cloud = cloud(policy, .unhealthy)
        try cloud.deploy("v2")
        while cloud.world.environment("shop-prod")?.status == "Updating" {
            cloud.wait(.seconds(5))
            #expect(cloud.shares == ["v1": 1])
        }
        try expectOld(&cloud)
        #expect(try cloud.fleet() == ["v1": 3])
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Ok")
    }

    @Test("given TrafficSplitting, when the version breaks while it is evaluated, then traffic is shifted back")
    func evaluation() throws {
        var cloud = cloud(.trafficSplitting, .degrades(after: .seconds(240)))
        try cloud.deploy("v2")
        cloud.wait(.seconds(230))
        #expect(cloud.shares["v2"] == 0.1)
        try expectOld(&cloud)
        #expect(cloud.shares == ["v1": 1])
    }

    @Test("given a version that breaks minutes later, when the update has succeeded, then health changes by itself")
    func degrades() throws {
        var cloud = cloud(.rolling, .degrades(after: .seconds(900)))
        try cloud.deploy("v2")
        cloud.wait(.seconds(600))
        #expect(try cloud.environment("shop-prod").text("VersionLabel") == "v2")
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Ok")
        cloud.settle()
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Severe")
        #expect(
            try cloud.messages().contains {
                $0.hasPrefix("Environment health has transitioned from Degraded to Severe.")
            }
        )
    }

    @Test("given a version that answers with client errors, when it runs, then health is Warning and Yellow")
    func warns() throws {
        var cloud = cloud(.allAtOnce, .warns)
        try cloud.deploy("v2")
        cloud.settle()
        let after = try cloud.environment("shop-prod")
        #expect(after.text("HealthStatus") == "Warning")
        #expect(after.text("Health") == "Yellow")
        #expect(cloud.shares == ["v2": 1])
    }

    @Test("given a failure that is to happen once, when the version is deployed twice, then the second goes well")
    func once() throws {
        var cloud = cloud(.allAtOnce, .everyInstance)
        cloud.world.failures = [BeanstalkFailure(.everyInstance, times: 1)]
        try cloud.deploy("v2")
        cloud.settle()
        #expect(try cloud.environment("shop-prod").text("VersionLabel") == "v1")
        try cloud.deploy("v2")
        cloud.settle()
        #expect(try cloud.environment("shop-prod").text("VersionLabel") == "v2")
    }
}
