import SlipwayBase
import SlipwaySimulatedAWS
import Testing

struct ConfigurationTests {
    private func setting(_ option: BeanstalkOption, _ value: String, _ number: Int = 1) -> [String: String] {
        let start = "OptionSettings.member.\(number)."
        return [
            start + "Namespace": option.namespace, start + "OptionName": option.name, start + "Value": value,
            "EnvironmentName": "shop-prod",
        ]
    }

    /// The values of an option by deployment status.
    private func values(_ option: BeanstalkOption, _ cloud: inout Cloud) throws -> [String: String] {
        let fields = ["ApplicationName": "shop", "EnvironmentName": "shop-prod"]
        let sets = try cloud.call("DescribeConfigurationSettings", fields).members("ConfigurationSettings")
        var values: [String: String] = [:]
        for set in sets {
            let found = set.members("OptionSettings").first {
                $0.text("Namespace") == option.namespace && $0.text("OptionName") == option.name
            }
            values[set.text("DeploymentStatus")] = found?.text("Value")
        }
        return values
    }

    @Test("given a new policy, when it is set, then it is pending first, and no instance is touched")
    func policy() throws {
        var cloud = Cloud(.init("shop-prod", policy: .allAtOnce))
        let before = cloud.world.environment("shop-prod")?.instances
        try cloud.call("UpdateEnvironment", setting(.policy, "Rolling"))
        #expect(try values(.policy, &cloud) == ["deployed": "AllAtOnce", "pending": "Rolling"])
        #expect(try cloud.environment("shop-prod").text("Status") == "Updating")
        #expect(cloud.shares == ["v1": 1])
        cloud.settle()
        #expect(try values(.policy, &cloud) == ["deployed": "Rolling"])
        #expect(cloud.world.environment("shop-prod")?.instances == before)
        let messages = try cloud.messages()
        #expect(messages.contains("Updating environment shop-prod's configuration settings."))
        #expect(messages.contains("Successfully deployed new configuration to environment."))
    }

    @Test("given version and options in one call, when it is sent, then the combination is refused")
    func both() throws {
        var cloud = Cloud(.init("shop-prod"))
        let fields = setting(.policy, "Rolling").merging(["VersionLabel": "v1"]) { $1 }
        #expect(try cloud.refusal("UpdateEnvironment", fields).code == "InvalidParameterCombination")
        try cloud.call(
            "UpdateEnvironment",
            ["EnvironmentName": "shop-prod", "VersionLabel": "v1", "OptionSettings": ""]
        )
    }

