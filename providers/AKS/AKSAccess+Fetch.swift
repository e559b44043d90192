import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwaySigning

extension AKSAccess {
    /// The cluster as Azure has it.
    func cluster() async throws(InputFailure) -> AKSCluster {
        do throws(AzureFailure) { return AKSCluster(try await client.send(calls.get).body) } catch {
            guard error.kind == .absent, error.code == "ResourceNotFound" || error.code == "NotFound" else {
                throw refused(error, role: "Azure Kubernetes Service Cluster User Role")
            }
            throw await missing()
        }
    }

    /// That there is no such cluster, with the nearest one that there is.
    private func missing() async -> InputFailure {
        let group = settings.scope.resourceGroup
        var names: [String] = []
        do throws(AzureFailure) { names = try await client.list(calls.list).compactMap { $0["name"]?.string } } catch {
            return InputFailure("\(words) is not there in resource group \(group); correct `cluster`")
        }
        let listed =
            names.isEmpty
            ? "there is none; correct `resourceGroup` or `subscription`"
            : "there \(names.count == 1 ? "is" : "are") \(names.prefix(10).joined(separator: ", ").printable(max: 300))"
        let hint = settings.cluster.nearest(of: names).map { "did you mean “\($0.printable(max: 80))”?" }
        return InputFailure("\(words) is not there in resource group \(group); \(hint ?? listed)")
    }

    /// The kubeconfig that Azure hands out, read; its server is where Azure says the cluster's is.
    func kubeconfig(of cluster: AKSCluster) async throws(InputFailure) -> ClusterAccess {
        let call = calls.credential(isAdmin: settings.isAdmin, byPublicName: settings.usesPublicFQDN)
        let body: JSON
        do throws(AzureFailure) { body = try await client.send(call).body } catch {
            let role = settings.isAdmin ? "Cluster Admin Role" : "Cluster User Role"
            throw refused(error, role: "Azure Kubernetes Service \(role)")
        }
        guard let value = body["kubeconfigs"]?[0]?["value"]?.string, !value.isEmpty else {
            throw InputFailure(
                "Azure has no kubeconfig for \(words); its credentials may be being made anew: try again in some "
                    + "minutes, or look with `az aks get-credentials`"
            )
        }
        let name = "the kubeconfig of \(words)"
        guard value.utf8.count <= Limits.configBytesMax * 2, let bytes = Digits.bytes(base64: value, skipsSpace: true)
        else {
            throw InputFailure("\(name) is not base64, or far too large")
        }
        let access = try ClusterAccess.resolve(kubeconfig: bytes, called: name, time: time)
        guard cluster.isServed(at: access.origin.host) else {
            let known = [cluster.fqdn, cluster.privateFQDN].compactMap { $0 }.joined(separator: " and ")
            throw InputFailure(
                "\(name) leads to \(access.origin.host.printable(max: 200)), and the cluster's API server is "
                    + "\(known.isEmpty ? "nowhere yet" : known.printable(max: 300)); no credentials were sent there"
            )
        }
        return access
    }

    private func refused(_ failure: AzureFailure, role: String) -> InputFailure {
        guard failure.code == "AuthorizationFailed" else { return InputFailure(failure.description) }
        return InputFailure("\(failure.description); the role “\(role)” has it")
    }
}
