import HTTPTypes
import SlipwayAzure

/// Builds the calls about one cluster, purely.
///
/// Source: Microsoft.ContainerService `managedClusters`, 2024-09-01.
struct AKSCalls: Hashable, Sendable {
    let scope: AzureScope
    let cluster: String

    private var clusters: String {
        "/subscriptions/\(scope.subscription)/resourceGroups/\(scope.resourceGroup)/providers/"
            + "Microsoft.ContainerService/managedClusters"
    }

    /// The cluster as Azure has it.
    var get: ARMCall {
        ARMCall(.get, "\(clusters)/\(cluster)", .containerService, name: "GET managedClusters/\(cluster)")
    }

    /// All clusters of the resource group.
    var list: ARMCall { ARMCall(.get, clusters, .containerService, name: "GET managedClusters") }

    /// A kubeconfig. A POST that changes nothing, so it may be sent again.
    func credential(isAdmin: Bool, byPublicName: Bool) -> ARMCall {
        let action = isAdmin ? "listClusterAdminCredential" : "listClusterUserCredential"
        var call = ARMCall(
            .post,
            "\(clusters)/\(cluster)/\(action)",
            .containerService,
            name: "POST managedClusters/\(cluster)/\(action)",
            isIdempotent: true
        )
        if byPublicName { call.query.append(("server-fqdn", "public")) }
        if !isAdmin { call.query.append(("format", "exec")) }
        return call
    }
}
