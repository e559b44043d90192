public import SlipwayAzure

/// Where releases go and how production is shared; which strategies are possible follows from it.
public enum AppServiceLayout: Hashable, Sendable {
    /// One site without a slot, replaced in place.
    case site(name: String)
    /// One site, and the slot that a release is brought up in.
    case slot(site: String, name: String)
    /// A site that serves, one that takes a share, and what shares production between the two.
    case pair(stable: String, canary: String, front: FrontSettings)

    /// The names of all sites, the one that serves first.
    public var sites: [String] {
        switch self {
        case .site(let name): [name]
        case .slot(let site, _): [site]
        case .pair(let stable, let canary, _): [stable, canary]
        }
    }
}
