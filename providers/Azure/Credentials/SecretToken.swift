import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// An application that proves itself with `AZURE_CLIENT_SECRET`.
struct SecretToken: TokenPlace {
    let world: EntraWorld

    private static let variable = "AZURE_CLIENT_SECRET"

    func words() throws(CredentialFailure) -> String {
        "the environment (\(Self.variable)) of the application \(try settings().applicant.client)"
    }

    func lease(_ wish: TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>> {
        let (applicant, secret) = try settings()
        return try await ApplicationToken(applicant: applicant, world: world).lease(wish, .secret(secret))
    }

    private func settings() throws(CredentialFailure) -> (applicant: EntraApplicant, secret: Secret<String>) {
        guard let text = world.environment.filled(Self.variable) else { throw .absent("\(Self.variable) is not set") }
        let what = "\(Self.variable) is set"
        let secret = Secret(text)
        let applicant = EntraApplicant(
            client: try world.client(for: what),
            tenant: try world.tenant(for: what),
            proof: .secret(Self.variable),
            hidden: [secret]
        )
        return (applicant, secret)
    }
}
