public import SlipwayBase

/// Somebody who can have tokens: an application of the directory, or the identity of a machine.
public struct AzureClient: Hashable, Sendable {
    /// Whose tokens the directory believes in place of a secret.
    public struct Federation: Hashable, Sendable {
        /// The issuer, such as `https://token.actions.githubusercontent.com`.
        public var issuer: String
        /// The subject, such as `repo:example/shop:ref:refs/heads/main`.
        public var subject: String
        /// The audience.
        public var audience: String

        /// A federated credential.
        public init(issuer: String, subject: String, audience: String = "api://AzureADTokenExchange") {
            (self.issuer, self.subject, self.audience) = (issuer, subject, audience)
        }
    }

    /// The application's id, a GUID.
    public var id: String
    /// The id of its service principal, a GUID.
    public var objectID: String
    /// Its secret; nil for none.
    public var secret: Secret<String>?
    /// Its certificates, as PEM.
    public var certificates: [[UInt8]]
    /// Its federated credentials.
    public var federations: [Federation]
    /// The tenant that its tokens come from, when it is another one than the subscription's.
    public var tenant: String?

    /// A client with a secret.
    public init(
        _ id: String = AzureWorld.Seed.client,
        objectID: String = "55555555-5555-5555-5555-555555555555",
        secret: Secret<String>? = Secret("simulated-client-secret"),
        certificates: [[UInt8]] = [],
        federations: [Federation] = []
    ) {
        (self.id, self.objectID, self.secret) = (id, objectID, secret)
        (self.certificates, self.federations) = (certificates, federations)
    }
}
