import SlipwayBase

/// An environment and its instances.
struct Environment: Sendable {
    /// Where it is in its life.
    enum Status: String, Sendable {
        case launching = "Launching"
        case updating = "Updating"
        case ready = "Ready"
        case aborting = "Aborting"
        case terminating = "Terminating"
        case terminated = "Terminated"
    }

    /// What it is for.
    enum Tier: Sendable { case web, worker }

    var place: Place
    var id: String
    var name: String
    var application: String
    var description: String?
    var tier: Tier = .web
    var platform: Platform = .python
    /// The whole name; nil for workers.
    var cname: String?
    /// What clients of the CNAME are led to.
    var endpoint: String
    /// The version of the last deployment that went well.
    var versionLabel: String?
    var options = OptionSet()
    /// Options on their way.
    var pendingOptions: OptionSet?
    var status: Status
    var created: Timestamp
    var updated: Timestamp
    var instances: [Instance] = []
    var deploymentID: Int64 = 1
    var operation: Operation?
    /// The percentage that temporary instances get while traffic is split.
    var splitPercent: Int?
    /// The health that events have told of last.
    var toldHealth: Health.Status = .ok
    /// The number that its load balancer and groups carry in their names.
    var suffix: String
    var tags: [String: String] = [:]

    var isGone: Bool { status == .terminated }
    var arn: String {
        "arn:aws:elasticbeanstalk:\(place.region):\(place.account):environment/\(application)/\(name)"
    }
    var autoScalingGroup: String { "awseb-\(id)-stack-AWSEBAutoScalingGroup-\(suffix)" }
}

/// A server of an environment.
struct Instance: Sendable {
    /// How far the deployment on it has come.
    enum Deployment: String, Sendable {
        case inProgress = "In Progress"
        case deployed = "Deployed"
        case failed = "Failed"
    }

    var id: String
    var zone: String
    var launched: Timestamp
    /// What is on it, or is being put on it.
    var label: String
    var deploymentID: Int64
    var deployment: Deployment
    var deployed: Timestamp
    /// Whether the load balancer sends it requests; a single instance has its address for that.
    var isRegistered: Bool
    /// Whether it belongs to the temporary group of a change.
    var isTemporary = false
    /// From when on what is on it does not answer properly; nil is never.
    var breaks: Timestamp?
    /// Whether what is on it answers with too many client errors.
    var warns = false

    /// Whether what is on it works.
    func works(at now: Timestamp) -> Bool { deployment == .deployed && breaks.map { now < $0 } ?? true }

    /// Whether it answers production requests.
    func isServing(at now: Timestamp) -> Bool { isRegistered && works(at: now) }
}

/// What instances run on.
struct Platform: Hashable, Sendable {
    var stack: String
    var arn: String
    var branch: String

    static let python = Platform(
        stack: "64bit Amazon Linux 2023 v4.7.3 running Python 3.13",
        arn: "arn:aws:elasticbeanstalk:us-east-1::platform/Python 3.13 running on 64bit Amazon Linux 2023/4.7.3",
        branch: "Python 3.13 running on 64bit Amazon Linux 2023"
    )
    static let docker = Platform(
        stack: "64bit Amazon Linux 2023 v4.8.0 running Docker",
        arn: "arn:aws:elasticbeanstalk:us-east-1::platform/Docker running on 64bit Amazon Linux 2023/4.8.0",
        branch: "Docker running on 64bit Amazon Linux 2023"
    )
    static let all = [python, docker]
}
