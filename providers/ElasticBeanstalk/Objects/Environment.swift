import SlipwayAWS
import SlipwayBase

/// One environment as `DescribeEnvironments` tells it.
struct Environment: Hashable, Sendable {
    /// What an environment is doing.
    enum Status: Hashable, Sendable {
        case launching, updating, ready, aborting, linking, terminating, terminated
        /// A word that is not known: whatever it is, the environment is not Ready.
        case other(String)
    }

    var name: String
    var id: String
    var application: String
    /// The label of the application version that was last deployed with success.
    var label: String?
    var status: Status
    var health: Health
    var cname: String?
    var endpoint: String?
    /// Whether `AbortEnvironmentUpdate` can still be asked for.
    var isAbortable: Bool
    /// When it was last changed, by Elastic Beanstalk's own clock.
    var updated: Timestamp?
    var isWebTier: Bool

    var isReady: Bool { status == .ready }
    var isGone: Bool { status == .terminated }
    /// `shop-prod (e-abc)`: names come again after a termination, numbers do not.
    var words: String { "\(name) (\(id))" }

    /// Whether `cname` (a prefix, or a whole name) leads here.
    func answers(to cname: String) -> Bool {
        guard let own = self.cname?.lowercased() else { return false }
        if cname.contains(".") { return own == cname.lowercased() }
        return own.prefix { $0 != "." } == cname.lowercased()
    }

    /// The first part of its CNAME, which is what `CreateEnvironment` takes.
    var cnamePrefix: String? { cname.map { String($0.prefix { $0 != "." }) } }
}

extension Environment.Status {
    /// Reads the word whatever its case; absent counts as not known.
    init(_ text: String?) {
        switch (text ?? "").lowercased() {
        case "launching": self = .launching
        case "updating": self = .updating
        case "ready": self = .ready
        case "aborting": self = .aborting
        case "linkingfrom", "linkingto": self = .linking
        case "terminating": self = .terminating
        case "terminated": self = .terminated
        default: self = .other((text ?? "nothing").printable(max: 40))
        }
    }

    /// As a half sentence: `is being updated`.
    var words: String {
        switch self {
        case .launching: "is being launched"
        case .updating: "is being updated"
        case .ready: "is ready"
        case .aborting: "is taking an update back"
        case .linking: "is being linked"
        case .terminating: "is being terminated"
        case .terminated: "is terminated"
        case .other(let word): "has the status \(word)"
        }
    }
}

/// How well an environment is; colours and words of the service become one order.
enum Health: Int, Hashable, Sendable, Comparable {
    /// Grey: not known yet.
    case unknown = 0
    /// Red: Degraded, Severe.
    case red
    /// Yellow: Warning.
    case yellow
    /// Green: Ok, Info.
    case green

    /// The finer word goes before the colour; words of either kind in any case and spacing, unknown ones are `unknown`.
    init(status: String?, colour: String?) {
        let word = (status ?? "").lowercased().filter { $0 != " " }
        switch word.isEmpty ? (colour ?? "").lowercased() : word {
        case "ok", "info", "green": self = .green
        case "warning", "yellow": self = .yellow
        case "degraded", "severe", "red": self = .red
        default: self = .unknown
        }
    }

    static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    var words: String {
        switch self {
        case .unknown: "Grey"
        case .red: "Red"
        case .yellow: "Yellow"
        case .green: "Green"
        }
    }
}

/// One thing that Elastic Beanstalk says has happened.
struct EnvironmentEvent: Hashable, Sendable {
    var date: Timestamp
    var message: String
    var severity: String
    /// The number of the request that began the operation; health changes have none.
    var requestID: String?

    var isError: Bool { ["error", "fatal"].contains(severity.lowercased()) }
}

/// One instance as enhanced health tells it.
struct InstanceHealth: Hashable, Sendable {
    var id: String
    var health: Health
    var causes: [String]
    /// The label of the version it runs, and how its deployment went; nil where the service does not say yet.
    var label: String?
    var deployment: String?

    /// Whether it says that it does not run `label`; one that says nothing yet does not.
    func misses(_ label: String) -> Bool {
        if deployment?.lowercased() == "failed" { return true }
        return self.label.map { $0 != label } ?? false
    }

    func runs(_ label: String) -> Bool { self.label == label && deployment?.lowercased() == "deployed" }
}

/// A bundle that Elastic Beanstalk keeps under a label.
struct ApplicationVersion: Hashable, Sendable {
    enum Status: Hashable, Sendable {
        case unprocessed, processing, processed, failed
        case other(String)
    }

    var label: String
    var status: Status
    var bucket: String?
    var key: String?

    var location: String {
        guard let bucket, let key else { return "a source that is not in S3" }
        return "s3://\(bucket)/\(key)".printable(max: 400)
    }
}

extension ApplicationVersion.Status {
    /// The wire has upper case where the reference has none; old answers have no status at all, which is fine.
    init(_ text: String?) {
        switch (text ?? "processed").lowercased() {
        case "processed": self = .processed
        case "unprocessed": self = .unprocessed
        case "processing", "building": self = .processing
        case "failed": self = .failed
        default: self = .other((text ?? "").printable(max: 40))
        }
    }
}
