internal import SlipwayBase

/// How one target of a target group is.
public struct TargetHealth: Hashable, Sendable {
    /// What the load balancer says of a target; a word that is not known here is kept.
    public enum State: Hashable, Sendable {
        /// Being registered or checked for the first time.
        case initial
        /// In service.
        case healthy
        /// Fails its checks.
        case unhealthy
        /// On its way out.
        case draining
        /// Receives nothing, because no rule names its group or it is not running.
        case unused
        /// Cannot be told.
        case unavailable
        /// A word that is not known here.
        case other(String)

        init(_ text: String) {
            switch text.lowercased() {
            case "initial": self = .initial
            case "healthy": self = .healthy
            case "unhealthy": self = .unhealthy
            case "draining", "unhealthy.draining": self = .draining
            case "unused": self = .unused
            case "unavailable": self = .unavailable
            default: self = .other(text.printable(max: 50))
            }
        }
    }

    /// The instance or address.
    public var target: String
    /// The port.
    public var port: Int?
    /// How it is.
    public var state: State
    /// The service's reason, such as `Target.FailedHealthChecks`; empty without one.
    public var reason: String

    /// Reads the answer to `DescribeTargetHealth`.
    public static func all(_ reply: AWSReply) throws(AWSFailure) -> [Self] {
        let call = "DescribeTargetHealth"
        var all: [Self] = []
        for node in reply.result.members("TargetHealthDescriptions") {
            let target = node["Target"] ?? XMLNode("Target")
            let health = node["TargetHealth"] ?? XMLNode("TargetHealth")
            all.append(
                Self(
                    target: try target.required("Id", of: call),
                    port: try target.number("Port", of: call),
                    state: State(try health.required("State", of: call)),
                    reason: (health.text("Reason") ?? "").printable(max: 200)
                )
            )
        }
        return all
    }
}
