public import SlipwayAzure
import SlipwayBase
public import SlipwayConfig
public import SlipwayKubernetes

/// The `aks:` section of a target: where the cluster is on Azure, and beside that what a Kubernetes target says of its
/// inside.
public struct AKSSettings: Hashable, Sendable {
    /// Where on Azure the cluster is.
    public var scope: AzureScope
    /// Its name.
    public var cluster: String
    /// Whether its local administrator is used instead of whoever the credentials are.
    public var isAdmin: Bool
    /// Whether a private cluster is looked for by its public name.
    public var usesPublicFQDN: Bool
    /// What is inside; never names a kubeconfig.
    public var kubernetes: KubernetesSettings
    /// What shares production before the cluster; nil where a route inside does.
    public var front: FrontSettings?

    /// Makes settings with what most targets have.
    public init(
        _ scope: AzureScope,
        cluster: String,
        isAdmin: Bool = false,
        usesPublicFQDN: Bool = false,
        kubernetes: KubernetesSettings,
        front: FrontSettings? = nil
    ) {
        (self.scope, self.cluster, self.isAdmin) = (scope, cluster, isAdmin)
        (self.usesPublicFQDN, self.kubernetes, self.front) = (usesPublicFQDN, kubernetes, front)
    }

    /// Reads the section; nil after a mistake was reported. The caller finishes the reader.
    public init?(reading reader: ConfigReader) {
        let scope = AzureScope(reading: reader)
        let cluster = reader.clusterName("cluster")
        let isAdmin = reader.bool("admin") ?? false
        let usesPublicFQDN = reader.bool("publicFQDN") ?? false
        let kubernetes = KubernetesSettings(readingInside: reader, fronts: FrontSettings.keys)
        var front: FrontSettings?
        if case .canary(_, _, .external)? = kubernetes?.layout {
            front = FrontSettings(reading: reader)
            if front == nil { return nil }
        }
        guard let scope, let cluster, let kubernetes else { return nil }
        self.init(
            scope,
            cluster: cluster,
            isAdmin: isAdmin,
            usesPublicFQDN: usesPublicFQDN,
            kubernetes: kubernetes,
            front: front
        )
    }
}

extension ConfigReader {
    /// The name of a cluster: 1 to 63 letters, digits, hyphens and underscores.
    func clusterName(_ key: String) -> String? {
        scalar(key, true, "the name of an AKS cluster (1 to 63 letters, digits, - and _)") { scalar in
            guard let text = scalar.text, (1...63).contains(text.utf8.count), text.first != "-", text.last != "-",
                text.utf8.allSatisfy({ byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                })
            else { return nil }
            return text
        }
    }
}
