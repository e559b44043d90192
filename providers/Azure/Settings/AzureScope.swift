public import SlipwayConfig

/// Where on Azure a target is, and whose credentials go there.
public struct AzureScope: Hashable, Sendable {
    /// Where credentials are looked for.
    public enum Credential: String, Hashable, Sendable, CaseIterable {
        /// A secret or certificate named by the process environment.
        case environment
        /// A federated token.
        case workloadIdentity
        /// The identity of the machine.
        case managedIdentity
        /// The Azure CLI.
        case azureCLI
    }

    /// The subscription, in lower case.
    public var subscription: String
    /// The tenant that the credentials must belong to; nil is any.
    public var tenant: String?
    /// The resource group.
    public var resourceGroup: String
    /// The cloud.
    public var cloud: AzureCloud
    /// Where credentials are looked for; nil is everywhere.
    public var credential: Credential?

    /// Makes a scope.
    public init(
        subscription: String,
        tenant: String? = nil,
        resourceGroup: String,
        cloud: AzureCloud = .global,
        credential: Credential? = nil
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
        let credential = reader.choice("credential", of: Credential.self)
        guard let subscription, let group else { return nil }
        self.init(
            subscription: subscription,
            tenant: tenant,
            resourceGroup: group,
            cloud: cloud ?? .global,
            credential: credential
        )
    }
}
