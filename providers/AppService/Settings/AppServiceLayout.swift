public import SlipwayHTTP

/// Where releases go and how production is shared; which strategies are possible follows from it.
public enum AppServiceLayout: Hashable, Sendable {
    /// One site without a slot, replaced in place.
    case site(name: String)
    /// One site, and the slot that a release is brought up in.
    case slot(site: String, name: String)
    /// A site that serves, one that takes a share, and what shares production between the two.
    case pair(stable: String, canary: String, front: AppServiceFront)

    /// The names of all sites, the one that serves first.
    public var sites: [String] {
        switch self {
        case .site(let name): [name]
        case .slot(let site, _): [site]
        case .pair(let stable, let canary, _): [stable, canary]
        }
    }
}

/// What shares production between two sites; `resourceGroup` and `subscription` are the target's own where nil.
public struct AppServiceFront: Hashable, Sendable {
    /// How it shares.
    public enum Kind: Hashable, Sendable {
        /// By the weights of two origins of Front Door.
        case frontDoor(originGroup: String, stableOrigin: String, canaryOrigin: String)
        /// By the weights of two endpoints of Traffic Manager, of that type, such as `azureEndpoints`.
        case trafficManager(stableEndpoint: String, canaryEndpoint: String, endpointType: String)
    }

    /// The profile.
    public var profile: String
    /// Its resource group.
    public var resourceGroup: String?
    /// Its subscription.
    public var subscription: String?
    /// How it shares.
    public var kind: Kind

    /// Names what shares production.
    public init(profile: String, resourceGroup: String? = nil, subscription: String? = nil, kind: Kind) {
        (self.profile, self.resourceGroup, self.subscription, self.kind) = (profile, resourceGroup, subscription, kind)
    }
}

/// A container of blobs in a storage account.
public struct BlobContainerPlace: Hashable, Sendable {
    /// The account's address.
    public var account: Origin
    /// The container.
    public var container: String

    /// Names a container.
    public init(account: Origin, container: String) { (self.account, self.container) = (account, container) }
}