    @Test("given an environment that is busy, when it is to change again, then it must be Ready first")
    func busy() throws {
        var cloud = Cloud(.init("shop-prod"))
        try cloud.deploy("v1")
        let refusal = try cloud.refusal("UpdateEnvironment", setting(.policy, "Rolling"))
        #expect(refusal.code == "InvalidParameterValue")
        #expect(
            refusal.message == "Environment named shop-prod is in an invalid state for this operation. Must be Ready."
        )
    }

    @Test("given another size, when it is set, then instances come and go")
    func size() throws {
        var cloud = Cloud(.init("shop-prod", instances: 2))
        var fields = setting(.sizeMin, "4")
        fields.merge(setting(.sizeMax, "4", 2)) { $1 }
        try cloud.call("UpdateEnvironment", fields)
        cloud.settle()
        #expect(try cloud.fleet() == ["v1": 4])
        fields = setting(.sizeMin, "1")
        fields.merge(setting(.sizeMax, "1", 2)) { $1 }
        try cloud.call("UpdateEnvironment", fields)
        cloud.settle()
        #expect(try cloud.fleet() == ["v1": 1])
        #expect(cloud.shares == ["v1": 1])
    }

    @Test("given an instance type, when it is changed, then all instances are new")
    func replacement() throws {
        var cloud = Cloud(.init("shop-prod"))
        let before = cloud.world.environment("shop-prod")?.instances.map(\.id) ?? []
        let type = BeanstalkOption("aws:autoscaling:launchconfiguration", "InstanceType")
        try cloud.call("UpdateEnvironment", setting(type, "t3.large"))
        cloud.settle()
        let after = cloud.world.environment("shop-prod")?.instances ?? []
        #expect(after.count == 2)
        #expect(after.allSatisfy { !before.contains($0.id) && $0.isServing })
    }

    @Test("given a change that fails, when it is over, then the options are the former ones and the events say so")
    func reverted() throws {
        var cloud = Cloud(.init("shop-prod")) { $0.failures = [BeanstalkFailure(.configuration, times: 1)] }
        try cloud.call("UpdateEnvironment", setting(.policy, "Rolling"))
        cloud.settle()
        #expect(try values(.policy, &cloud) == ["deployed": "AllAtOnce"])
        let messages = try cloud.messages()
        #expect(messages.contains("Failed to deploy configuration."))
        #expect(messages.contains("The environment was reverted to the previous configuration setting."))
    }

    @Test("given options that are none or do not fit, when they are set, then the first problem is told")
    func objections() throws {
        var cloud = Cloud(.init("shop-prod", instances: 1, front: .singleInstance))
        let size = try cloud.refusal("UpdateEnvironment", setting(.batchSize, "0"))
        #expect(size.code == "ConfigurationValidationException")
        #expect(
            size.message
                == "Configuration validation exception: Invalid option value: '0' (Namespace: "
                + "'aws:elasticbeanstalk:command', OptionName: 'BatchSize'): "
                + "Value is less than minimum allowed value: 1"
        )
        let unknown = BeanstalkOption("aws:elasticbeanstalk:command", "Colour")
        #expect(
            try cloud.refusal("UpdateEnvironment", setting(unknown, "red")).message.hasSuffix(
                "Unknown configuration setting."
            )
        )
        let policy = try cloud.refusal("UpdateEnvironment", setting(.policy, "Rolling"))
        #expect(policy.message.hasSuffix("The policy requires a load-balanced environment."))
        let fixed = try cloud.refusal("UpdateEnvironment", setting(.loadBalancerType, "network"))
        #expect(fixed.message.hasSuffix("The value is fixed when an environment is created."))
    }

    @Test("given options to be checked first, when they are validated, then all problems come and nothing changes")
    func validation() throws {
        var cloud = Cloud(.init("shop-prod", front: .classic))
        var fields = setting(.policy, "TrafficSplitting")
        fields.merge(setting(.batchSize, "0", 2)) { $1 }
        fields["ApplicationName"] = "shop"
        let messages = try cloud.call("ValidateConfigurationSettings", fields).members("Messages")
        #expect(Set(messages.map { $0.text("OptionName") }) == ["BatchSize", "DeploymentPolicy"])
        #expect(messages.allSatisfy { $0.text("Severity") == "error" })
        #expect(try values(.policy, &cloud) == ["deployed": "AllAtOnce"])
        fields = setting(.policy, "Rolling").merging(["ApplicationName": "shop"]) { $1 }
        #expect(try cloud.call("ValidateConfigurationSettings", fields).members("Messages").isEmpty)
    }

    @Test("given an option, when it is described, then its policies, limits and default are told")
    func described() throws {
        var cloud = Cloud(.init("shop-prod"))
        let fields = [
            "EnvironmentName": "shop-prod", "Options.member.1.Namespace": BeanstalkOption.policy.namespace,
            "Options.member.1.OptionName": BeanstalkOption.policy.name,
        ]
        let found = try cloud.call("DescribeConfigurationOptions", fields).members("Options")
        let option = try #require(found.first)
        #expect(found.count == 1)
        #expect(option.members("ValueOptions").map(\.text).contains("TrafficSplitting"))
        #expect(option.text("ChangeSeverity") == "NoInterruption")
        #expect(option.text("DefaultValue") == "AllAtOnce")
    }
}
