public import SlipwayAzure
public import SlipwayBase
public import SlipwayHTTP
public import SlipwayKubernetes

/// Finds the way to a cluster of AKS: asks Azure for its kubeconfig, keeps it in memory, and runs nothing.
public struct AKSAccess: Sendable {
    /// Where tokens of Entra for a scope, such as `6dae42f8-…/.default`, of a tenant come from.
    public typealias Tokens = @Sendable (_ scope: String, _ tenant: String) -> any CredentialSource<Secret<String>>

    /// The way to a cluster.
    public struct Way: Sendable {
        /// Where the API server is and what proves who is asking; put the credentials behind a cache.
        public var access: ClusterAccess
        /// The cluster as Azure describes it.
        public var cluster: AKSCluster
        /// What belongs in front of every other middleware to the API server.
        public var middlewares: [any Middleware]
        /// What to know although access is possible.
        public var warnings: [String]
        /// Lines for people.
        public var summary: [String]
    }

    let settings: AKSSettings
    let client: ARMClient
    let time: any TimeSource
    private let tokens: Tokens

    /// Asks through `client` for the cluster that `settings` name.
    public init(_ settings: AKSSettings, client: ARMClient, time: any TimeSource, tokens: @escaping Tokens) {
        (self.settings, self.client, self.time, self.tokens) = (settings, client, time, tokens)
    }

    var calls: AKSCalls { AKSCalls(scope: settings.scope, cluster: settings.cluster) }
    var words: String { "AKS cluster \(settings.cluster)" }

    /// Two calls to Azure, none to the cluster. Throws one sentence that says what to do.
    public func resolve() async throws(InputFailure) -> Way {
        let cluster = try await cluster()
        try check(cluster)
        var access = try await kubeconfig(of: cluster)
        var warnings = access.warnings.map(\.message)
        let user: String
        if let login = access.login {
            user = try entra(login, cluster, &access)
        } else {
            user = try await local(cluster, &access)
        }
        if cluster.isPrivate { warnings.append(PrivateCluster(words: words, access.origin).warning) }
        if !["Succeeded", "Updating", "Upgrading", "Scaling"].contains(cluster.provisioningState) {
            warnings.append("\(words) is \(cluster.provisioningState.printable(max: 40)), by Azure's word.")
        }
        let place = "resource group \(settings.scope.resourceGroup), subscription \(settings.scope.subscription)"
        let version = cluster.version.isEmpty ? "" : ", Kubernetes \(cluster.version)"
        return Way(
            access: access,
            cluster: cluster,
            middlewares: cluster.isPrivate ? [PrivateCluster(words: words, access.origin)] : [],
            warnings: warnings,
            summary: ["\(words) (\(access.origin)\(version))", place, "user \(user)"].map { $0.printable(max: 300) }
        )
    }

    private func check(_ cluster: AKSCluster) throws(InputFailure) {
        guard cluster.isRunning else {
            throw InputFailure(
                "\(words) is stopped; start it with `az aks start --resource-group \(settings.scope.resourceGroup) "
                    + "--name \(settings.cluster)`, and try again"
            )
        }
        guard cluster.provisioningState.lowercased() != "deleting" else {
            throw InputFailure("\(words) is being deleted")
        }
        if settings.isAdmin, cluster.hasNoLocalAccounts {
            throw InputFailure(
                "\(words) has no local accounts (disableLocalAccounts), so that there is no administrator to be; "
                    + "leave `admin: true` out and give the identity a role in the cluster, such as "
                    + "“Azure Kubernetes Service RBAC Writer”"
            )
        }
        if settings.usesPublicFQDN, !cluster.hasPublicName {
            throw InputFailure(
                "\(words) is private and has no public name; leave `publicFQDN: true` out, or let it have one with "
                    + "`az aks update --enable-public-fqdn`"
            )
        }
    }

    /// A token of Entra for the application that stands for the API server, and no other.
    private func entra(
        _ login: ClusterAccess.Login,
        _ cluster: AKSCluster,
        _ access: inout ClusterAccess
    ) throws(InputFailure) -> String {
        let entra = try EntraLogin(login, "the kubeconfig of \(words)")
        // A token for another application would be good elsewhere: it is not given to an API server.
        guard [EntraLogin.server, cluster.serverApplication].contains(entra.server) else {
            throw InputFailure(
                "the kubeconfig of \(words) asks for a token of application \(entra.server), which is neither AKS's "
                    + "own nor the one that the cluster was made with; none was asked for"
            )
        }
        if let tenant = cluster.tenant, tenant != entra.tenant {
            throw InputFailure("the kubeconfig of \(words) names tenant \(entra.tenant), and the cluster \(tenant)")
        }
        if let tenant = settings.scope.tenant, tenant != entra.tenant {
            throw InputFailure(
                "\(words) knows the people of tenant \(entra.tenant), and `tenant` says \(tenant); correct it, or use "
                    + "credentials of the cluster's tenant"
            )
        }
        access.credentials = tokens(entra.scope, entra.tenant)
        (access.tls.certificate, access.tls.key) = (nil, nil)
        return "by a token of Entra tenant \(entra.tenant)"
    }

    /// The token of the kubeconfig, fetched anew when it is refused; without one, its certificate.
    private func local(_ cluster: AKSCluster, _ access: inout ClusterAccess) async throws(InputFailure) -> String {
        guard let fixed = access.credentials else {
            guard access.tls.certificate != nil else {
                throw InputFailure("the kubeconfig of \(words) holds neither a token nor a client certificate")
            }
            return access.names.user
        }
        do throws(CredentialFailure) {
            let first = try await fixed.lease()
            let origin = access.origin
            access.credentials = KubeconfigToken(first.credential) { () async throws(CredentialFailure) in
                try await renewed(cluster, at: origin)
            }
        } catch { throw InputFailure(error.description) }
        (access.tls.certificate, access.tls.key) = (nil, nil)
        return access.names.user
    }

    private func renewed(_ cluster: AKSCluster, at origin: Origin) async throws(CredentialFailure) -> Secret<String> {
        let access: ClusterAccess
        do throws(InputFailure) { access = try await kubeconfig(of: cluster) } catch {
            throw .broken(error.description)
        }
        guard access.origin == origin, let credentials = access.credentials else {
            throw .broken("the kubeconfig of \(words) is another one by now; begin anew")
        }
        return try await credentials.lease().credential
    }
}
