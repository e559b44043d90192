import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// A configuration option that we know; all others stay unread, because their values may be secrets.
enum Option: String, CaseIterable, Hashable, Sendable {
    case deploymentPolicy = "aws:elasticbeanstalk:command/DeploymentPolicy"
    case batchSizeType = "aws:elasticbeanstalk:command/BatchSizeType"
    case batchSize = "aws:elasticbeanstalk:command/BatchSize"
    case newVersionPercent = "aws:elasticbeanstalk:trafficsplitting/NewVersionPercent"
    case evaluationTime = "aws:elasticbeanstalk:trafficsplitting/EvaluationTime"
    case healthSystem = "aws:elasticbeanstalk:healthreporting:system/SystemType"
    case environmentType = "aws:elasticbeanstalk:environment/EnvironmentType"
    case loadBalancerType = "aws:elasticbeanstalk:environment/LoadBalancerType"
    case loadBalancerIsShared = "aws:elasticbeanstalk:environment/LoadBalancerIsShared"
    case minSize = "aws:autoscaling:asg/MinSize"
    case maxSize = "aws:autoscaling:asg/MaxSize"

    var namespace: String { String(rawValue.prefix { $0 != "/" }) }
    var name: String { String(rawValue.drop { $0 != "/" }.dropFirst()) }

    /// What holds where the service names no value; source: the developer guide's tables of general options.
    var standard: String {
        switch self {
        case .deploymentPolicy: "AllAtOnce"
        case .batchSizeType: "Percentage"
        case .batchSize: "100"
        case .newVersionPercent: "10"
        case .evaluationTime: "5"
        case .healthSystem: "basic"
        case .environmentType: "LoadBalanced"
        case .loadBalancerType: "classic"
        case .loadBalancerIsShared: "false"
        case .minSize: "1"
        case .maxSize: "4"
        }
    }

    /// Options that say how a version is deployed: the only ones that a run changes on a live environment.
    static let deployment: [Option] = [
        .deploymentPolicy, .batchSizeType, .batchSize, .newVersionPercent, .evaluationTime,
    ]
}

/// The values of the options that we know, with the service's own where none is named.
struct Options: Hashable, Sendable {
    private var values: [Option: String]

    init(_ values: [Option: String] = [:]) { self.values = values }

    subscript(_ option: Option) -> String {
        get { values[option] ?? option.standard }
        set { values[option] = newValue }
    }

    var minSize: Int { Int(self[.minSize]) ?? 1 }
    var maxSize: Int { Int(self[.maxSize]) ?? 4 }
    var isSingleInstance: Bool { self[.environmentType].lowercased() == "singleinstance" }
    var hasEnhancedHealth: Bool { self[.healthSystem].lowercased() == "enhanced" }
    var isSharingLoadBalancer: Bool { self[.loadBalancerIsShared].lowercased() == "true" }
    var hasApplicationLoadBalancer: Bool { !isSingleInstance && self[.loadBalancerType].lowercased() == "application" }

    /// Those of `wanted` that are not so here, in a stable order.
    func differing(from wanted: [Option: String]) -> [Setting] {
        Option.allCases.compactMap { option in
            guard let value = wanted[option], value.lowercased() != self[option].lowercased() else { return nil }
            return Setting(option: option, value: value)
        }
    }

    /// The values of `options`, for the snapshot.
    func values(of options: [Option]) -> [Option: String] {
        Dictionary(uniqueKeysWithValues: options.map { ($0, self[$0]) })
    }

    /// Names and values in the order of `Option.allCases`, for digests and plans.
    var json: JSON {
        var json: JSON = [:]
        for option in Option.allCases { json[option.rawValue] = .string(self[option]) }
        return json
    }

    init(json: JSON?) {
        values = [:]
        for option in Option.allCases { values[option] = json?[option.rawValue]?.string }
    }
}

/// One option with a value.
struct Setting: Hashable, Sendable {
    var option: Option
    var value: String

    var words: String { "\(option.name)=\(value)" }
}

extension [Setting] {
    var words: String { map(\.words).joined(separator: ", ") }
}

/// How our batches and trials are said in Elastic Beanstalk's options.
enum Policy {
    /// The options for `batch` on `instances` instances; none when the environment's own policy is to hold.
    ///
    /// Percentages of instances become whole instances here, because how the service rounds them is not documented.
    static func options(_ batch: Batch, instances: Int, isEnhanced: Bool, isSingle: Bool) -> [Option: String] {
        guard batch != Batch() else { return [:] }
        let total = max(instances, 1)
        let surge = batch.maxSurge?.replicas(of: total, roundingUp: true) ?? 0
        let unavailable = batch.maxUnavailable?.replicas(of: total, roundingUp: false) ?? 0
        if isSingle { return plain(surge > 0 && isEnhanced ? "Immutable" : "AllAtOnce") }
        if surge > 0, unavailable > 0 { return batched("RollingWithAdditionalBatch", min(surge, unavailable, total)) }
        if surge >= total, isEnhanced { return plain("Immutable") }
        if surge > 0 { return batched("RollingWithAdditionalBatch", min(surge, total)) }
        if unavailable >= total { return plain("AllAtOnce") }
        return batched("Rolling", max(unavailable, 1))
    }

    /// The options for `trial`.
    static func options(_ trial: Trial) -> [Option: String] {
        let minutes = (trial.duration.milliseconds + 59_999) / 60_000
        return [
            .deploymentPolicy: "TrafficSplitting", .newVersionPercent: "\(trial.percent)",
            .evaluationTime: "\(min(max(minutes, 3), 600))",
        ]
    }

    private static func plain(_ policy: String) -> [Option: String] { [.deploymentPolicy: policy] }

    private static func batched(_ policy: String, _ size: Int) -> [Option: String] {
        [.deploymentPolicy: policy, .batchSizeType: "Fixed", .batchSize: "\(size)"]
    }
}
