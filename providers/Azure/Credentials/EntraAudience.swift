/// What a token is good for: one API, named as Entra knows it.
public struct EntraAudience: Hashable, Sendable {
    /// The API's own name: a URL, with the slash at its end where it has one, or a number.
    public var resource: String

    /// Makes an audience.
    public init(_ resource: String) { self.resource = resource }

    /// Azure Resource Manager of a cloud; App Service's deployment hosts take its tokens as well.
    public static func resourceManager(of cloud: AzureCloud) -> EntraAudience { EntraAudience(cloud.audience) }

    /// Blob storage of a cloud.
    public static func storage(of cloud: AzureCloud) -> EntraAudience { EntraAudience(cloud.storageAudience) }

    /// The API server of every AKS cluster that signs people in through Entra.
    ///
    /// Source: the number of Microsoft's application "Azure Kubernetes Service AAD Server", the same in every cloud.
    public static let kubernetes = EntraAudience("6dae42f8-4368-4678-94ff-3960e28e3630")

    /// The scope that asks for everything the application was granted there.
    ///
    /// A resource that ends in a slash keeps it, so that there are two: Entra puts into the token what stands before
    /// `/.default`, and the API compares that with its own name.
    public var scope: String { resource + "/.default" }
}
