public import SlipwayHTTP

/// One of the clouds that Microsoft runs, or another that speaks their APIs: where tokens come from and who takes them.
///
/// Source: Microsoft's list of national clouds; `GET {resourceManager}/metadata/endpoints` of each.
public struct AzureCloud: Hashable, Sendable {
    /// The name that the Azure CLI gives it, such as `AzureCloud`.
    public var name: String
    /// Where Entra gives tokens.
    public var login: Origin
    /// Azure Resource Manager.
    public var resourceManager: Origin
    /// The audience of tokens for Azure Resource Manager, with the slash at its end where the cloud has one.
    public var audience: String
    /// The audience of tokens for blob storage.
    public var storageAudience: String

    /// Makes a cloud.
    public init(
        name: String,
        login: Origin,
        resourceManager: Origin,
        audience: String,
        storageAudience: String = "https://storage.azure.com/"
    ) {
        (self.name, self.login, self.resourceManager) = (name, login, resourceManager)
        (self.audience, self.storageAudience) = (audience, storageAudience)
    }

    /// The cloud that everybody means who names none.
    public static let global = AzureCloud(
        name: "AzureCloud",
        login: Origin(scheme: "https", host: "login.microsoftonline.com"),
        resourceManager: Origin(scheme: "https", host: "management.azure.com"),
        audience: "https://management.azure.com/"
    )
    /// The cloud of the government of the United States.
    public static let usGovernment = AzureCloud(
        name: "AzureUSGovernment",
        login: Origin(scheme: "https", host: "login.microsoftonline.us"),
        resourceManager: Origin(scheme: "https", host: "management.usgovcloudapi.net"),
        audience: "https://management.core.usgovcloudapi.net/"
    )
    /// The cloud in China.
    public static let china = AzureCloud(
        name: "AzureChinaCloud",
        login: Origin(scheme: "https", host: "login.chinacloudapi.cn"),
        resourceManager: Origin(scheme: "https", host: "management.chinacloudapi.cn"),
        audience: "https://management.core.chinacloudapi.cn/"
    )

    /// Those that can be named.
    public static let known = [global, usGovernment, china]
}
