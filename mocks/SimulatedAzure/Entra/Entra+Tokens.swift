import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension AzureWorld {
    /// Answers what is asked of Entra: tokens, and where they are given.
    mutating func answerLogin(_ request: Request, _ path: String, _ fields: FormFields) -> Response {
        let parts = path.split(separator: "/").map(String.init)
        let tenant = parts.first ?? ""
        guard entra.knows(tenant: tenant) else {
            return EntraFault.noTenant(tenant).response(at: now, naming.uuid())
        }
        if path.hasSuffix("/.well-known/openid-configuration"), request.method == .get {
            return ARMAnswer.json(entra.configuration(for: request.origin, tenant))
        }
        guard path.hasSuffix("/oauth2/v2.0/token"), request.method == .post else {
            return Response(status: 404, headers: [.contentType: "text/html"])
        }
        var form = FormFields([])
        if case .bytes(let bytes) = request.body { form = FormFields(bytes) }
        do throws(EntraFault) {
            let address = request.origin.description + path
            return try entra.token(form, at: now, tenant: tenant, endpoint: address)
        } catch {
            return error.response(at: now, naming.uuid())
        }
    }
}

extension Entra {
    /// How long tokens are good for.
    static let tokenLife = Duration.seconds(3599)

    func knows(tenant name: String) -> Bool {
        name.names(tenant) || clients.contains { $0.tenant?.names(name) ?? false }
    }

    func configuration(for origin: Origin, _ tenant: String) -> JSON {
        let root = "\(origin.description)/\(tenant)"
        return [
            "token_endpoint": .string(root + "/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": .string(root + "/discovery/v2.0/keys"), "issuer": .string(root + "/v2.0"),
            "authorization_endpoint": .string(root + "/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": .string(root + "/oauth2/v2.0/devicecode"),
            "response_types_supported": ["code", "id_token"], "subject_types_supported": ["pairwise"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "tenant_region_scope": "EU", "cloud_instance_name": "microsoftonline.com",
        ]
    }

    /// Answers a request for a token.
    mutating func token(
        _ form: FormFields,
        at now: Timestamp,
        tenant: String,
        endpoint: String
    ) throws(EntraFault) -> Response {
        guard let grantType = form["grant_type"] else { throw .missing("grant_type") }
        guard grantType == "client_credentials" else { throw .grantType(grantType) }
        guard let id = form["client_id"], !id.isEmpty else { throw .missing("client_id") }
        guard let client = clients.first(where: { $0.id.names(id) && ($0.tenant ?? self.tenant).names(tenant) }) else {
            throw .noClient(id, tenant: tenant)
        }
        if let assertion = form["client_assertion"] {
            guard form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" else {
                throw .missing("client_assertion_type")
            }
            try check(assertion, of: client, at: now, endpoint: endpoint)
        } else {
            guard let secret = form["client_secret"] else { throw .missing("client_assertion or client_secret") }
            guard client.secret?.reveal() == secret else { throw .wrongSecret(client.id) }
        }
        let audience = try Self.audience(ofScope: form["scope"] ?? "")
        let token = issue(client, for: audience, at: now, life: Self.tokenLife, claims: form["claims"])
        let seconds = JSON(Int(Self.tokenLife.components.seconds))
        return ARMAnswer.json(
            ["token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": .string(token)]
        )
    }

    /// Whom a scope such as `https://management.azure.com/.default` asks a token for.
    static func audience(ofScope scope: String) throws(EntraFault) -> String {
        guard let first = scope.split(separator: " ").first(where: { $0.hasSuffix("/.default") }) else {
            throw .scope(scope)
        }
        let audience = String(first.dropLast("/.default".count))
        try checkAudience(audience)
        return audience
    }

    static func checkAudience(_ audience: String) throws(EntraFault) {
        let plain = audience.hasSuffix("/") ? String(audience.dropLast()) : audience
        guard [.resourceManager, .appService, .storage, .kubernetes].contains(where: { isAudience(plain, $0) }) else {
            throw .noResource(audience)
        }
    }
}
