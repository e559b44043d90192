internal import HTTPTypes
internal import Logging
internal import SlipwayAccess
internal import SlipwayAzure
internal import SlipwayBase
internal import SlipwayCurl
internal import SlipwayHTTP

/// The subscriptions that the targets of one process are in: each identity is found once, and what limits it is shared.
final class AzureAccounts: Sendable {
    private struct Key: Hashable {
        var request: AzureAccess.Request
        var subscription: String
    }

    private let environment: AccessEnvironment
    private let client: LazyClient
    private let logins: Logins
    private let random: any RandomSource
    private let logger: Logger?
    private let traffic: AzureTraffic
    private let accesses = Locked<[AzureAccess.Request: AzureAccess]>([:])
    private let accounts = Locked<[Key: AzureAccount]>([:])

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
        traffic = AzureTraffic(time: environment.time)
    }

    /// The subscription that `scope` names, after asking Entra who this is and Azure whether it may see it.
    func account(_ scope: AzureScope) async throws(InputFailure) -> AzureAccount {
        let key = Key(request: scope.access, subscription: scope.subscription)
        if let account = accounts.withLock({ $0[key] }) { return account }
        let plain = try client.transport(tls: TLSSettings(), proxy: .environment)
        let access = try access(scope.access)
        let identity: EntraIdentity
        do throws(CredentialFailure) {
            identity = try await access.tokens.identity(for: .resourceManager(of: access.cloud))
        } catch {
            // Where there are none at all, the sentence says everywhere that was looked.
            if case .absent(let reason) = error { throw InputFailure(reason) }
            throw InputFailure("there is no access to Azure (\(access.names)): \(error.description)")
        }
        let traced: any Transport = logger.map { Pipeline([Trace($0, time: environment.time)], to: plain) } ?? plain
        let session = AzureSession(
            access.cloud,
            authenticate: access.authenticate(to: access.cloud.resourceManager),
            traffic: traffic,
            time: environment.time,
            random: random
        )
        let arm = session.client(over: traced)
        let subscription = try await Subscription(scope.subscription, arm, identity)
        let account = AzureAccount(
            access: access,
            identity: identity,
            subscription: subscription,
            session: session,
            arm: arm,
            transport: traced
        )
        return accounts.withLock { known in
            // Two targets that ask at once share the first answer.
            if let first = known[key] { return first }
            known[key] = account
            return account
        }
    }

    private func access(_ request: AzureAccess.Request) throws(InputFailure) -> AzureAccess {
        if let access = accesses.withLock({ $0[request] }) { return access }
        let access = try resolved(request)
        return accesses.withLock { known in
            if let first = known[request] { return first }
            known[request] = access
            return access
        }
    }

    /// Requests for tokens hold credentials, so nothing that traces or records stands before them.
    private func resolved(_ request: AzureAccess.Request) throws(InputFailure) -> AzureAccess {
        switch logins {
        case .over(let login):
            return try AzureAccess.resolve(
                request,
                in: environment,
                transport: try login.transport(tls: TLSSettings(), proxy: .environment),
                nearby: try login.transport(tls: TLSSettings(), proxy: .none)
            )
        case .standIns:
            let access = try AzureAccess.resolve(request, in: environment, transport: ClosedTransport())
            let token = FixedCredential<Secret<String>>.standIn
            return AzureAccess(cloud: access.cloud, tokens: EntraAccess(token, time: environment.time))
        }
    }
}

/// A subscription as Azure describes it.
struct Subscription: Sendable {
    let id: String
    let name: String
    let tenant: String
    let warnings: [String]

    /// Asks Azure for it; throws one sentence when this identity cannot see it.
    init(_ id: String, _ arm: ARMClient, _ identity: EntraIdentity) async throws(InputFailure) {
        let call = ARMCall(.get, "/subscriptions/\(id)", .subscriptions, name: "GET subscription")
        let body: JSON
        do throws(AzureFailure) { body = try await arm.send(call).body } catch {
            guard error.kind == .absent || error.kind == .denied, !error.code.isEmpty else {
                throw InputFailure("the subscription \(id) cannot be told: \(error.summary)")
            }
            throw InputFailure(
                "the subscription \(id) cannot be seen by \(identity) (\(error.code)); correct `subscription`, or give "
                    + "this identity a role there. Nothing was written."
            )
        }
        self.id = id
        name = (body["displayName"]?.string ?? id).printable(max: 100)
        tenant = (body["tenantId"]?.string ?? identity.tenant ?? "unknown").printable(max: 60)
        let state = body["state"]?.string ?? "Enabled"
        warnings =
            state == "Enabled" ? [] : ["The subscription \(name) is \(state.printable(max: 40)), by Azure's word."]
    }
}

/// A subscription, and how what is in it is reached.
struct AzureAccount: Sendable {
    let access: AzureAccess
    let identity: EntraIdentity
    let subscription: Subscription
    let session: AzureSession
    let arm: ARMClient
    /// Without any credentials.
    let transport: any Transport

    /// Lines for people: what will be touched, and as whom.
    var summary: [String] {
        let cloud = access.cloud.name == AzureCloud.global.name ? "" : " in \(access.cloud.name)"
        return [
            "subscription \(subscription.name) (\(subscription.id)), tenant \(subscription.tenant)\(cloud)",
            "as \(identity)", "credentials from \(access.tokens.words)",
        ].map { $0.printable(max: 300) }
    }

    var warnings: [String] { access.warnings.map(\.message) + subscription.warnings }

    /// A transport to `origin` alone, with tokens of Azure Resource Manager.
    func scm(_ origin: Origin) -> any Transport {
        session.transport(to: origin, authenticate: access.authenticate(to: origin), over: transport)
    }

    /// A client of a container, with tokens of blob storage.
    func blobs(_ container: BlobContainer) -> BlobClient {
        let authenticate = access.tokens.authenticate(for: .storage(of: access.cloud), to: [container.origin])
        return BlobClient(
            container,
            transport: session.transport(to: container.origin, authenticate: authenticate, over: transport)
        )
    }

    /// Tokens for the API server that `scope` names, such as `6dae42f8-…/.default`.
    func tokens(_ scope: String) -> any CredentialSource<Secret<String>> {
        let resource = scope.hasSuffix("/.default") ? String(scope.dropLast("/.default".count)) : scope
        return access.tokens.token(for: EntraAudience(resource)).cache
    }
}

extension AzureAccess {
    /// Presents tokens of Azure Resource Manager to `origin`.
    fileprivate func authenticate(to origin: Origin) -> EntraAuthenticate {
        tokens.authenticate(for: .resourceManager(of: cloud), to: [origin])
    }
}
