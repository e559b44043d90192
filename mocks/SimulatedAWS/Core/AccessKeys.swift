public import SlipwayBase

/// Who makes a request.
struct Caller: Hashable, Sendable {
    /// The account.
    var account: String
    /// What `GetCallerIdentity` says, such as `arn:aws:iam::123456789012:user/deployer`.
    var arn: String
    /// The unique id of the user, or of the role and its session.
    var userID: String
}

extension AWSWorld {
    /// A key that requests can be signed with.
    public struct AccessKey: Hashable, Sendable {
        /// The public half.
        public var id: String
        /// The secret half.
        public var secret: Secret<String>
        /// The account it belongs to.
        public var account: String
        /// The user it belongs to.
        public var user: String
        /// The token of temporary credentials, which must come with every request.
        public var sessionToken: Secret<String>?
        /// When it ends; nil when it does not.
        public var expires: Timestamp?
        var caller: Caller

        /// A key of a user; without an id and secret it is the one of AWS's own examples.
        public init(
            _ id: String = "AKIDEXAMPLE",
            secret: Secret<String> = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            account: String = AWSWorld.Seed.account,
            user: String = "deployer"
        ) {
            (self.id, self.secret, self.account, self.user) = (id, secret, account, user)
            caller = Caller(
                account: account,
                arn: "arn:aws:iam::\(account):user/\(user)",
                userID: "AIDA" + id.suffix(8)
            )
        }
    }
}
