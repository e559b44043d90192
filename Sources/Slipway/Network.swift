internal import SlipwayAccess
public import SlipwayBase
public import SlipwayHTTP

/// What the requests of a live toolkit go over.
public enum Network: Sendable {
    /// The network.
    case live
    /// The network, with a transport of one's own around each of its own: to record what goes over it.
    case watched(@Sendable (any Transport) -> any Transport)
    /// Nothing real: one transport answers everything, time passes on one clock, and runs are marked as rehearsed and
    /// kept in memory.
    case replayed(any Transport, time: any TimeSource)

    /// The same with another transport around what it has.
    public func watched(by around: @escaping @Sendable (any Transport) -> any Transport) -> Network {
        switch self {
        case .live: .watched(around)
        case .watched(let inner): .watched { around(inner($0)) }
        case .replayed(let transport, let time): .replayed(around(transport), time: time)
        }
    }

    func client(in environment: AccessEnvironment) -> LazyClient {
        switch self {
        case .live: LazyClient(in: environment)
        case .watched(let around): LazyClient(in: environment, watched: around)
        case .replayed(let transport, _): LazyClient(transport)
        }
    }

    /// The clock of whoever uses it; the machine's own where something real happens.
    public var time: any TimeSource {
        if case .replayed(_, let time) = self { time } else { SystemTime() }
    }

    var isReplayed: Bool { if case .replayed = self { true } else { false } }

    /// Credentials for requests that are not sent, where the environment has none: what is replayed needs no real ones.
    static func standIn(_ name: String, in environment: [String: String]) -> String? {
        let isNamed = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"].contains {
            environment[$0] != nil
        }
        switch name {
        case "AWS_ACCESS_KEY_ID" where !isNamed: return "AKIDREPLAYED"
        case "AWS_SECRET_ACCESS_KEY" where !isNamed: return "replayed"
        case "AWS_REGION" where environment["AWS_DEFAULT_REGION"] == nil: return "us-east-1"
        default: return nil
        }
    }
}
