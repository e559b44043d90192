public import SlipwayAccess
public import SlipwayBase
public import SlipwayHTTP

/// How an account is reached: the region, where the credentials come from, and the hosts.
///
/// Credentials are looked for in the order of AWS's SDKs. A place that does not apply is passed over; one that applies
/// and is broken stops the search with its reason.
///
/// 1. the environment (`AWS_ACCESS_KEY_ID`, …), unless a profile is named in the request
/// 2. a role of the profile (`role_arn` with `source_profile` or `credential_source`)
/// 3. web identity (`AWS_WEB_IDENTITY_TOKEN_FILE`, or `web_identity_token_file` of the profile)
/// 4. SSO (`sso_session`, or the older form)
/// 5. the credentials file
/// 6. `credential_process`
/// 7. keys in the config file
/// 8. the endpoint beside a container
/// 9. the role of the EC2 instance (IMDSv2)
///
/// The profile is the request's, or that of `AWS_PROFILE`, or `default`. Endpoints are the request's, or those of
/// `AWS_ENDPOINT_URL_…`, `AWS_ENDPOINT_URL`, the profile's `services` section, its `endpoint_url`, or AWS's own.
public struct AWSAccess: Sendable {
    /// What a target says about its account.
    public struct Request: Hashable, Sendable {
        /// The profile; nil takes what the environment says.
        public var profile: String?
        /// The region; nil takes what the environment or the profile says.
        public var region: String?
        /// Hosts that stand for parts of AWS: `https`, or `http` on this machine itself.
        public var endpoints: [AWSAPI: String]

        /// Makes a request.
        public init(profile: String? = nil, region: String? = nil, endpoints: [AWSAPI: String] = [:]) {
            (self.profile, self.region, self.endpoints) = (profile, region, endpoints)
        }
    }

    /// The region, such as `eu-west-1`.
    public let region: String
    /// The credentials, renewed a quarter of an hour before their end; `invalidate` it when a server refuses them.
    public let credentials: CredentialCache<AWSCredentials>
    /// What the parts are called, for people.
    public let names: Names
    /// What to know although access is possible.
    public let warnings: [Diagnostic]
    private let endpoints: [AWSAPI: AWSEndpoint]

    /// What the parts are called, for people; there is no secret in it.
    public struct Names: Hashable, Sendable, CustomStringConvertible {
        /// The profile; nil when none was named and there is no `default`.
        public var profile: String?
        /// Where the credentials come from, such as `the environment (AWS_ACCESS_KEY_ID)`.
        public var credentials: String
        /// The region, and who named it.
        public var region: String

        /// One line with all of it.
        public var description: String {
            let start = profile.map { "profile \($0.printable(max: 100)), " } ?? ""
            return "\(start)region \(region), credentials from \(credentials)"
        }
    }

    /// Where requests to `api` go, and what they are signed for.
    public func endpoint(_ api: AWSAPI) -> AWSEndpoint {
        guard let endpoint = endpoints[api] else { preconditionFailure("an endpoint was resolved for every AWSAPI") }
        return endpoint
    }

    /// Finds the way to the account that `request` names: reads files and the environment, and nothing else.
    ///
    /// `transport` carries the requests for credentials when they are made; it must not sign them. `nearby` carries
    /// those to this machine and to the addresses of containers and instances, so it must use no proxy; by default it
    /// is `transport` as well. Throws one sentence for what is wrong.
    public static func resolve(
        _ request: Request,
        in environment: AccessEnvironment,
        transport: any Transport,
        nearby: (any Transport)? = nil
    ) throws(InputFailure) -> AWSAccess {
        let profiles = try Profiles(in: environment)
        let choice = try ProfileChoice(request.profile, profiles, environment)
        let region = try RegionChoice(request.region, choice.profile, environment)
        let hosts = try EndpointChoice(
            explicit: request.endpoints,
            profile: choice.profile,
            profiles: profiles,
            environment: environment
        )
        var endpoints: [AWSAPI: AWSEndpoint] = [:]
        for api in AWSAPI.allCases { endpoints[api] = try hosts.endpoint(api, region: region.name) }
        let world = CredentialWorld(
            environment: environment,
            calls: CredentialCalls(transport, nearby: nearby ?? transport, time: environment.time),
            sts: .live(try hosts.endpoint(.sts, region: region.name), transport: transport, time: environment.time),
            endpoints: hosts,
            memory: CredentialMemory()
        )
        let chain = AWSCredentialChain(name: choice.profile.name, isExplicit: request.profile != nil, world: world)
        return AWSAccess(
            region: region.name,
            credentials: CredentialCache(chain, margin: .seconds(900), time: environment.time),
            names: Names(profile: choice.shown, credentials: try words(chain), region: region.words),
            warnings: profiles.warnings,
            endpoints: endpoints
        )
    }

    /// What is broken for certain is refused at once; what is absent shows itself when credentials are needed.
    private static func words(_ chain: AWSCredentialChain) throws(InputFailure) -> String {
        do throws(CredentialFailure) {
            return try chain.words()
        } catch {
            if case .broken(let sentence) = error { throw InputFailure(sentence) }
            return "nowhere: none are configured"
        }
    }
}

extension AWSAccess {
    /// The same way with credentials that somebody else brings.
    public func presenting(_ credentials: CredentialCache<AWSCredentials>) -> AWSAccess {
        var names = names
        names.credentials = "this program"
        return AWSAccess(
            region: region,
            credentials: credentials,
            names: names,
            warnings: warnings,
            endpoints: endpoints
        )
    }

    /// Access to AWS's own hosts in `region` with credentials that somebody else brings.
    public init(region: String, credentials: CredentialCache<AWSCredentials>) throws(InputFailure) {
        var endpoints: [AWSAPI: AWSEndpoint] = [:]
        for api in AWSAPI.allCases { endpoints[api] = try AWSEndpoint.regional(api, region: region) }
        self.init(
            region: region,
            credentials: credentials,
            names: Names(credentials: "this program", region: region),
            warnings: [],
            endpoints: endpoints
        )
    }
}
