internal import SlipwayAccess
public import SlipwayBase
public import SlipwayHTTP

/// What the requests of a live toolkit go over.
public enum Network: Sendable {
    /// The network.
    case live
    /// The network, with a transport of one's own around each of its own: to record what goes over it.
    case watched(@Sendable (any Transport) -> any Transport)
    /// As if it were the network: one transport answers everything, and `logins` what is asked for credentials; time
    /// passes on one clock.
    case imitated(any Transport, logins: any Transport, time: any TimeSource)
    /// Nothing real: one transport answers everything, time passes on one clock, runs are marked as rehearsed and kept
    /// in memory, and stand-ins take the place of credentials, for which nobody is asked.
    case replayed(any Transport, time: any TimeSource)

    /// The same with another transport around what it has; requests for credentials do not go through it.
    public func watched(by around: @escaping @Sendable (any Transport) -> any Transport) -> Network {
        switch self {
        case .live: .watched(around)
        case .watched(let inner): .watched { around(inner($0)) }
        case .imitated(let transport, let logins, let time): .imitated(around(transport), logins: logins, time: time)
        case .replayed(let transport, let time): .replayed(around(transport), time: time)
        }
    }

    func client(in environment: AccessEnvironment) -> LazyClient {
        switch self {
        case .live: LazyClient(in: environment)
        case .watched(let around): LazyClient(in: environment, watched: around)
        case .imitated(let transport, _, _), .replayed(let transport, _): LazyClient(transport)
        }
    }

    /// What carries the requests for credentials that belong to those of `client`.
    func logins(beside client: LazyClient, in environment: AccessEnvironment) -> Logins {
        switch self {
        case .live: .over(client)
        case .watched: .over(LazyClient(in: environment))
        case .imitated(_, let logins, _): .over(LazyClient(logins))
        case .replayed: .standIns
        }
    }

    /// The clock of whoever uses it; the machine's own where something real happens.
    public var time: any TimeSource {
        switch self {
        case .live, .watched: SystemTime()
        case .imitated(_, _, let time), .replayed(_, let time): time
        }
    }

    var isReplayed: Bool { if case .replayed = self { true } else { false } }
}
