import SlipwayBase
import SlipwayHTTP

/// The two calls of the Security Token Service that give credentials.
struct RoleCalls: Sendable {
    /// Sends a call, signed with these credentials or not at all, and gives the result in the answer.
    typealias Send = @Sendable (QueryCall, AWSCredentials?) async throws(AWSFailure) -> XMLNode

    /// A role, and how it is asked for.
    struct Role: Hashable, Sendable {
        var arn: String
        var sessionName: String
        var externalID: String?
        var durationSeconds: Int?

        /// The name of the role without what may stand before it, for people.
        var shown: String { "the role \(arn.printable(max: 200))" }
    }

    private let send: Send

    init(_ send: @escaping Send) { self.send = send }

    /// The credentials of `role`, for whoever has `credentials`.
    func credentials(
        of role: Role,
        with credentials: AWSCredentials
    ) async throws(CredentialFailure) -> Lease<AWSCredentials> {
        var parameters = parameters(role)
        if let id = role.externalID { parameters.append(QueryCall.Parameter("ExternalId", id)) }
        return try await lease("AssumeRole", parameters, role, credentials)
    }

    /// The credentials of `role`, for whoever has a token that its trust policy knows; the call is not signed.
    func credentials(
        of role: Role,
        webIdentity token: Secret<String>
    ) async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let token = QueryCall.Parameter("WebIdentityToken", token.reveal())
        return try await lease("AssumeRoleWithWebIdentity", parameters(role) + [token], role, nil)
    }

    private func parameters(_ role: Role) -> [QueryCall.Parameter] {
        var parameters = [
            QueryCall.Parameter("RoleArn", role.arn), QueryCall.Parameter("RoleSessionName", role.sessionName),
        ]
        if let seconds = role.durationSeconds {
            parameters.append(QueryCall.Parameter("DurationSeconds", "\(seconds)"))
        }
        return parameters
    }

    private func lease(
        _ action: String,
        _ parameters: [QueryCall.Parameter],
        _ role: Role,
        _ credentials: AWSCredentials?
    ) async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let result: XMLNode
        do throws(AWSFailure) {
            result = try await send(QueryCall(action, parameters, isIdempotent: true), credentials)
        } catch {
            let reason = SecretShapes.masked(error.summary).printable(max: 500)
            throw .broken("\(role.shown) cannot be taken: \(reason)")
        }
        guard let node = result["Credentials"] else { throw .broken("\(role.shown): \(action) gave no credentials") }
        let parts = CredentialParts(
            id: node.text("AccessKeyId"),
            secret: node.text("SecretAccessKey"),
            token: node.text("SessionToken"),
            account: account(of: result["AssumedRoleUser"]?.text("Arn") ?? role.arn)
        )
        guard let expires = node.text("Expiration").flatMap({ Timestamp(aws: $0) }) else {
            throw .broken("\(role.shown): \(action) gave credentials without a time at which they end")
        }
        return Lease(try parts.credentials("the answer to \(action)", .members), expires: expires)
    }

    /// `arn:aws:sts::123456789012:assumed-role/…`
    private func account(of arn: String) -> String? {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 4 ? String(parts[4]) : nil
    }
}
