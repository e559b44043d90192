public import SlipwayBase
public import SlipwaySimulation

/// A managed cluster, and the Kubernetes behind it.
struct Cluster: Sendable {
    var seed: AzureWorld.Seed.Cluster
    /// The host of its API server.
    var host: String
    /// The host by which a private one is known outside; nil for others.
    var publicHost: String?
    /// The bearer token of its local account.
    var localToken: String
    var kubernetes: KubernetesWorld

    /// The hosts at which its API server answers somebody outside of its network.
    var reachableHosts: [String] { seed.isPrivate ? [publicHost].compactMap { $0 } : [host] }
}

extension AzureWorld.Seed {
    /// A managed cluster.
    public struct Cluster: Sendable {
        /// Its name.
        public var name: String
        /// Its resource group.
        public var group: String
        /// Whether it takes tokens of Entra.
        public var usesEntra = true
        /// Whether its local accounts are disabled.
        public var disablesLocalAccounts = false
        /// Whether only its own network reaches its API server.
        public var isPrivate = false
        /// Whether a private one has a name outside of its network as well.
        public var hasPublicName = true
        /// Whether it is stopped.
        public var isStopped = false
        /// Its certificate authority as PEM, for kubeconfigs; empty leaves it out.
        public var authority: [UInt8] = []
        /// The certificate of the local account as PEM, for kubeconfigs; empty leaves it out.
        public var clientCertificate: [UInt8] = []
        /// The key of the local account as PEM, for kubeconfigs; empty leaves it out.
        public var clientKey: Secret<[UInt8]> = Secret([])
        /// What runs in it; nil is an empty Kubernetes.
        public var kubernetes: KubernetesWorld?

        /// A cluster that takes tokens of Entra and has local accounts as well.
        public init(_ name: String = "shop-aks", group: String = "shop-rg", kubernetes: KubernetesWorld? = nil) {
            (self.name, self.group, self.kubernetes) = (name, group, kubernetes)
        }
    }
}

extension AzureWorld {
    /// Adds a cluster unless it is there.
    public mutating func seed(_ seed: Seed.Cluster) {
        addGroup(seed.group)
        guard cluster(named: seed.name) == nil else { return }
        let stem = "\(seed.name.lowercased())-\(naming.letters(8))"
        let outside = "\(stem).hcp.\(home.region).azmk8s.io"
        let inside = "\(stem).privatelink.\(home.region).azmk8s.io"
        clusters.append(
            Cluster(
                seed: seed,
                host: seed.isPrivate ? inside : outside,
                publicHost: seed.isPrivate && seed.hasPublicName ? outside : nil,
                localToken: naming.letters(128),
                kubernetes: seed.kubernetes ?? KubernetesWorld(at: now)
            )
        )
    }

    func cluster(named name: String) -> Int? { clusters.firstIndex { $0.seed.name.names(name) } }

    /// The Kubernetes of a cluster; nil without one.
    public func kubernetes(_ cluster: String) -> KubernetesWorld? {
        self.cluster(named: cluster).map { clusters[$0].kubernetes }
    }

    /// Looks at or changes the Kubernetes of a cluster; nil without one.
    public mutating func withKubernetes<Result>(_ cluster: String, _ body: (inout KubernetesWorld) -> Result) -> Result?
    {
        guard let index = self.cluster(named: cluster) else { return nil }
        clusters[index].kubernetes.advance(to: now)
        return body(&clusters[index].kubernetes)
    }

    /// The host of a cluster's API server, as its kubeconfigs name it.
    public func apiServer(of cluster: String) -> String? { self.cluster(named: cluster).map { clusters[$0].host } }
}
