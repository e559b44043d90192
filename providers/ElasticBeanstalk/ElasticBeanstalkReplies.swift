import SlipwayAWS
import SlipwayBase

/// Reads answers of Elastic Beanstalk, purely. Fields that are missing or have unknown words never fail a reading:
/// what is not understood counts as not ready and not well.
enum ElasticBeanstalkReplies {
    static func environments(_ result: XMLNode) -> [Environment] { result.members("Environments").map(environment) }

    /// One environment, from a list or directly from a result.
    static func environment(_ node: XMLNode) -> Environment {
        // Worker environments have no name in DNS; old answers have no tier at all and were web.
        let tier = (node["Tier"]?.text("Name") ?? "").lowercased()
        return Environment(
            name: text(node, "EnvironmentName") ?? "",
            id: text(node, "EnvironmentId") ?? "",
            application: text(node, "ApplicationName") ?? "",
            label: text(node, "VersionLabel"),
            status: Environment.Status(text(node, "Status")),
            health: Health(status: text(node, "HealthStatus"), colour: text(node, "Health")),
            cname: text(node, "CNAME"),
            endpoint: text(node, "EndpointURL"),
            isAbortable: text(node, "AbortableOperationInProgress")?.lowercased() == "true",
            updated: date(node, "DateUpdated"),
            isWebTier: tier != "worker"
        )
    }

    /// The deployed options; nil when the answer holds none that are deployed.
    ///
    /// Only options that we know are read: the rest may be passwords of the application.
    static func options(_ result: XMLNode) -> Options? {
        let settings = result.members("ConfigurationSettings")
        let deployed = settings.first { ($0.text("DeploymentStatus") ?? "").lowercased() == "deployed" }
        guard let chosen = deployed ?? (settings.count == 1 ? settings[0] : nil) else { return nil }
        var options = Options()
        for setting in chosen.members("OptionSettings") {
            guard let namespace = text(setting, "Namespace"), let name = text(setting, "OptionName"),
                let option = Option(rawValue: "\(namespace)/\(name)"), let value = text(setting, "Value")
            else { continue }
            options[option] = value.printable(max: 60)
        }
        return options
    }

    static func resources(_ result: XMLNode) -> (groups: [String], instances: [String], loadBalancers: [String]) {
        let resources = result["EnvironmentResources"] ?? result
        return (
            resources.members("AutoScalingGroups").compactMap { text($0, "Name") },
            resources.members("Instances").compactMap { text($0, "Id") },
            resources.members("LoadBalancers").compactMap { text($0, "Name") }
        )
    }

    static func instances(_ result: XMLNode) -> [InstanceHealth] {
        result.members("InstanceHealthList").map { node in
            InstanceHealth(
                id: text(node, "InstanceId") ?? "",
                health: Health(status: text(node, "HealthStatus"), colour: text(node, "Color")),
                causes: node.members("Causes").map { $0.text.printable(max: 300) },
                label: node["Deployment"].flatMap { text($0, "VersionLabel") },
                deployment: node["Deployment"].flatMap { text($0, "Status") }?.replacing(" ", with: "")
            )
        }
    }

    /// Newest first, as the service gives them; events without a date are left out.
    static func events(_ result: XMLNode) -> [EnvironmentEvent] {
        result.members("Events").compactMap { node in
            guard let date = date(node, "EventDate") else { return nil }
            return EnvironmentEvent(
                date: date,
                message: (text(node, "Message") ?? "").printable(max: 400),
                severity: text(node, "Severity") ?? "",
                requestID: text(node, "RequestId")
            )
        }
    }

    static func versions(_ result: XMLNode) -> [ApplicationVersion] {
        result.members("ApplicationVersions").map { node in
            ApplicationVersion(
                label: text(node, "VersionLabel") ?? "",
                status: ApplicationVersion.Status(text(node, "Status")),
                bucket: node["SourceBundle"].flatMap { text($0, "S3Bucket") },
                key: node["SourceBundle"].flatMap { text($0, "S3Key") }
            )
        }
    }

    static func applications(_ result: XMLNode) -> [(name: String, templates: [String])] {
        result.members("Applications").compactMap { node in
            text(node, "ApplicationName").map { ($0, node.members("ConfigurationTemplates").map(\.text)) }
        }
    }

    /// What is wrong with validated options, as sentences; warnings are not.
    static func objections(_ result: XMLNode) -> [String] {
        result.members("Messages").compactMap { node in
            guard text(node, "Severity")?.lowercased() == "error" else { return nil }
            let option = text(node, "OptionName").map { "\($0): " } ?? ""
            return (option + (text(node, "Message") ?? "it is not valid")).printable(max: 300)
        }
    }

    static func text(_ node: XMLNode, _ name: String) -> String? {
        guard let text = node.text(name), !text.isEmpty else { return nil }
        return text.printable(max: 1200)
    }

    private static func date(_ node: XMLNode, _ name: String) -> Timestamp? {
        text(node, name).flatMap { Timestamp(rfc3339: $0) }
    }
}
