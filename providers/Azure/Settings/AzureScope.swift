public import SlipwayConfig

/// Where on Azure a target is, and whose credentials go there.
public struct AzureScope: Hashable, Sendable {
    /// The subscription, in lower case.
    public var subscription: String
    /// The tenant that the credentials must belong to; nil is any.
    public var tenant: String?
    /// The resource group.
    public var resourceGroup: String
    /// The name of the cloud; nil is what the environment says, or `AzureCloud`.
    public var cloud: String?
    /// Where credentials are looked for; nil is everywhere.
    public var credential: AzureCredential?

    /// Makes a scope.
    public init(
        subscription: String,
        tenant: String? = nil,
        resourceGroup: String,
        cloud: String? = nil,
        credential: AzureCredential? = nil
    ) {
        (self.subscription, self.tenant, self.resourceGroup) = (subscription, tenant, resourceGroup)
        (self.cloud, self.credential) = (cloud, credential)
    }

    /// Reads `subscription`, `tenant`, `resourceGroup`, `cloud` and `credential` of a section; nil after a mistake was
    /// reported.
    public init?(reading reader: ConfigReader) {
        let subscription = reader.azureGUID("subscription", required: true)
        let tenant = reader.azureGUID("tenant")
        let group = reader.azureResourceGroup("resourceGroup", required: true)
        let cloud = reader.azureCloud("cloud")
        let credential = reader.choice("credential", of: AzureCredential.self)
        guard let subscription, let group else { return nil }
        self.init(
            subscription: subscription,
            tenant: tenant,
            resourceGroup: group,
            cloud: cloud?.name,
            credential: credential
        )
    }

    /// What this says about the way to the tenant.
    public var access: AzureAccess.Request {
        AzureAccess.Request(tenant: tenant, cloud: cloud, credential: credential)
    }
}
