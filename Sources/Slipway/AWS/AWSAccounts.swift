internal import Logging
internal import SlipwayAWS
internal import SlipwayAccess
internal import SlipwayBase
internal import SlipwayCurl
internal import SlipwayHTTP
internal import SlipwaySigning

/// The accounts that the targets of one process are in: each is resolved once, and what limits it is shared.
final class AWSAccounts: Sendable {
    private let environment: AccessEnvironment
    private let client: LazyClient
    private let random: any RandomSource
    private let logger: Logger?
    private let quotas = AWSRetryQuotas()
    private let keys = SigningKeys()
    private let clock: AWSClock
    private let known = Locked<[AWSAccess.Request: AWSAccount]>([:])

    init(environment: AccessEnvironment, client: LazyClient, random: any RandomSource, logger: Logger?) {
        (self.environment, self.client, self.random, self.logger) = (environment, client, random, logger)
        clock = AWSClock(environment.time)
    }

    /// The account that `request` leads to, after asking AWS whose credentials these are.
    func account(_ request: AWSAccess.Request) async throws(InputFailure) -> AWSAccount {
        if let account = known.withLock({ $0[request] }) { return account }
        let plain = try client.transport(tls: TLSSettings(), proxy: .environment)
        let direct = try client.transport(tls: TLSSettings(), proxy: ProxyChoice.none)
        let access = try AWSAccess.resolve(
            request,
            in: environment,
            transport: DirectToMetadata(direct: direct, others: plain)
        )
        let sts = pipeline(to: .sts, [access.endpoint(.sts).origin], access, account: request.profile ?? "", plain)
        let identity: CallerIdentity
        do throws(AWSFailure) {
            let client = QueryClient(access.endpoint(.sts), version: STSCalls.version, transport: sts)
            identity = try CallerIdentity(try await client.send(STSCalls.getCallerIdentity))
        } catch {
            throw InputFailure("the AWS account cannot be told (\(access.names)): \(error.summary)")
        }
        let account = AWSAccount(access: access, identity: identity) { [self] api, origins in
            pipeline(to: api, origins, access, account: identity.account, plain)
        }
        return known.withLock { known in
            // Two targets that ask at once share the first answer.
            if let first = known[request] { return first }
            known[request] = account
            return account
        }
    }

    /// Every attempt is signed anew inside the retries, and nothing leaves the service's own hosts.
    private func pipeline(
        to api: AWSAPI,
        _ origins: Set<Origin>,
        _ access: AWSAccess,
        account: String,
        _ transport: any Transport
    ) -> any Transport {
        let endpoint = access.endpoint(api)
        let (time, region) = (environment.time, endpoint.region)
        var middlewares: [any Middleware] = [
            AWSRetry(
                quota: quotas.quota(service: endpoint.signingName, region: region, account: account),
                time: time,
                random: random
            ),
            OriginGuard(origins),
            AWSAuthenticate(access.credentials, signer: AWSSigner(endpoint, keys: keys), clock: clock),
        ]
        if let logger { middlewares.append(Trace(logger, time: time)) }
        return Pipeline(middlewares, to: transport)
    }
}

/// An account, and how its services are reached.
struct AWSAccount: Sendable {
    let access: AWSAccess
    let identity: CallerIdentity
    private let pipeline: @Sendable (AWSAPI, Set<Origin>) -> any Transport

    init(
        access: AWSAccess,
        identity: CallerIdentity,
        pipeline: @escaping @Sendable (AWSAPI, Set<Origin>) -> any Transport
    ) {
        (self.access, self.identity, self.pipeline) = (access, identity, pipeline)
    }

    func query(_ api: AWSAPI, version: String) -> QueryClient {
        let endpoint = access.endpoint(api)
        return QueryClient(endpoint, version: version, transport: pipeline(api, [endpoint.origin]))
    }

    func route53() -> RestClient {
        let endpoint = access.endpoint(.route53)
        return RestClient(endpoint, namespace: Route53Calls.namespace, transport: pipeline(.route53, [endpoint.origin]))
    }

    /// The bucket that Elastic Beanstalk keeps for the account, and the way to it.
    func storage() throws(InputFailure) -> (bucket: S3Bucket, transport: any Transport) {
        let endpoint = access.endpoint(.s3)
        let bucket = try S3Bucket("elasticbeanstalk-\(access.region)-\(identity.account)", at: endpoint)
        return (bucket, pipeline(.s3, [endpoint.origin, bucket.origin]))
    }
}

/// Addresses that only this machine or container can reach are never asked for through a proxy.
private struct DirectToMetadata: Transport {
    let direct: any Transport
    let others: any Transport

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let host = request.origin.host
        let isNear = request.origin.isLoopback || host.hasPrefix("169.254.") || host == "fd00:ec2::23"
        return try await (isNear ? direct : others).send(request)
    }
}
