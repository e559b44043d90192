import SlipwayBase
import SlipwayHTTP

/// Fixed keys of a profile in one of the two files.
struct FileCredentials: CredentialPlace {
    /// The profile as that file has it.
    let profile: Profile

    func words() throws(CredentialFailure) -> String {
        _ = try found()
        return "\(profile.shown) in \(profile.place(""))"
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> { Lease(try found()) }

    private func found() throws(CredentialFailure) -> AWSCredentials {
        guard profile.hasFixedKeys else { throw .absent("\(profile.place("")) has no keys for \(profile.shown)") }
        let names = CredentialParts.Names.properties
        let (id, secret) = (profile[names.id], profile[names.secret])
        let parts = CredentialParts(
            id: id,
            secret: secret,
            token: profile[names.token] ?? profile["aws_security_token"],
            account: profile["aws_account_id"]
        )
        let place = profile.place(id == nil ? names.secret : names.id)
        return try parts.credentials("\(place): \(profile.shown)", names)
    }
}
