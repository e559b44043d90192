public import SlipwayBase
public import SlipwayHTTP

/// What everything shares that is sent for one identity: how it is authenticated, and what `AzureTraffic` holds.
public struct AzureSession: Sendable {
    /// Attempts in all, the first one included.
    public static let attemptsMax = 3

    /// The cloud.
    public let cloud: AzureCloud
    private let authenticate: any Middleware
    private let traffic: AzureTraffic
    private let time: any TimeSource
    private let random: any RandomSource

    /// Sends to `cloud` with what `authenticate` adds to each attempt; all sessions of a process share `traffic`.
    public init(
        _ cloud: AzureCloud,
        authenticate: any Middleware,
        traffic: AzureTraffic,
        time: any TimeSource,
        random: any RandomSource
    ) {
        (self.cloud, self.authenticate, self.traffic) = (cloud, authenticate, traffic)
        (self.time, self.random) = (time, random)
    }

    /// A client of the resource manager over `transport`: repeats, keeps the pace, writes in turn, authenticates, and
    /// sends nothing elsewhere.
    public func client(over transport: any Transport) -> ARMClient {
        ARMClient(cloud, transport: self.transport(over: transport), time: time)
    }

    /// What `client` sends through.
    ///
    /// Where answers point to is checked by the client, which tells a wrong address of an operation from no answer.
    public func transport(over transport: any Transport) -> any Transport {
        Pipeline(
            [
                OriginGuard([cloud.resourceManager], checksAnswers: false), retry(cloud.resourceManager),
                Paced(traffic: traffic, time: time), WritesInTurn(traffic: traffic), authenticate,
            ],
            to: transport
        )
    }

    /// A transport to another origin with the same safety, such as the SCM host of a site or a storage account, and to
    /// nowhere else; `other` authenticates instead where that origin takes other tokens.
    public func transport(
        to origin: Origin,
        authenticate other: (any Middleware)? = nil,
        over transport: any Transport
    ) -> any Transport {
        Pipeline([OriginGuard([origin]), retry(origin), other ?? authenticate], to: transport)
    }

    /// Idempotent requests are sent again after 408, 5xx and no answer; all are after 429 and what was not sent.
    private func retry(_ origin: Origin) -> Retry {
        let policy = Retry.Policy(attemptsMax: Self.attemptsMax, statuses: [408, 500, 502, 503, 504])
        return Retry(policy, budget: traffic.budget(for: origin), time: time, random: random)
    }
}
