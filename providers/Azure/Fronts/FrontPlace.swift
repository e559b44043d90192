import SlipwayBase

/// Where a front is among the resources of Azure.
public struct FrontPlace: Hashable, Sendable {
    /// The subscription, a GUID.
    public var subscription: String
    /// The resource group.
    public var resourceGroup: String
    /// The profile of Front Door or Traffic Manager.
    public var profile: String

    /// Makes a place.
    public init(subscription: String, resourceGroup: String, profile: String) {
        (self.subscription, self.resourceGroup, self.profile) = (subscription, resourceGroup, profile)
    }

    func path(_ provider: String, _ rest: String...) -> String {
        let group = "/subscriptions/\(subscription)/resourceGroups/\(resourceGroup)/providers/\(provider)/\(profile)"
        return rest.isEmpty ? group : group + "/" + rest.joined(separator: "/")
    }
}

extension AzureFailure {
    /// A front that cannot be what the config says, in one sentence.
    static func front(_ call: String, _ summary: String) -> AzureFailure {
        AzureFailure(.invalid, call: call, summary: summary.printable(max: 500))
    }

    /// That something of a front is not there, with the nearest name that is.
    static func missing(_ kind: String, _ name: String, of words: String, among names: [String], _ call: String)
        -> AzureFailure
    {
        let listed = names.isEmpty ? "it has none" : "it has \(names.prefix(10).joined(separator: ", "))"
        let hint = name.nearest(of: names).map { "did you mean “\($0)”?" } ?? listed
        return front(call, "\(words) has no \(kind) “\(name)”; \(hint)")
    }
}
