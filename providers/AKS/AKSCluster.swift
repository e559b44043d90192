import SlipwayBase

/// A cluster as Azure Resource Manager describes it.
public struct AKSCluster: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Whether it runs; a stopped cluster has no API server.
    public var isRunning: Bool
    /// What Azure is doing with it, such as `Succeeded` or `Updating`.
    public var provisioningState: String
    /// The public name of its API server; nil where it has none.
    public var fqdn: String?
    /// The name of its API server inside its virtual network; nil where it has none.
    public var privateFQDN: String?
    /// Whether its API server is reachable from its virtual network only.
    public var isPrivate: Bool
    /// Whether a private cluster has a public name as well.
    public var hasPublicName: Bool
    /// Whether there is no local administrator.
    public var hasNoLocalAccounts: Bool
    /// The tenant whose people and applications it knows; nil for a cluster with local accounts only.
    public var tenant: String?
    /// An application of one's own that stands for the API server; nil is AKS's.
    public var serverApplication: String?
    /// Its version of Kubernetes.
    public var version: String

    init(_ json: JSON) {
        let properties = json["properties"] ?? [:]
        let profile = properties["apiServerAccessProfile"]
        let directory = properties["aadProfile"]
        func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0.lowercased() } }
        name = json["name"]?.string ?? ""
        isRunning = properties[path: "powerState", "code"]?.string?.lowercased() != "stopped"
        provisioningState = properties["provisioningState"]?.string ?? "Succeeded"
        (fqdn, privateFQDN) = (filled(properties["fqdn"]?.string), filled(properties["privateFQDN"]?.string))
        isPrivate = profile?["enablePrivateCluster"]?.bool ?? false
        hasPublicName = !isPrivate || profile?["enablePrivateClusterPublicFQDN"]?.bool ?? (fqdn != nil)
        hasNoLocalAccounts = properties["disableLocalAccounts"]?.bool ?? false
        tenant = filled(directory?["tenantID"]?.string)
        serverApplication = filled(directory?["serverAppID"]?.string)
        version = properties["currentKubernetesVersion"]?.string ?? properties["kubernetesVersion"]?.string ?? ""
    }

    /// Whether `host` is where its API server is, by Azure's word.
    func isServed(at host: String) -> Bool { [fqdn, privateFQDN].contains(host.lowercased()) }
}
