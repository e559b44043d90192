internal import SlipwayBase

/// Calls of the Security Token Service.
public enum STSCalls {
    /// The version of the API.
    public static let version = "2011-06-15"

    /// Whose credentials these are; nobody can be forbidden to ask.
    public static let getCallerIdentity = QueryCall("GetCallerIdentity", isIdempotent: true)
}

/// Whose credentials are in use.
public struct CallerIdentity: Hashable, Sendable {
    /// The account, twelve digits.
    public var account: String
    /// The user or role, such as `arn:aws:sts::123456789012:assumed-role/deploy/session`.
    public var arn: String

    /// Makes an identity.
    public init(account: String, arn: String) { (self.account, self.arn) = (account, arn) }

    /// Reads the answer to `GetCallerIdentity`.
    public init(_ reply: AWSReply) throws(AWSFailure) {
        account = try reply.result.required("Account", of: "GetCallerIdentity").printable(max: 20)
        arn = try reply.result.required("Arn", of: "GetCallerIdentity").printable(max: 2048)
    }
}
