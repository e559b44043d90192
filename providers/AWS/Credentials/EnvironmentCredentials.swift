import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and what belongs to them.
struct EnvironmentCredentials: CredentialPlace {
    let environment: AccessEnvironment

    func words() throws(CredentialFailure) -> String {
        _ = try found()
        return "the environment (AWS_ACCESS_KEY_ID)"
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> { try found() }

    private func found() throws(CredentialFailure) -> Lease<AWSCredentials> {
        let names = CredentialParts.Names.variables
        let (id, secret) = (environment.filled(names.id), environment.filled(names.secret))
        guard id != nil || secret != nil else { throw .absent("AWS_ACCESS_KEY_ID is not set") }
        let token = environment.filled(names.token) ?? environment.filled("AWS_SECURITY_TOKEN")
        let account = environment.filled("AWS_ACCOUNT_ID")
        let parts = CredentialParts(id: id, secret: secret, token: token, account: account)
        let credentials = try parts.credentials("the environment", names)
        guard let text = environment.filled("AWS_CREDENTIAL_EXPIRATION") else { return Lease(credentials) }
        guard let expires = Timestamp(aws: text) else {
            throw .broken("AWS_CREDENTIAL_EXPIRATION is no RFC 3339 time such as 2026-01-31T12:00:00Z")
        }
        guard expires > environment.time.now else {
            throw .broken("the credentials in the environment ended at \(expires.rfc3339Seconds); get new ones")
        }
        return Lease(credentials, expires: expires)
    }
}
