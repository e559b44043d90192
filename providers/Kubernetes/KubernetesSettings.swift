import SlipwayBase
public import SlipwayConfig

/// The `kubernetes:` section of a target.
public struct KubernetesSettings: Hashable, Sendable {
    /// The kubeconfig context; nil is the current one.
    public var context: String?
    /// A kubeconfig file instead of `KUBECONFIG`.
    public var kubeconfig: String?
    /// The namespace; nil is the context's.
    public var namespace: String?
    /// The container that carries the release; nil when there is only one.
    public var container: String?
    /// Whether a context with `insecure-skip-tls-verify` may be used.
    public var allowsUnverifiedTLS: Bool
    /// How long the lock holds without renewal, in seconds.
    public var lockSeconds: Int
    /// How the Deployments and the front are named.
    public var layout: KubernetesLayout

    /// Makes settings.
    public init(
        context: String? = nil,
        kubeconfig: String? = nil,
        namespace: String? = nil,
        container: String? = nil,
        allowsUnverifiedTLS: Bool = false,
        lockSeconds: Int = 30,
        layout: KubernetesLayout
    ) {
        (self.context, self.kubeconfig, self.namespace, self.container) = (context, kubeconfig, namespace, container)
        (self.allowsUnverifiedTLS, self.lockSeconds, self.layout) = (allowsUnverifiedTLS, lockSeconds, layout)
    }

    /// Reads the section; nil after a mistake was reported. The caller finishes the reader.
    public init?(reading reader: ConfigReader) {
        let context = reader.string("context")
        let kubeconfig = reader.string("kubeconfig")
        let isUnverified = reader.bool("insecureSkipTLSVerify") ?? false
        self.init(readingInside: reader)
        (self.context, self.kubeconfig, allowsUnverifiedTLS) = (context, kubeconfig, isUnverified)
    }

    /// Reads what a section says of the inside of a cluster that something else leads to; nil after a mistake was
    /// reported. The caller finishes the reader, and reads for itself the section of any of the keys `fronts`, which
    /// may share production instead of a route.
    public init?(readingInside reader: ConfigReader, fronts: [String] = []) {
        let namespace = reader.objectName("namespace")
        let container = reader.objectName("container")
        var lock = Duration.seconds(30)
        if let section = reader.mapping("lock") {
            lock = section.duration("duration", in: .seconds(10) ... .seconds(3600)) ?? lock
            section.finish()
        }
        guard let layout = KubernetesLayout(reading: reader, fronts: fronts) else { return nil }
        self.init(
            namespace: namespace,
            container: container,
            lockSeconds: Int(lock.components.seconds),
            layout: layout
        )
    }
}

extension ConfigReader {
    /// The name of a Kubernetes object under `key`: it becomes part of a path, so nothing else is let through.
    func objectName(_ key: String, required: Bool = false) -> String? {
        scalar(key, required, "the name of a Kubernetes object (a-z, 0-9, - and .)") { scalar in
            guard let text = scalar.text, (1...253).contains(text.count), text.first != "-", text.first != ".",
                text.utf8.allSatisfy({
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
                })
            else { return nil }
            return text
        }
    }
}
