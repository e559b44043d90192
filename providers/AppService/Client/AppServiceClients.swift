public import SlipwayAzure
public import SlipwayHTTP

/// What releases of App Service speak with.
public struct AppServiceClients: Sendable {
    /// Azure Resource Manager.
    public var arm: ARMClient
    /// A site's deployment engine at that origin, with the bearer token, which never goes anywhere else.
    public var scm: @Sendable (Origin) -> any Transport
    /// Without any credentials: for sites themselves, and for those publishing credentials that a site gives.
    public var plain: any Transport

    /// Names the clients.
    public init(arm: ARMClient, scm: @escaping @Sendable (Origin) -> any Transport, plain: any Transport) {
        (self.arm, self.scm, self.plain) = (arm, scm, plain)
    }
}
