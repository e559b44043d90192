import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

// What Azure Resource Manager knows of managed clusters.
extension AzureWorld {
    /// Answers one call of `Microsoft.ContainerService`.
    func answerClusters(_ call: ARMCall) throws(ARMFault) -> Response {
        let parts = call.address.parts
        guard parts.first == "managedclusters" else { throw .noRoute(call.address) }
        guard parts.count > 1 else {
            guard call.method == .get else { throw .noMethod(call.method) }
            return ARMAnswer.json(["value": .array(clusters.map { json(of: $0) })])
        }
        guard let index = cluster(named: parts[1]), clusters[index].seed.group.names(call.address.group ?? "") else {
            throw .noResource(call.address)
        }
        let cluster = clusters[index]
        switch (call.method, parts.dropFirst(2).joined(separator: "/")) {
        case (.get, ""): return ARMAnswer.json(json(of: cluster))
        case (.post, "listclusterusercredential"): return credential("clusterUser", of: cluster, call)
        case (.post, "listclusteradmincredential"):
            guard !cluster.seed.disablesLocalAccounts else {
                throw .flat(
                    400,
                    "BadRequest",
                    "Getting static credential is not allowed because this cluster is set to disable local accounts."
                )
            }
            return credential("clusterAdmin", of: cluster, call)
        case (_, ""), (_, "listclusterusercredential"), (_, "listclusteradmincredential"):
            throw .noMethod(call.method)
        default: throw .noRoute(call.address)
        }
    }

    private func credential(_ role: String, of cluster: Cluster, _ call: ARMCall) -> Response {
        var host = cluster.host
        if call.query["server-fqdn"] == "public", let outside = cluster.publicHost { host = outside }
        let isAdmin = role == "clusterAdmin"
        let user = cluster.seed.usesEntra && !isAdmin ? entraUser(call.query["format"]) : localUser(cluster)
        let name = "\(role)_\(cluster.seed.group)_\(cluster.seed.name)"
        var lines = ["apiVersion: v1", "clusters:", "- cluster:"]
        if !cluster.seed.authority.isEmpty {
            lines.append("    certificate-authority-data: \(Digits.base64(cluster.seed.authority))")
        }
        lines += ["    server: https://\(host):443", "  name: \(cluster.seed.name)", "contexts:", "- context:"]
        lines += ["    cluster: \(cluster.seed.name)", "    user: \(name)", "  name: \(cluster.seed.name)"]
        lines += ["current-context: \(cluster.seed.name)", "kind: Config", "preferences: {}", "users:"]
        lines += ["- name: \(name)", "  user:"] + user.map { "    " + $0 }
        let text = lines.joined(separator: "\n") + "\n"
        return ARMAnswer.json(
            ["kubeconfigs": [["name": .string(role), "value": .string(Digits.base64(Array(text.utf8)))]]]
        )
    }

    private func localUser(_ cluster: Cluster) -> [String] {
        var lines: [String] = []
        if !cluster.seed.clientCertificate.isEmpty {
            lines.append("client-certificate-data: \(Digits.base64(cluster.seed.clientCertificate))")
            lines.append("client-key-data: \(Digits.base64(cluster.seed.clientKey.reveal()))")
        }
        return lines + ["token: \(cluster.localToken)"]
    }

    /// How a user of Entra comes to a token: by a plugin, or in the way of old clients.
    private func entraUser(_ format: String?) -> [String] {
        let client = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
        if format == "azure" {
            return [
                "auth-provider:", "  config:", "    apiserver-id: \(Entra.kubernetesServer)",
                "    client-id: \(client)",
                "    config-mode: '1'", "    environment: AzurePublicCloud", "    tenant-id: \(home.tenant)",
                "  name: azure",
            ]
        }
        let arguments = [
            "get-token", "--environment", "AzurePublicCloud", "--server-id", Entra.kubernetesServer, "--client-id",
            client, "--tenant-id", home.tenant, "--login", "devicecode",
        ]
        return ["exec:", "  apiVersion: client.authentication.k8s.io/v1beta1", "  args:"]
            + arguments.map { "  - \($0)" }
            + ["  command: kubelogin", "  env: null", "  provideClusterInfo: false"]
    }

    private func json(of cluster: Cluster) -> JSON {
        let seed = cluster.seed
        let id =
            "/subscriptions/\(home.subscription)/resourcegroups/\(seed.group)/providers/Microsoft.ContainerService"
            + "/managedClusters/\(seed.name)"
        var properties = ClusterTemplate.properties
        let state = seed.isStopped ? "Stopped" : "Running"
        properties["powerState"] = ["code": .string(state)]
        properties["dnsPrefix"] = .string(seed.name)
        if !seed.isPrivate { properties["fqdn"] = .string(cluster.host) }
        if seed.isPrivate { properties["privateFQDN"] = .string(cluster.host) }
        if let outside = cluster.publicHost { properties["fqdn"] = .string(outside) }
        properties["azurePortalFQDN"] = .string(cluster.host.replacing(".hcp.", with: ".portal.hcp."))
        properties["nodeResourceGroup"] = .string("MC_\(seed.group)_\(seed.name)_\(home.region)")
        properties["disableLocalAccounts"] = .bool(seed.disablesLocalAccounts)
        if seed.usesEntra {
            properties["aadProfile"] = ["managed": true, "enableAzureRBAC": true, "tenantID": .string(home.tenant)]
        }
        if seed.isPrivate {
            properties["apiServerAccessProfile"] = [
                "enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": .bool(seed.hasPublicName),
            ]
        }
        return [
            "id": .string(id), "location": .string(home.region), "name": .string(seed.name),
            "type": "Microsoft.ContainerService/ManagedClusters", "properties": .object(properties),
            "identity": [
                "type": "SystemAssigned", "principalId": "66666666-6666-6666-6666-666666666666",
                "tenantId": .string(home.tenant),
            ], "sku": ["name": "Base", "tier": "Free"],
        ]
    }
}
