public import SlipwayAccess
public import SlipwayBase
public import SlipwayHTTP

/// How a cluster is reached: where it is, how the connection is secured, and what proves who is asking.
public struct ClusterAccess: Sendable {
    /// Scheme, host and port of the API server; credentials go nowhere else.
    public var origin: Origin
    /// What comes before `/api` in every path, such as `/k8s/clusters/c-1`; empty for most.
    public var basePath: String
    /// How the connection is secured.
    public var tls: TLSSettings
    /// The proxy's URL (`http`, `https` or `socks5`), when the kubeconfig names one; may hold a password.
    public var proxy: Secret<String>?
    /// Where bearer tokens come from; nil when the client certificate says it all. Wrap it in a cache.
    public var credentials: (any CredentialSource<Secret<String>>)?
    /// The namespace that the context names.
    public var namespace: String?
    /// The names of context, cluster and user, for people; empty where there is no kubeconfig.
    public var names: Names
    /// What to know although access is possible.
    public var warnings: [Diagnostic]
    /// The plugin, while it has not been asked yet whether it gives a client certificate; see `settled()`.
    var plugin: ExecPlugin?
    /// The login that a kubeconfig from elsewhere asks for; nil where there is none, or where it names a plugin of this
    /// machine.
    public var login: Login?

    /// A login that a kubeconfig from elsewhere asks for: never run, whoever takes the kubeconfig does it another way.
    public struct Login: Hashable, Sendable {
        /// The command of the credential plugin; nil for an auth-provider.
        public var command: String?
        /// The plugin's arguments.
        public var arguments: [String]
        /// The name of the auth-provider of older clients; nil for a plugin.
        public var provider: String?
        /// What the auth-provider is told, without any token.
        public var values: [String: String]

        /// Makes a login by a plugin.
        public init(command: String, arguments: [String]) {
            (self.command, self.arguments, provider, values) = (command, arguments, nil, [:])
        }

        /// Makes a login by an auth-provider.
        public init(provider: String, values: [String: String]) {
            (command, arguments, self.provider, self.values) = (nil, [], provider, values)
        }
    }

    /// What the parts are called, for people.
    public struct Names: Hashable, Sendable {
        /// The context.
        public var context: String
        /// The cluster.
        public var cluster: String
        /// The user.
        public var user: String

        /// Makes names.
        public init(context: String = "", cluster: String = "", user: String = "") {
            (self.context, self.cluster, self.user) = (context, cluster, user)
        }
    }

    /// What a target says about its cluster.
    public struct Request: Hashable, Sendable {
        /// The context; nil takes the current one.
        public var context: String?
        /// The kubeconfig; nil takes what `KUBECONFIG` names, then `~/.kube/config`, then the pod's service account.
        public var kubeconfig: String?
        /// Whether the server need not prove who it is, when the kubeconfig asks for that.
        public var isUnverifiedAllowed: Bool

        /// Makes a request.
        public init(context: String? = nil, kubeconfig: String? = nil, isUnverifiedAllowed: Bool = false) {
            (self.context, self.kubeconfig, self.isUnverifiedAllowed) = (context, kubeconfig, isUnverifiedAllowed)
        }
    }

    /// Makes access from its parts.
    public init(
        origin: Origin,
        basePath: String = "",
        tls: TLSSettings = TLSSettings(),
        credentials: (any CredentialSource<Secret<String>>)? = nil,
        namespace: String? = nil
    ) {
        (self.origin, self.basePath, self.tls) = (origin, basePath, tls)
        (self.credentials, self.namespace) = (credentials, namespace)
        (names, warnings) = (Names(), [])
    }

    /// Finds the way to the cluster that `request` names, without making a connection or running a plugin.
    ///
    /// Throws one sentence for each thing that is wrong: files, names, certificates.
    public static func resolve(
        _ request: Request,
        in environment: AccessEnvironment
    ) throws(InputFailure) -> ClusterAccess {
        if let kubeconfig = try Kubeconfig.load(request.kubeconfig, in: environment) {
            return try KubeconfigAccess(kubeconfig, request, environment).resolve()
        }
        if let access = try inCluster(request, environment) { return access }
        throw InputFailure(
            "there is no kubeconfig: set KUBECONFIG, write ~/.kube/config, or name one with `kubeconfig:` at the target"
        )
    }

    /// Finds the way to the cluster that a kubeconfig from elsewhere describes; `name` stands for its file's in
    /// sentences.
    ///
    /// No file and no program of this machine is meant by it: what names one is refused, and a login is given back as
    /// it is written.
    public static func resolve(
        kubeconfig bytes: [UInt8],
        called name: String,
        time: any TimeSource
    ) throws(InputFailure) -> ClusterAccess {
        let kubeconfig = try Kubeconfig.parse(bytes, called: name)
        let sealed = AccessEnvironment(
            readFile: { (_, _) throws(AccessEnvironment.FileFailure) in throw .missing },
            variable: { _ in nil },
            run: { (_) async throws(AccessEnvironment.PluginFailure) in throw .missing },
            time: time
        )
        return try KubeconfigAccess(kubeconfig, Request(), sealed, isHandedOver: true).resolve()
    }

    /// The access to connect with: runs the credential plugin, if there is one, for its client certificate.
    ///
    /// The plugin runs once; the first `lease()` of `credentials` uses the same answer. A client certificate from a
    /// plugin holds until `expires`; connect anew after that.
    public func settled() async throws(CredentialFailure) -> (access: ClusterAccess, expires: Timestamp?) {
        guard let plugin else { return (self, nil) }
        let answer = try await plugin.first()
        var access = self
        access.plugin = nil
        if answer.token == nil { access.credentials = nil }
        guard let certificate = answer.certificate, let key = answer.key else { return (access, nil) }
        (access.tls.certificate, access.tls.key) = (certificate, key)
        return (access, answer.expires)
    }
}
