import SlipwayBase
import SlipwaySimulatedAWS
import Testing

/// The beginning and the end of environments.
struct LifeTests {
    private let platform = "64bit Amazon Linux 2023 v4.7.3 running Python 3.13"

    @Test("given a template of an environment, when another is made of it, then it is a Ready clone with that version")
    func clone() throws {
        var cloud = Cloud(.init("shop-blue", instances: 3, policy: .immutable)) { seed in
            seed.applications = [.init("shop", versions: ["v2"])]
        }
        let id = try cloud.environment("shop-blue").text("EnvironmentId")
        let template = ["ApplicationName": "shop", "TemplateName": "slipway-clone"]
        try cloud.call("CreateConfigurationTemplate", template.merging(["EnvironmentId": id]) { $1 })
        #expect(cloud.world.templates(of: "shop") == ["slipway-clone"])
        let made = try cloud.call(
            "CreateEnvironment",
            [
                "ApplicationName": "shop", "EnvironmentName": "shop-green", "CNAMEPrefix": "shop-preview",
                "TemplateName": "slipway-clone", "VersionLabel": "v2",
            ]
        )
        #expect(made.text("Status") == "Launching")
        #expect(made.text("Health") == "Grey")
        #expect(made.text("CNAME") == "shop-preview.us-east-1.elasticbeanstalk.com")
        #expect(cloud.world.traffic(for: "shop-preview").failed == 1)
        try cloud.call("DeleteConfigurationTemplate", template)
        #expect(cloud.world.templates(of: "shop").isEmpty)
        cloud.settle()
        let ready = try cloud.environment("shop-green")
        #expect(ready.text("Status") == "Ready")
        #expect(ready.text("HealthStatus") == "Ok")
        #expect(try cloud.fleet("shop-green") == ["v2": 3])
        #expect(cloud.world.environment("shop-green")?.options[.policy] == "Immutable")
        #expect(cloud.world.traffic(for: "shop-preview").versions == ["v2": 1])
        #expect(try cloud.messages("shop-green").last == "Successfully launched environment: shop-green")
    }

    @Test("given eb's way to clone, when it names an environment as source, then that is cloned too")
    func ebClone() throws {
        var cloud = Cloud(.init("shop-blue", instances: 3))
        let made = try cloud.call(
            "CreateEnvironment",
            [
                "ApplicationName": "shop", "EnvironmentName": "shop-green", "VersionLabel": "v1", "OptionSettings": "",
                "TemplateSpecification.TemplateSource.EnvironmentName": "shop-blue",
            ]
        )
        #expect(made.text("CNAME").hasPrefix("shop-green.eba-"))
        cloud.settle()
        #expect(try cloud.fleet("shop-green") == ["v1": 3])
    }

    @Test("given a launch that fails, when it is over, then the environment is there, Red, and says so")
    func failedLaunch() throws {
        var cloud = Cloud(.init("shop-blue")) { seed in
            seed.failures = [BeanstalkFailure(.launch, environment: "shop-green")]
        }
        try cloud.call(
            "CreateEnvironment",
            ["ApplicationName": "shop", "EnvironmentName": "shop-green", "SolutionStackName": platform]
        )
        cloud.settle()
        let after = try cloud.environment("shop-green")
        #expect(after.text("Status") == "Ready")
        #expect(after.text("Health") == "Red")
        let messages = try cloud.messages("shop-green")
        #expect(messages.contains { $0.hasPrefix("Create environment operation is complete, but with errors") })
    }

    @Test(
        "given an environment, when it is terminated, then it is shown as Terminated for an hour, and then not at all"
    )
    func termination() throws {
        var cloud = Cloud(.init("shop-prod"))
        let ending = try cloud.call("TerminateEnvironment", ["EnvironmentName": "shop-prod"])
        #expect(ending.text("Status") == "Terminating")
        #expect(cloud.world.traffic(for: "shop-prod").failed == 1)
        cloud.wait(.seconds(121))
        #expect(try cloud.environment("shop-prod").text("Status") == "Terminated")
        #expect(try cloud.messages().last == "terminateEnvironment completed successfully.")
        let present = try cloud.call("DescribeEnvironments", ["IncludeDeleted": "false"])
        #expect(present.members("Environments").isEmpty)
        let refusal = try cloud.refusal("DescribeEnvironmentResources", ["EnvironmentName": "shop-prod"])
        #expect(refusal == ("InvalidParameterValue", "No Environment found for EnvironmentName = 'shop-prod'."))
        let name = try cloud.call("CheckDNSAvailability", ["CNAMEPrefix": "shop-prod"])
        #expect(name.text("Available") == "true")
        cloud.wait(.seconds(3700))
        let all = try cloud.call("DescribeEnvironments", ["IncludeDeleted": "true"])
        #expect(all.members("Environments").isEmpty)
    }

    @Test("given an environment that is updating, when it is to be terminated, then it is pending deployment")
    func busy() throws {
        var cloud = Cloud(.init("shop-prod"))
        try cloud.deploy("v1")
        let refusal = try cloud.refusal("TerminateEnvironment", ["EnvironmentName": "shop-prod"])
        #expect(
            refusal.message
                == "Cannot terminate environment named shop-prod. It is currently pending deployment."
        )
    }

    @Test("given names that are taken or none, when an environment is made, then each is refused in AWS's words")
    func names() throws {
        var cloud = Cloud(.init("shop-prod"))
        let base = ["ApplicationName": "shop", "SolutionStackName": platform]
        func with(_ more: [String: String]) -> [String: String] { base.merging(more) { $1 } }
        let taken = try cloud.refusal("CreateEnvironment", with(["EnvironmentName": "shop-prod"]))
        #expect(taken.message == "Environment shop-prod already exists.")
        let prefix = try cloud.refusal(
            "CreateEnvironment",
            with(["EnvironmentName": "shop-next", "CNAMEPrefix": "shop-prod"])
        )
        #expect(prefix.message == "DNS name (shop-prod.us-east-1.elasticbeanstalk.com) is not available.")
        let edge = try cloud.refusal("CreateEnvironment", with(["EnvironmentName": "shop-"]))
        #expect(edge.message.hasPrefix("Value shop- at 'EnvironmentName' failed to satisfy constraint:"))
        let short = try cloud.refusal("CreateEnvironment", with(["EnvironmentName": "abc"]))
        #expect(short.code == "ValidationError")
        let stack = try cloud.refusal(
            "CreateEnvironment",
            ["ApplicationName": "shop", "EnvironmentName": "shop-next", "SolutionStackName": "Amiga"]
        )
        #expect(stack.message == "No Solution Stack named 'Amiga' found.")
        let application = try cloud.refusal(
            "CreateEnvironment",
            ["ApplicationName": "shoe", "EnvironmentName": "shop-next"]
        )
        #expect(application.message == "No Application named 'shoe' found.")
    }
}
