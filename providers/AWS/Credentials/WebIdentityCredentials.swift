import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// A role that is taken with a token in a file, such as a pod's or a CI job's; the call to STS is not signed.
struct WebIdentityCredentials: CredentialPlace {
    private struct Settings {
        var file: String
        var role: RoleCalls.Role
    }

    let profile: Profile
    let world: CredentialWorld
    /// Whether only the profile counts, because somebody named it.
    let isExplicit: Bool

    func words() throws(CredentialFailure) -> String {
        let settings = try settings()
        return "\(settings.role.shown), taken with the token in \(settings.file.printable(max: 300))"
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let settings = try settings()
        let token = try world.token(in: settings.file, as: "the web identity token file")
        return try await world.sts.credentials(of: settings.role, webIdentity: token)
    }

    private func settings() throws(CredentialFailure) -> Settings {
        guard let (file, place) = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
            throw .absent("no web identity token file is named")
        }
        guard let (arn, arnPlace) = value("AWS_ROLE_ARN", "role_arn") else {
            throw .broken("\(place) names a token file, and no role; set AWS_ROLE_ARN, or role_arn in the profile")
        }
        let name = value("AWS_ROLE_SESSION_NAME", "role_session_name")
        return Settings(
            file: file,
            role: RoleCalls.Role(
                arn: try RoleText.arn(arn, arnPlace),
                sessionName: try RoleText.sessionName(name?.value, name?.place ?? "", world.now)
            )
        )
    }

    private func value(_ variable: String, _ key: String) -> (value: String, place: String)? {
        if !isExplicit, let value = world.environment.filled(variable) { return (value, variable) }
        return profile[key].map { ($0, "\(profile.place(key)): \(key)") }
    }
}
