/// What an option may be, and what a change of it does.
struct OptionRule: Sendable {
    /// What a change of an option does to instances, as `DescribeConfigurationOptions` says it.
    enum ChangeSeverity: String, Comparable, Sendable {
        case none = "NoInterruption"
        case restart = "RestartApplicationServer"
        case replace = "RestartEnvironment"

        static func < (left: Self, right: Self) -> Bool { left.weight < right.weight }
        private var weight: Int { self == .none ? 0 : self == .restart ? 1 : 2 }
    }

    var standard: String
    var severity: ChangeSeverity = .none
    var range: ClosedRange<Int>?
    var choices: [String] = []
    /// Whether it is fixed when the environment is made.
    var isFixed = false

    /// What is wrong with a value; nil when nothing is.
    func objection(to value: String) -> String? {
        if let range {
            guard let number = Int(value) else { return "Value is not a valid integer" }
            if number < range.lowerBound { return "Value is less than minimum allowed value: \(range.lowerBound)" }
            if number > range.upperBound { return "Value is greater than maximum allowed value: \(range.upperBound)" }
        }
        if !choices.isEmpty, !choices.contains(value) {
            return "Value is not one of the allowed values: [\(choices.joined(separator: ", "))]"
        }
        return nil
    }

    /// The rules by option.
    static let all: [BeanstalkOption: OptionRule] = {
        var rules: [BeanstalkOption: OptionRule] = [:]
        for (namespace, options) in table {
            for (name, rule) in options { rules[BeanstalkOption(namespace, name)] = rule }
        }
        return rules
    }()

    /// The defaults that are shown even when nobody set them.
    static let standards = all.mapValues(\.standard).filter { !$0.value.isEmpty }

    /// Namespaces whose options are the user's own, or too many to list: any name is good there.
    static let openNamespaces = [
        "aws:elasticbeanstalk:application:environment": ChangeSeverity.restart,
        "aws:autoscaling:launchconfiguration": .replace, "aws:ec2:": .replace, "aws:elbv2:": .none,
        "aws:elb:": .none, "aws:autoscaling:trigger": .none, "aws:elasticbeanstalk:environment:process:": .none,
        "aws:elasticbeanstalk:environment:proxy": .restart, "aws:elasticbeanstalk:cloudwatch:": .none,
        "aws:elasticbeanstalk:managedactions": .none, "aws:elasticbeanstalk:sns:": .none,
        "aws:elasticbeanstalk:sqsd": .none, "aws:elasticbeanstalk:xray": .none,
        "aws:elasticbeanstalk:hostmanager": .none, "aws:elasticbeanstalk:monitoring": .none,
        "aws:elasticbeanstalk:container:": .restart, "aws:autoscaling:scheduledaction": .none, "aws:rds:": .none,
        "aws:elasticbeanstalk:application": .none, "aws:cloudformation:template:parameter": .none,
    ]

    /// What a change of an option does; nil when there is no such option.
    static func severity(of option: BeanstalkOption) -> ChangeSeverity? {
        if let rule = all[option] { return rule.severity }
        return openNamespaces.first { option.namespace.hasPrefix($0.key) }?.value
    }

    private static let flags = ["true", "false"]

    private static let table: [String: [String: OptionRule]] = [
        "aws:elasticbeanstalk:command": [
            "DeploymentPolicy": OptionRule(standard: "AllAtOnce", choices: DeploymentPolicy.allCases.map(\.rawValue)),
            "BatchSizeType": OptionRule(standard: "Percentage", choices: ["Percentage", "Fixed"]),
            "BatchSize": OptionRule(standard: "100", range: 1...10_000),
            "Timeout": OptionRule(standard: "600", range: 1...3600),
            "IgnoreHealthCheck": OptionRule(standard: "false", choices: flags),
        ],
        "aws:elasticbeanstalk:trafficsplitting": [
            "NewVersionPercent": OptionRule(standard: "10", range: 1...100),
            "EvaluationTime": OptionRule(standard: "5", range: 3...600),
        ],
        "aws:elasticbeanstalk:healthreporting:system": [
            "SystemType": OptionRule(standard: "basic", choices: ["basic", "enhanced"]),
            "HealthCheckSuccessThreshold": OptionRule(
                standard: "Ok",
                choices: ["Ok", "Warning", "Degraded", "Severe"]
            ),
            "ConfigDocument": OptionRule(standard: ""), "EnhancedHealthAuthEnabled": OptionRule(standard: "true"),
        ],
        "aws:autoscaling:updatepolicy:rollingupdate": [
            "RollingUpdateEnabled": OptionRule(standard: "false", choices: flags),
            "RollingUpdateType": OptionRule(standard: "Time", choices: ["Time", "Health", "Immutable"]),
            "MaxBatchSize": OptionRule(standard: "1", range: 1...10_000),
            "MinInstancesInService": OptionRule(standard: "1", range: 0...9999),
            "PauseTime": OptionRule(standard: ""), "Timeout": OptionRule(standard: "PT30M"),
        ],
        "aws:elasticbeanstalk:environment": [
            "EnvironmentType": OptionRule(
                standard: "LoadBalanced",
                severity: .replace,
                choices: ["SingleInstance", "LoadBalanced"]
            ),
            "LoadBalancerType": OptionRule(
                standard: "classic",
                severity: .replace,
                choices: ["classic", "application", "network"],
                isFixed: true
            ),
            "LoadBalancerIsShared": OptionRule(standard: "false", severity: .replace, choices: flags, isFixed: true),
            "ServiceRole": OptionRule(standard: "aws-elasticbeanstalk-service-role"),
        ],
        "aws:elbv2:loadbalancer": ["SharedLoadBalancer": OptionRule(standard: "", severity: .replace, isFixed: true)],
        "aws:autoscaling:asg": [
            "MinSize": OptionRule(standard: "1", range: 1...10_000),
            "MaxSize": OptionRule(standard: "4", range: 1...10_000),
            "Cooldown": OptionRule(standard: "360", range: 0...10_000),
            "Availability Zones": OptionRule(standard: "Any"),
        ],
        "aws:elasticbeanstalk:environment:process:default": [
            "DeregistrationDelay": OptionRule(standard: "20", range: 0...3600),
            "HealthCheckPath": OptionRule(standard: "/"),
            "HealthCheckInterval": OptionRule(standard: "15", range: 5...300),
            "HealthyThresholdCount": OptionRule(standard: "3", range: 2...10),
            "UnhealthyThresholdCount": OptionRule(standard: "5", range: 2...10),
            "MatcherHTTPCode": OptionRule(standard: "200"),
            "StickinessEnabled": OptionRule(standard: "false", choices: flags),
            "Port": OptionRule(standard: "80", range: 1...65_535), "Protocol": OptionRule(standard: "HTTP"),
        ],
        "aws:autoscaling:launchconfiguration": [
            "InstanceType": OptionRule(standard: "t3.micro", severity: .replace),
            "IamInstanceProfile": OptionRule(standard: "aws-elasticbeanstalk-ec2-role", severity: .replace),
        ],
    ]
}
