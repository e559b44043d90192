import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// The directory: who may have tokens, and which tokens it gave out.
struct Entra: Sendable {
    /// A token that was given out.
    struct Grant: Hashable, Sendable {
        /// Whom it is for, without a slash at the end.
        var audience: String
        /// The client.
        var client: String
        /// The client's object.
        var objectID: String
        var tenant: String
        var issued: Timestamp
        var expires: Timestamp
        /// The claims that were asked for with it.
        var claims: String?
    }

    /// Whom tokens are for.
    enum Audience: Sendable {
        case resourceManager, appService, storage, kubernetes
    }

    /// The application of AKS that API servers want tokens for; the same in every cloud.
    static let kubernetesServer = "6dae42f8-4368-4678-94ff-3960e28e3630"

    private static let managers: Set<String> = [
        "https://management.azure.com", "https://management.core.windows.net", "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net", "https://management.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn",
    ]

    var tenant: String
    var clients: [AzureClient]
    var grants: [String: Grant] = [:]
    /// What requests must show to be let in, and since when; nil when nobody asks.
    var demand: (claims: String, since: Timestamp)?
    /// The tenant that subscriptions belong to, when it is another one than that of the tokens.
    var naming = Naming()

    init(tenant: String, clients: [AzureClient]) { (self.tenant, self.clients) = (tenant, clients) }

    /// Whether `name` is an audience of that kind.
    static func isAudience(_ name: String, _ kind: Audience) -> Bool {
        switch kind {
        case .resourceManager: managers.contains(name) || (Origin(url: name)?.isLoopback ?? false)
        case .appService: name == "https://appservice.azure.com"
        case .storage:
            name == "https://storage.azure.com"
                || name.hasPrefix("https://") && name.hasSuffix(".blob.core.windows.net")
        case .kubernetes: name == kubernetesServer || name == "spn:" + kubernetesServer
        }
    }

    /// The token of a request, once it is found to be good.
    func grant(of request: Request, for audience: Audience, at now: Timestamp) throws(ARMFault) -> Grant {
        guard let field = request.headers[.authorization] else {
            throw refusal("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
        }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw refusal(
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is provided in an invalid format."
            )
        }
        guard let grant = grants[String(parts[1])] else {
            throw refusal("InvalidAuthenticationToken", "The access token is invalid.")
        }
        guard Self.isAudience(grant.audience, audience) else {
            throw refusal(
                "InvalidAuthenticationTokenAudience",
                "The access token has been obtained for wrong audience or resource '\(grant.audience)'. It should "
                    + "exactly match with one of the allowed audiences 'https://management.core.windows.net/',"
                    + "'https://management.core.windows.net','https://management.azure.com/',"
                    + "'https://management.azure.com'."
            )
        }
        guard now < grant.expires else {
            throw refusal(
                "ExpiredAuthenticationToken",
                "The access token expiry UTC time '\(grant.expires.rfc3339Seconds)' is earlier than current UTC time "
                    + "'\(now.rfc3339Seconds)'."
            )
        }
        guard grant.tenant.names(tenant) else {
            throw refusal(
                "InvalidAuthenticationTokenTenant",
                "The access token is from the wrong issuer 'https://sts.windows.net/\(grant.tenant)/'. It must match "
                    + "the tenant 'https://sts.windows.net/\(tenant)/' associated with this subscription. Please use "
                    + "the authority (URL) 'https://login.windows.net/\(tenant)' to get the token."
            )
        }
        if let demand, grant.issued < demand.since, grant.claims?.contains(demand.claims) != true {
            throw challenge(demand.claims)
        }
        return grant
    }

    private func refusal(_ code: String, _ message: String) -> ARMFault {
        var fault = ARMFault(401, code, message)
        fault.headers[.wwwAuthenticate] =
            "Bearer authorization_uri=\"https://login.windows.net/\(tenant)\", error=\"invalid_token\", "
            + "error_description=\"\(message)\""
        return fault
    }

    /// The answer of continuous access evaluation: a new token is wanted, and for what claims.
    private func challenge(_ claims: String) -> ARMFault {
        var fault = refusal("InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge.")
        fault.headers[.wwwAuthenticate] =
            "Bearer realm=\"\", authorization_uri=\"https://login.windows.net/common/oauth2/authorize\", "
            + "error=\"insufficient_claims\", claims=\"\(Digits.base64(Array(claims.utf8)))\""
        return fault
    }

    /// Gives out a token.
    mutating func issue(
        _ client: AzureClient,
        for audience: String,
        at now: Timestamp,
        life: Duration,
        claims: String? = nil
    ) -> String {
        if grants.count > 500 { grants = grants.filter { $0.value.expires > now } }
        let expires = now + life
        let payload: JSON = [
            "aud": .string(audience), "iss": .string("https://sts.windows.net/\(client.tenant ?? tenant)/"),
            "iat": JSON(Int(now.seconds)), "nbf": JSON(Int(now.seconds)), "exp": JSON(Int(expires.seconds)),
            "appid": .string(client.id), "oid": .string(client.objectID), "tid": .string(client.tenant ?? tenant),
            "ver": "1.0", "uti": .string(naming.letters(22)),
        ]
        let head: JSON = ["typ": "JWT", "alg": "none"]
        let token = [head.bytes, payload.bytes, Array("simulated".utf8)].map { Digits.base64url($0) }.joined(
            separator: "."
        )
        var plain = audience
        if plain.hasSuffix("/") { plain.removeLast() }
        grants[token] = Grant(
            audience: plain,
            client: client.id,
            objectID: client.objectID,
            tenant: client.tenant ?? tenant,
            issued: now,
            expires: expires,
            claims: claims
        )
        return token
    }
}
