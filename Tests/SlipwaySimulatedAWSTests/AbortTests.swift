import SlipwayBase
import SlipwaySimulatedAWS
import Testing

struct AbortTests {
    private func cloud(_ policy: DeploymentPolicy) -> Cloud {
        Cloud(.init("shop-prod", instances: 3, policy: policy)) { seed in
            seed.applications = [.init("shop", versions: ["v2"])]
            seed.environments[0].options = [.batchType: "Fixed", .batchSize: "1"]
        }
    }

    @Test("given nothing to abort, when it is aborted, then the service says what it must be")
    func nothing() throws {
        var cloud = cloud(.rolling)
        let refusal = try cloud.refusal("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"])
        #expect(refusal.code == "InvalidParameterValue")
        #expect(
            refusal.message
                == "Environment named shop-prod is in an invalid state for this operation. Must be pending deployment."
        )
    }

    @Test("given a rolling update after its first batch, when it is aborted, then the fleet stays mixed")
    func rolling() throws {
        var cloud = cloud(.rolling)
        try cloud.deploy("v2")
        cloud.wait(.seconds(152))
        try cloud.call("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"])
        let aborting = try cloud.environment("shop-prod")
        #expect(aborting.text("Status") == "Aborting")
        #expect(aborting.text("AbortableOperationInProgress") == "false")
        cloud.settle()
        let after = try cloud.environment("shop-prod")
        #expect(after.text("Status") == "Ready")
        #expect(after.text("VersionLabel") == "v1")
        #expect(try cloud.fleet() == ["v1": 2, "v2": 1])
        #expect(cloud.world.environment("shop-prod")?.instances.filter(\.isServing).count == 3)
        #expect(after.text("HealthStatus") == "Degraded")
    }

    @Test(
        "given a second set of instances, when the update is aborted, then it goes and the old one answers",
        arguments: [DeploymentPolicy.immutable, .trafficSplitting]
    )
    func replacing(_ policy: DeploymentPolicy) throws {
        var cloud = cloud(policy)
        try cloud.deploy("v2")
        cloud.wait(.seconds(230))
        #expect(cloud.shares["v2"] ?? 0 > 0)
        try cloud.call("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"])
        #expect(cloud.shares == ["v1": 1])
        cloud.settle()
        #expect(try cloud.fleet() == ["v1": 3])
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Ok")
    }

    @Test("given the clean-up phase, when the update is aborted, then it is refused, and the update succeeds")
    func cleanup() throws {
        var cloud = cloud(.rolling)
        try cloud.deploy("v2")
        cloud.wait(.seconds(445))
        let late = try cloud.environment("shop-prod")
        #expect(late.text("Status") == "Updating")
        #expect(late.text("AbortableOperationInProgress") == "false")
        _ = try cloud.refusal("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"])
        cloud.settle()
        #expect(try cloud.environment("shop-prod").text("VersionLabel") == "v2")
    }

    @Test("given a change of options, when it is aborted, then the options are as before")
    func options() throws {
        var cloud = cloud(.rolling)
        try cloud.call(
            "UpdateEnvironment",
            [
                "EnvironmentName": "shop-prod", "OptionSettings.member.1.Namespace": "aws:elasticbeanstalk:command",
                "OptionSettings.member.1.OptionName": "BatchSize", "OptionSettings.member.1.Value": "2",
            ]
        )
        cloud.wait(.seconds(10))
        try cloud.call("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"])
        cloud.settle()
        #expect(cloud.world.environment("shop-prod")?.options[.batchSize] == "1")
    }

    @Test("given instances that are being replaced, when that is aborted, then the old ones serve as before")
    func replacement() throws {
        var cloud = cloud(.rolling)
        let before = cloud.world.environment("shop-prod")?.instances
        try cloud.call(
            "UpdateEnvironment",
            [
                "EnvironmentName": "shop-prod", "OptionSettings.member.1.OptionName": "InstanceType",
                "OptionSettings.member.1.Namespace": "aws:autoscaling:launchconfiguration",
                "OptionSettings.member.1.Value": "t3.large",
            ]
        )
        cloud.wait(.seconds(100))
        #expect(cloud.world.environment("shop-prod")?.instances.count == 6)
        try cloud.call("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"])
        cloud.settle()
        #expect(cloud.world.environment("shop-prod")?.instances == before)
    }

    @Test("given a command that hangs, when the update is aborted, then that instance has failed and the rest goes on")
    func hanging() throws {
        var cloud = cloud(.rolling)
        cloud.world.failures = [BeanstalkFailure(.timeout(1), version: "v2")]
        try cloud.deploy("v2")
        cloud.wait(.seconds(120))
        #expect(try cloud.fleet() == ["v1": 2, "v2 In Progress": 1])
        try cloud.call("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"])
        cloud.settle()
        #expect(try cloud.fleet() == ["v1": 2, "v2 Failed": 1])
        #expect(cloud.shares == ["v1": 1])
    }
}
