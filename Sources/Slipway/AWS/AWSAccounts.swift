internal import Logging
internal import SlipwayAWS
internal import SlipwayAccess
internal import SlipwayBase
internal import SlipwayCurl
internal import SlipwayHTTP

/// The accounts that the targets of one process are in: each is resolved once, and what limits it is shared.
final class AWSAccounts: Sendable {
    private let environment: AccessEnvironment
    private let client: LazyClient
    private let logins: Logins
    private let random: any RandomSource
    private let logger: Logger?
    private let quotas = AWSRetryQuotas()
    private let known = Locked<[AWSAccess.Request: AWSAccount]>([:])

    /// Without `logins`, requests for credentials go over `client` like all others.
    init(
        environment: AccessEnvironment,
        client: LazyClient,
        logins: Logins? = nil,
        random: any RandomSource,
        logger: Logger?
    ) {
        (self.environment, self.client, self.random, self.logger) = (environment, client, random, logger)
        self.logins = logins ?? .over(client)
    }

    /// The account that `request` leads to, after asking AWS whose credentials these are.
    func account(_ request: AWSAccess.Request) async throws(InputFailure) -> AWSAccount {
        if let account = known.withLock({ $0[request] }) { return account }
        let tls = TLSSettings(authorities: try AWSAccess.authorities(request, in: environment))
        let plain = try client.transport(tls: tls, proxy: .environment)
        let access = try access(request, tls)
        let traced: any Transport = logger.map { Pipeline([Trace($0, time: environment.time)], to: plain) } ?? plain
        let identity: CallerIdentity
        do throws(AWSFailure) {
            let asked = session(access, account: request.profile ?? "").transport(
                to: access.endpoint(.sts),
                over: traced
            )
            let client = QueryClient(access.endpoint(.sts), version: STSCalls.version, transport: asked)
            identity = try CallerIdentity(try await client.send(STSCalls.getCallerIdentity))
        } catch {
            throw InputFailure(Self.words(error, access.names))
        }
        let account = AWSAccount(
            access: access,
            identity: identity,
            session: session(access, account: identity.account),
            transport: traced
        )
        return known.withLock { known in
            // Two targets that ask at once share the first answer.
            if let first = known[request] { return first }
            known[request] = account
            return account
        }
    }

    /// Answers to requests for credentials may hold them, so nothing that traces or records stands before these.
    private func access(_ request: AWSAccess.Request, _ tls: TLSSettings) throws(InputFailure) -> AWSAccess {
        switch logins {
        case .over(let login):
            return try AWSAccess.resolve(
                request,
                in: environment,
                transport: try login.transport(tls: tls, proxy: .environment),
                nearby: try login.transport(tls: TLSSettings(), proxy: .none)
            )
        case .standIns:
            let keys = FixedCredential<AWSCredentials>.standIn
            return try AWSAccess.resolve(request, in: environment, transport: ClosedTransport())
                .presenting(CredentialCache(keys, time: environment.time))
        }
    }

    /// Why nobody can say whose credentials these are, and what to do.
    private static func words(_ failure: AWSFailure, _ names: AWSAccess.Names) -> String {
        let call = "\(failure.call): "
        let said = failure.summary.hasPrefix(call) ? String(failure.summary.dropFirst(call.count)) : failure.summary
        guard failure.kind == .denied else { return "the AWS account cannot be told (\(names)): \(failure.summary)" }
        // Nothing was asked: the sentence is about the place that the credentials come from.
        guard !failure.code.isEmpty else { return said }
        let cure =
            failure.code.hasPrefix("Expired")
            ? "get new ones, such as with `aws sso login`" : "check them, or choose another profile"
        let sentence = said.hasSuffix(".") ? String(said.dropLast()) : said
        return "AWS refuses the credentials (\(names)): \(sentence); \(cure)"
    }

    private func session(_ access: AWSAccess, account: String) -> AWSSession {
        AWSSession(access.credentials, account: account, quotas: quotas, time: environment.time, random: random)
    }
}

/// An account, and how its services are reached.
struct AWSAccount: Sendable {
    let access: AWSAccess
    let identity: CallerIdentity
    let session: AWSSession
    let transport: any Transport

    func query(_ api: AWSAPI, version: String) -> QueryClient {
        let endpoint = access.endpoint(api)
        return QueryClient(endpoint, version: version, transport: session.transport(to: endpoint, over: transport))
    }

    func route53() -> RestClient {
        let endpoint = access.endpoint(.route53)
        let signed = session.transport(to: endpoint, over: transport)
        return RestClient(endpoint, namespace: Route53Calls.namespace, transport: signed)
    }

    /// The bucket that Elastic Beanstalk keeps for the account, and the way to it.
    func storage() throws(InputFailure) -> (bucket: S3Bucket, transport: any Transport) {
        let endpoint = access.endpoint(.s3)
        let bucket = try S3Bucket("elasticbeanstalk-\(access.region)-\(identity.account)", at: endpoint)
        return (bucket, session.transport(to: endpoint, and: [bucket.origin], over: transport))
    }
}
