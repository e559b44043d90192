/// The name of an option.
public struct BeanstalkOption: Hashable, Sendable, Comparable {
    /// The namespace, such as `aws:elasticbeanstalk:command`.
    public var namespace: String
    /// The name, such as `DeploymentPolicy`.
    public var name: String

    /// Makes a name.
    public init(_ namespace: String, _ name: String) { (self.namespace, self.name) = (namespace, name) }

    /// By namespace, then by name.
    public static func < (left: Self, right: Self) -> Bool {
        left.namespace == right.namespace ? left.name < right.name : left.namespace < right.namespace
    }
}

/// The options of an environment or a template.
struct OptionSet: Hashable, Sendable {
    /// The values that differ from the defaults or were set to them.
    private(set) var values: [BeanstalkOption: String] = [:]

    subscript(_ option: BeanstalkOption) -> String? {
        get { values[option] ?? OptionRule.all[option]?.standard }
        set { values[option] = newValue }
    }

    /// All options with a value, by namespace and name.
    var sorted: [(option: BeanstalkOption, value: String)] {
        OptionRule.standards.merging(values) { $1 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// These values on top; an empty list of changes changes nothing.
    func setting(_ changes: [BeanstalkOption: String]) -> OptionSet {
        var copy = self
        copy.values.merge(changes) { $1 }
        return copy
    }

    /// Without values of its own for these.
    func removing(_ options: [BeanstalkOption]) -> OptionSet {
        var copy = self
        for option in options { copy.values[option] = nil }
        return copy
    }

    /// The options that have another value there.
    func differences(to other: OptionSet) -> Set<BeanstalkOption> {
        Set(values.keys).union(other.values.keys).filter { self[$0] != other[$0] }
    }

    func number(_ option: BeanstalkOption) -> Int { self[option].flatMap { Int($0) } ?? 0 }

    var policy: DeploymentPolicy { self[.policy].flatMap { DeploymentPolicy(rawValue: $0) } ?? .allAtOnce }
    var isSingleInstance: Bool { self[.environmentType] == "SingleInstance" }
    var isEnhanced: Bool { self[.systemType] == "enhanced" }
    var hasApplicationLoadBalancer: Bool { !isSingleInstance && self[.loadBalancerType] == "application" }
    var sizeMin: Int { isSingleInstance ? 1 : number(.sizeMin) }
    var sizeMax: Int { isSingleInstance ? 1 : number(.sizeMax) }
    /// What the commands of a deployment may take, in seconds.
    var commandSeconds: Int { number(.commandTimeout) }

    /// How many of `count` instances a batch takes.
    func batch(of count: Int) -> Int {
        let size = number(.batchSize)
        let wanted = self[.batchType] == "Fixed" ? size : (count * size + 99) / 100
        return max(1, min(wanted, count))
    }
}

extension BeanstalkOption {
    /// How a new version comes onto the instances.
    public static let policy = BeanstalkOption("aws:elasticbeanstalk:command", "DeploymentPolicy")
    /// `Percentage` or `Fixed`.
    public static let batchType = BeanstalkOption("aws:elasticbeanstalk:command", "BatchSizeType")
    /// The size of a batch.
    public static let batchSize = BeanstalkOption("aws:elasticbeanstalk:command", "BatchSize")
    /// How long the commands of a deployment may take, in seconds.
    public static let commandTimeout = BeanstalkOption("aws:elasticbeanstalk:command", "Timeout")
    /// The percentage of requests that a new version gets while traffic is split.
    public static let newVersionPercent = BeanstalkOption("aws:elasticbeanstalk:trafficsplitting", "NewVersionPercent")
    /// For how many minutes traffic is split.
    public static let evaluationTime = BeanstalkOption("aws:elasticbeanstalk:trafficsplitting", "EvaluationTime")
    /// `basic` or `enhanced`.
    public static let systemType = BeanstalkOption("aws:elasticbeanstalk:healthreporting:system", "SystemType")
    /// `SingleInstance` or `LoadBalanced`.
    public static let environmentType = BeanstalkOption("aws:elasticbeanstalk:environment", "EnvironmentType")
    /// `classic`, `application` or `network`.
    public static let loadBalancerType = BeanstalkOption("aws:elasticbeanstalk:environment", "LoadBalancerType")
    /// Whether the load balancer belongs to somebody else.
    public static let isShared = BeanstalkOption("aws:elasticbeanstalk:environment", "LoadBalancerIsShared")
    /// The ARN of a shared load balancer.
    public static let sharedLoadBalancer = BeanstalkOption("aws:elbv2:loadbalancer", "SharedLoadBalancer")
    /// The fewest instances.
    public static let sizeMin = BeanstalkOption("aws:autoscaling:asg", "MinSize")
    /// The most instances.
    public static let sizeMax = BeanstalkOption("aws:autoscaling:asg", "MaxSize")
    /// Whether options that replace instances do so in batches.
    static let rollingUpdates = BeanstalkOption("aws:autoscaling:updatepolicy:rollingupdate", "RollingUpdateEnabled")
    static let rollingUpdateBatch = BeanstalkOption("aws:autoscaling:updatepolicy:rollingupdate", "MaxBatchSize")
}
