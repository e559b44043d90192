public import SlipwayAccess
public import SlipwayBase
public import SlipwayHTTP

/// How a tenant is reached: the cloud, and where tokens come from.
///
/// Credentials are looked for in the order of Azure's own libraries. A place that does not apply is passed over; one
/// that applies and is broken stops the search with its reason; the first that gives a token is the only one from then
/// on.
///
/// 1. the environment: `AZURE_CLIENT_SECRET`, else `AZURE_CLIENT_CERTIFICATE_PATH`
/// 2. workload identity: `AZURE_FEDERATED_TOKEN_FILE`, else the tokens of GitHub Actions
/// 3. managed identity: `IDENTITY_ENDPOINT`, else the metadata of the machine
/// 4. the Azure CLI
///
/// The target or `AZURE_TOKEN_CREDENTIALS` narrows this.
public struct AzureAccess: Sendable {
    /// What a target says about its access.
    public struct Request: Hashable, Sendable {
        /// The tenant that the credentials must belong to, a GUID; nil takes that of the credentials.
        public var tenant: String?
        /// The name of the cloud, such as `AzureUSGovernment`; nil takes what the environment says, or `AzureCloud`.
        public var cloud: String?
        /// The only kind of credentials that counts; nil takes what the environment says, or all.
        public var credential: AzureCredential?
        /// Who stands for parts of the cloud.
        public var endpoints: Endpoints

        /// Makes a request.
        public init(
            tenant: String? = nil,
            cloud: String? = nil,
            credential: AzureCredential? = nil,
            endpoints: Endpoints = Endpoints()
        ) {
            (self.tenant, self.cloud, self.credential, self.endpoints) = (tenant, cloud, credential, endpoints)
        }
    }

    /// Hosts that stand for parts of a cloud, as URLs: `https`, or `http` on this machine itself.
    public struct Endpoints: Hashable, Sendable {
        /// Where Entra gives tokens.
        public var login: String?
        /// Azure Resource Manager.
        public var resourceManager: String?
        /// The audience of tokens for it; nil takes its URL with a slash at the end.
        public var audience: String?

        /// Makes endpoints; nil leaves the cloud's own.
        public init(login: String? = nil, resourceManager: String? = nil, audience: String? = nil) {
            (self.login, self.resourceManager, self.audience) = (login, resourceManager, audience)
        }
    }

    /// The cloud.
    public let cloud: AzureCloud
    /// The tenant that the credentials must belong to, in lower case; nil when the target names none.
    public let tenant: String?
    /// The tokens, renewed five minutes before their end.
    public let tokens: EntraAccess
    /// What the parts are called, for people.
    public let names: Names
    /// What to know although access is possible.
    public let warnings: [Diagnostic]

    /// What the parts are called, for people; there is no secret in it.
    public struct Names: Hashable, Sendable, CustomStringConvertible {
        /// The tenant; nil when the target names none.
        public var tenant: String?
        /// The cloud and, where others stand for it, who.
        public var cloud: String
        /// Where the credentials come from, such as `the environment (AZURE_CLIENT_SECRET) of the application …`.
        public var credentials: String

        /// One line with all of it.
        public var description: String {
            let tenant = tenant.map { "tenant \($0), " } ?? ""
            return "\(tenant)\(cloud), credentials from \(credentials)"
        }
    }

    /// Finds the way to the tenant that `request` names: reads files and the environment, and nothing else.
    ///
    /// `transport` carries the requests for tokens when they are made; it must not authenticate them. `nearby` carries
    /// those to this machine and its link (managed identities), so it must use no proxy; by default it is `transport`
    /// as well. Throws one sentence for what is wrong.
    public static func resolve(
        _ request: Request,
        in environment: AccessEnvironment,
        transport: any Transport,
        nearby: (any Transport)? = nil
    ) throws(InputFailure) -> AzureAccess {
        let choice = try CredentialChoice(request.credential, environment)
        let cloud = try CloudChoice(request, environment).cloud
        let pin = try tenant(request.tenant)
        let calls = EntraCalls(transport, nearby: nearby ?? transport, time: environment.time)
        let world = EntraWorld(environment, calls: calls, cloud: cloud, pin: pin)
        let certificate = CertificateToken(world: world)
        let chain = TokenChain(choice.places(world, certificate), advice: choice.advice)
        let words = try words(chain)
        return AzureAccess(
            cloud: cloud,
            tenant: pin,
            tokens: EntraAccess(chain, tenant: TenantCheck(pin: pin), time: environment.time),
            names: Names(tenant: pin, cloud: self.words(cloud), credentials: words),
            warnings: choice.kinds.contains(.environment) ? certificate.warnings() : []
        )
    }

    private static func tenant(_ text: String?) throws(InputFailure) -> String? {
        guard let text else { return nil }
        guard EntraText.isGUID(text) else {
            throw InputFailure("`tenant:` must be the ID of a tenant, which is a GUID; `az account show` prints it")
        }
        return text.lowercased()
    }

    /// What is broken for certain is refused at once; what is absent shows itself when tokens are needed.
    private static func words(_ chain: TokenChain) throws(InputFailure) -> String {
        do throws(CredentialFailure) {
            return try chain.words()
        } catch {
            if case .broken(let sentence) = error { throw InputFailure(sentence) }
            return "nowhere: none are configured"
        }
    }

    private static func words(_ cloud: AzureCloud) -> String {
        let home = AzureCloud.known.first { $0.name == cloud.name }
        return home?.resourceManager == cloud.resourceManager
            ? cloud.name : "\(cloud.name) at \(cloud.resourceManager)"
    }
}

extension AzureAccess {
    /// Access to `cloud` with tokens that somebody else brings.
    public init(cloud: AzureCloud, tokens: EntraAccess) {
        self.init(
            cloud: cloud,
            tenant: nil,
            tokens: tokens,
            names: Names(cloud: Self.words(cloud), credentials: "this program"),
            warnings: []
        )
    }
}
