public import SlipwayBase
public import SlipwayHTTP
internal import SlipwaySigning

/// What everything shares that is sent with the same credentials: their cache, the services' clock, derived keys and
/// what repetitions may still cost.
public struct AWSSession: Sendable {
    private let credentials: CredentialCache<AWSCredentials>
    private let account: String
    private let quotas: AWSRetryQuotas
    private let clock: AWSClock
    private let keys = SigningKeys()
    private let time: any TimeSource
    private let random: any RandomSource

    /// Sends with `credentials`; sessions with the same `account` share what `quotas` holds, and `account` may be
    /// whatever tells accounts apart.
    public init(
        _ credentials: CredentialCache<AWSCredentials>,
        account: String,
        quotas: AWSRetryQuotas,
        time: any TimeSource,
        random: any RandomSource
    ) {
        (self.credentials, self.account, self.quotas) = (credentials, account, quotas)
        (self.time, self.random) = (time, random)
        clock = AWSClock(time)
    }

    /// A transport to `endpoint`, and to `others` of its service such as a bucket's own host, that repeats and signs,
    /// and sends nothing elsewhere.
    public func transport(
        to endpoint: AWSEndpoint,
        and others: Set<Origin> = [],
        over transport: any Transport
    ) -> any Transport {
        let quota = quotas.quota(service: endpoint.signingName, region: endpoint.region, account: account)
        return Pipeline(
            [
                OriginGuard(others.union([endpoint.origin])),
                AWSRetry(quota: quota, time: time, random: random),
                AWSAuthenticate(credentials, signer: AWSSigner(endpoint, keys: keys), clock: clock),
            ],
            to: transport
        )
    }
}
