import SlipwayBase
import SlipwayHTTP

/// A profile of `aws login`, whose sessions only the aws CLI can use: said aloud, so that it is not passed over.
struct LoginCredentials: CredentialPlace {
    let profile: Profile

    func words() throws(CredentialFailure) -> String { throw failure }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> { throw failure }

    private var failure: CredentialFailure {
        guard profile["login_session"] != nil else { return .absent("\(profile.shown) has no login_session") }
        return .broken(
            "\(profile.place("login_session")): \(profile.shown) is one of `aws login`, whose sessions only aws can "
                + "use; name a profile with credential_process = aws configure export-credentials --profile "
                + "\(profile.name.printable(max: 100))"
        )
    }
}
