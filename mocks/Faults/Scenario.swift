public import SlipwayBase
public import SlipwayEngine
public import SlipwayModel

/// One release to be rehearsed under faults: a platform, a strategy, and how it ends without any fault.
public struct Scenario: Sendable {
    /// What it is called in reports.
    public var name: String
    /// Where it happens.
    public var platform: any LabPlatform
    /// The strategy.
    public var strategy: any Strategy
    /// What is released.
    public var release: Release
    /// What serves before.
    public var former: Release
    /// How the run ends when nothing goes wrong.
    public var verdict: Verdict
    /// Approximations that are accepted.
    public var accepting: Set<String> = []
    /// With how many of its calls each fault is tried in a whole sweep: every call, every second, ...
    public var stride = 1

    /// When every rehearsal begins.
    public static let start = Timestamp(milliseconds: 1_767_225_600_000)

    /// The scenarios of every platform.
    public static func all() throws -> [Scenario] {
        try KubernetesLab.scenarios() + ElasticBeanstalkLab.scenarios() + AppServiceLab.scenarios()
    }
}
