import SlipwayAWS
import SlipwayBase

/// Builds calls of Elastic Beanstalk, purely: no I/O, so that each can be compared with what real clients send.
struct ElasticBeanstalkCalls: Hashable, Sendable {
    static let version = "2010-12-01"
    /// The most events asked for at once; the service gives up to 1000.
    static let eventsMax = 100

    let application: String

    /// All environments of those names, of whatever application; terminated ones are left out.
    func environments(named names: [String]) -> QueryCall {
        var call = QueryCall("DescribeEnvironments", isIdempotent: true)
        call.list("EnvironmentNames", names)
        return call
    }

    /// All environments of the application, for the nearest name to a wrong one.
    func environments() -> QueryCall {
        QueryCall("DescribeEnvironments", [.init("ApplicationName", application)], isIdempotent: true)
    }

    /// All applications with the names of their configuration templates, or ours alone.
    func applications(all: Bool = false) -> QueryCall {
        var call = QueryCall("DescribeApplications", isIdempotent: true)
        if !all { call.list("ApplicationNames", [application]) }
        return call
    }

    func settings(of environment: Environment) -> QueryCall {
        QueryCall(
            "DescribeConfigurationSettings",
            [.init("ApplicationName", application), .init("EnvironmentName", environment.name)],
            isIdempotent: true
        )
    }

    func resources(of environment: Environment) -> QueryCall {
        QueryCall("DescribeEnvironmentResources", [.init("EnvironmentId", environment.id)], isIdempotent: true)
    }

    func instancesHealth(of environment: Environment, after token: String?) -> QueryCall {
        var call = QueryCall(
            "DescribeInstancesHealth",
            [.init("EnvironmentId", environment.id), .init("AttributeNames.member.1", "All")],
            isIdempotent: true
        )
        call.set("NextToken", token)
        return call
    }

    /// Events of one environment from `start` on, newest first; those of one request, or of a severity and worse.
    func events(
        of environment: Environment,
        from start: Timestamp?,
        request: String? = nil,
        severity: String? = nil,
        max: Int = eventsMax
    ) -> QueryCall {
        var call = QueryCall("DescribeEvents", [.init("EnvironmentId", environment.id)], isIdempotent: true)
        call.set("RequestId", request)
        call.set("Severity", severity)
        call.set("StartTime", start?.rfc3339)
        call.set("MaxRecords", "\(max)")
        return call
    }

    func versions(labelled label: String) -> QueryCall {
        QueryCall(
            "DescribeApplicationVersions",
            [.init("ApplicationName", application), .init("VersionLabels.member.1", label)],
            isIdempotent: true
        )
    }

    /// Asks whether the environment takes `settings`; changes nothing.
    func validate(_ settings: [Setting], on environment: Environment) -> QueryCall {
        var call = QueryCall(
            "ValidateConfigurationSettings",
            [.init("ApplicationName", application), .init("EnvironmentName", environment.name)],
            isIdempotent: true
        )
        call.structures("OptionSettings", settings.map(\.fields))
        return call
    }
}

extension ElasticBeanstalkCalls {
    /// The bucket of this account and region; made when it is not there, so asking twice is as good as once.
    func storageLocation() -> QueryCall { QueryCall("CreateStorageLocation", isIdempotent: true) }

    func createVersion(_ label: String, bucket: String, key: String) -> QueryCall {
        QueryCall(
            "CreateApplicationVersion",
            [
                .init("ApplicationName", application), .init("VersionLabel", label),
                .init("Description", "released by slipway"), .init("SourceBundle.S3Bucket", bucket),
                .init("SourceBundle.S3Key", key), .init("AutoCreateApplication", "false"), .init("Process", "true"),
            ],
            isIdempotent: false
        )
    }

    /// Deploys a version, and nothing else: options and version in one call are not allowed together.
    func deploy(_ label: String, to environment: Environment) -> QueryCall {
        QueryCall(
            "UpdateEnvironment",
            [.init("EnvironmentId", environment.id), .init("VersionLabel", label)],
            isIdempotent: false
        )
    }

    /// Sets options, and nothing else.
    func configure(_ environment: Environment, _ settings: [Setting]) -> QueryCall {
        var call = QueryCall("UpdateEnvironment", [.init("EnvironmentId", environment.id)], isIdempotent: false)
        call.structures("OptionSettings", settings.map(\.fields))
        return call
    }

    func abort(_ environment: Environment) -> QueryCall {
        QueryCall("AbortEnvironmentUpdate", [.init("EnvironmentId", environment.id)], isIdempotent: false)
    }

    func createTemplate(_ name: String, from environment: Environment) -> QueryCall {
        QueryCall(
            "CreateConfigurationTemplate",
            [
                .init("ApplicationName", application), .init("TemplateName", name),
                .init("EnvironmentId", environment.id),
                .init("Description", "made by slipway to clone \(environment.name); may be deleted"),
            ],
            isIdempotent: false
        )
    }

    func deleteTemplate(_ name: String) -> QueryCall {
        QueryCall(
            "DeleteConfigurationTemplate",
            [.init("ApplicationName", application), .init("TemplateName", name)],
            isIdempotent: true
        )
    }

    func createEnvironment(_ wanted: NewEnvironment) -> QueryCall {
        var call = QueryCall(
            "CreateEnvironment",
            [.init("ApplicationName", application), .init("EnvironmentName", wanted.name)],
            isIdempotent: false
        )
        call.set("CNAMEPrefix", wanted.cnamePrefix)
        call.set("TemplateName", wanted.template)
        call.set("VersionLabel", wanted.label)
        call.structures("OptionSettings", wanted.settings.map(\.fields))
        return call
    }

    /// By numbers, never by names: names stay with the environments while the CNAMEs change.
    func swap(_ source: Environment, _ destination: Environment) -> QueryCall {
        QueryCall(
            "SwapEnvironmentCNAMEs",
            [.init("SourceEnvironmentId", source.id), .init("DestinationEnvironmentId", destination.id)],
            isIdempotent: false
        )
    }

    func terminate(_ environment: Environment) -> QueryCall {
        QueryCall(
            "TerminateEnvironment",
            [.init("EnvironmentId", environment.id), .init("TerminateResources", "true")],
            isIdempotent: false
        )
    }
}

/// An environment that is to be made from a template.
struct NewEnvironment: Hashable, Sendable {
    var name: String
    var cnamePrefix: String?
    var template: String
    var label: String
    var settings: [Setting]
}

extension Setting {
    var fields: [QueryCall.Parameter] {
        [.init("Namespace", option.namespace), .init("OptionName", option.name), .init("Value", value)]
    }
}
