public import SlipwayBase

/// What requests to AWS are signed with.
public struct AWSCredentials: Hashable, Sendable {
    /// The public half, such as `AKIDEXAMPLE`.
    public var accessKeyID: String
    /// The secret half.
    public var secretAccessKey: Secret<String>
    /// The token of temporary credentials.
    public var sessionToken: Secret<String>?
    /// The account they belong to, where the source says so.
    public var accountID: String?

    /// Makes credentials.
    public init(
        accessKeyID: String,
        secretAccessKey: Secret<String>,
        sessionToken: Secret<String>? = nil,
        accountID: String? = nil
    ) {
        (self.accessKeyID, self.secretAccessKey) = (accessKeyID, secretAccessKey)
        (self.sessionToken, self.accountID) = (sessionToken, accountID)
    }
}
