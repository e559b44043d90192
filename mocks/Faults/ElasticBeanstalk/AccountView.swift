import SlipwayAWS
import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayHTTP
import SlipwaySimulatedAWS

/// An account as anybody sees it who asks its services.
struct AccountView {
    private var world: AWSWorld

    init(_ world: AWSWorld) {
        self.world = world
        self.world.throttling = nil
    }

    /// Asks and gives the result; an empty one when the service refuses.
    mutating func ask(_ api: String, _ version: String, _ call: QueryCall) -> XMLNode {
        let request = KeyOnly.mark(call.request(to: ElasticBeanstalkLab.endpoint(api), version: version))
        let response = world.respond(to: request, at: world.now)
        guard response.isSuccess, let root = try? XMLNode(parsing: response.body) else { return XMLNode("Refused") }
        return root["\(call.action)Result"] ?? root
    }

    private mutating func askBeanstalk(_ call: QueryCall) -> XMLNode {
        ask("elasticbeanstalk", ElasticBeanstalkClients.elasticBeanstalkVersion, call)
    }

    /// The environments that are not terminated, by name.
    mutating func environments() -> [String: XMLNode] {
        let found = askBeanstalk(QueryCall("DescribeEnvironments", isIdempotent: true)).members("Environments")
            .filter { $0.text("Status") != "Terminated" }
        return Dictionary(found.map { ($0.text("EnvironmentName") ?? "", $0) }) { first, _ in first }
    }

    /// The names of the application's configuration templates.
    mutating func templates() -> [String] {
        let found = askBeanstalk(QueryCall("DescribeApplications", isIdempotent: true)).members("Applications")
        return found.flatMap { $0.members("ConfigurationTemplates") }.map(\.text)
    }

    /// The options in force, by namespace and name.
    mutating func options(of environment: String) -> [String: String] {
        let call = QueryCall(
            "DescribeConfigurationSettings",
            [.init("ApplicationName", ElasticBeanstalkLab.application), .init("EnvironmentName", environment)],
            isIdempotent: true
        )
        let sets = askBeanstalk(call).members("ConfigurationSettings")
        let deployed = sets.first { $0.text("DeploymentStatus") == "deployed" } ?? sets.first
        var options: [String: String] = [:]
        for option in deployed?.members("OptionSettings") ?? [] {
            options["\(option.text("Namespace") ?? "") \(option.text("OptionName") ?? "")"] = option.text("Value")
        }
        return options
    }

    /// The target group that belongs to an environment.
    mutating func targetGroup(of environment: String) -> String? {
        let call = QueryCall(
            "DescribeEnvironmentResources",
            [.init("EnvironmentName", environment)],
            isIdempotent: true
        )
        let resources = askBeanstalk(call)["EnvironmentResources"]
        guard let group = resources?.members("AutoScalingGroups").first?.text("Name") else { return nil }
        var groups = QueryCall("DescribeAutoScalingGroups", isIdempotent: true)
        groups.list("AutoScalingGroupNames", [group])
        let found = ask("autoscaling", AutoScalingCalls.version, groups).members("AutoScalingGroups").first
        return found?.members("TargetGroupARNs").first?.text
    }

    /// A listener rule as it is, whatever is in it.
    mutating func rule(_ arn: String) -> XMLNode {
        ask("elasticloadbalancing", LoadBalancingCalls.version, LoadBalancingCalls.describeRules([arn]))
    }
}
