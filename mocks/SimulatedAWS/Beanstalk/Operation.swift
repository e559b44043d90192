import SlipwayBase

/// A change that is under way: what will happen, line after line, unless it is aborted.
struct Operation: Sendable {
    /// What is being changed.
    enum Kind: Sendable {
        case launch
        case deploy
        case configure
        case swap
        case terminate
    }

    var kind: Kind
    /// The number of the request that began it.
    var requestID: String
    var lines: [ScriptLine]
    /// Whether it can still be aborted.
    var isAbortable = false
    /// What goes wrong with the version that it brings.
    var failure: BeanstalkFailure.Kind?
    /// The version its events carry.
    var label: String?
    /// The next line.
    var position = 0
    /// Tells a happening of this operation from one of an operation before it.
    var number = 0

    init(_ kind: Kind, requestID: String, _ lines: [ScriptLine] = []) {
        (self.kind, self.requestID, self.lines) = (kind, requestID, lines)
    }

    /// After how long what it brings stops working.
    var breaksAfter: Duration? {
        switch failure {
        case .unhealthy: .zero
        case .degrades(let after): after
        default: nil
        }
    }

    /// Whether this is a deployment.
    var isDeployment: Bool { if case .deploy = kind { true } else { false } }
}

/// What happens, and how long after the line before it.
struct ScriptLine: Sendable {
    var after: Duration
    var effect: Effect
}

/// One thing that happens to an environment; instances are named by id.
enum Effect: Sendable {
    /// An event of the operation.
    case tell(Severity, String)
    /// An event that belongs to no request.
    case mention(String)
    /// Instances appear, with their deployment in progress.
    case launch([String], label: String, isTemporary: Bool)
    /// Instances leave the load balancer.
    case deregister([String])
    /// The commands of a deployment begin.
    case begin([String], label: String)
    /// They have ended well.
    case complete([String])
    /// They have failed.
    case fail([String])
    /// Instances join the load balancer.
    case register([String])
    /// Instances go away.
    case terminate([String])
    /// Temporary instances become permanent ones.
    case adopt
    /// Temporary instances get this percentage of requests; nil ends the split.
    case split(Int?)
    /// From here on there is no abort.
    case seal
    /// The options on their way become the ones in force, or are forgotten.
    case settleOptions(isApplied: Bool)
    /// The two environments of a swap change their CNAMEs.
    case swap(with: String)
    /// The version of the environment is this one from now on.
    case label(String)
    /// The operation is over.
    case end
    /// The environment is gone.
    case gone
}

/// The weight of an event.
enum Severity: String, Sendable, CaseIterable, Comparable {
    case trace = "TRACE"
    case debug = "DEBUG"
    case info = "INFO"
    case warn = "WARN"
    case error = "ERROR"
    case fatal = "FATAL"

    static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// How a new version comes onto the instances.
public enum DeploymentPolicy: String, CaseIterable, Hashable, Sendable {
    /// On all instances at the same time.
    case allAtOnce = "AllAtOnce"
    /// On one batch after the other.
    case rolling = "Rolling"
    /// On one batch after the other, with a batch of new instances first.
    case rollingWithAdditionalBatch = "RollingWithAdditionalBatch"
    /// On a second set of instances that replaces the first.
    case immutable = "Immutable"
    /// On a second set of instances that gets a share of the requests first.
    case trafficSplitting = "TrafficSplitting"
}
