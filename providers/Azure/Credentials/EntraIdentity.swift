public import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// Who an access token stands for, from what it says itself.
///
/// Nothing here is checked, so it is for people and for a comparison that can only forbid.
public struct EntraIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The tenant, a GUID in lower case; nil where the token does not tell.
    public var tenant: String?
    /// The number of the application; nil where the token does not tell.
    public var client: String?
    /// The name of the person who signed in; nil for an application.
    public var user: String?

    /// Reads the claims of `token`; a token that is no JSON Web Token tells nothing.
    public init(token: Secret<String>) {
        let claims = JSONWebToken.unverifiedClaims(of: token.reveal())
        func text(_ name: String) -> String? { claims?[name]?.string?.printable(max: 200) }
        tenant = text("tid")?.lowercased()
        client = text("appid") ?? text("azp")
        user = text("upn") ?? text("unique_name") ?? text("preferred_username")
    }

    /// `user a@b.example in tenant …` or `application … in tenant …`.
    public var description: String {
        let who =
            user.map { "user \($0)" } ?? client.map { "application \($0)" } ?? "an identity that does not say who it is"
        return tenant.map { "\(who) in tenant \($0)" } ?? who
    }
}

/// Compares the tenant of a token with the one that the target names.
struct TenantCheck: Sendable {
    /// The tenant that the target names, a GUID in lower case.
    let pin: String?

    /// Refuses a token of another tenant, and one that does not tell its tenant where that matters.
    func check(_ token: Secret<String>) throws(CredentialFailure) {
        guard let pin else { return }
        guard let tenant = EntraIdentity(token: token).tenant else {
            throw .broken(
                "the target is for tenant \(pin), and the token that was given does not say which tenant it is of; "
                    + "take `tenant:` away to go on without this check"
            )
        }
        guard tenant == pin else {
            throw .broken(
                "the target is for tenant \(pin), and these credentials belong to tenant \(tenant); log in to the "
                    + "right one, or correct `tenant:`"
            )
        }
    }
}
