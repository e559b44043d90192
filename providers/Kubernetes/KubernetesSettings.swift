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
        let namespace = reader.objectName("namespace")
        let container = reader.objectName("container")
        let isUnverified = reader.bool("insecureSkipTLSVerify") ?? false
        var lock = Duration.seconds(30)
        if let section = reader.mapping("lock") {
            lock = section.duration("duration", in: .seconds(10) ... .seconds(3600)) ?? lock
            section.finish()
        }
        guard let layout = KubernetesLayout(reading: reader) else { return nil }
        self.init(
            context: context,
            kubeconfig: kubeconfig,
            namespace: namespace,
            container: container,
            allowsUnverifiedTLS: isUnverified,
            lockSeconds: Int(lock.components.seconds),
            layout: layout
        )
    }
}

extension KubernetesLayout {
    /// Reads the names that decide the layout; which other keys are known follows from them.
    init?(reading reader: ConfigReader) {
        // Every key is known in every layout, so that a key of another layout is explained and not called unknown.
        let deployment = reader.objectName("deployment")
        let pairs = [("blue", "green"), ("stable", "canary")].map { (reader.objectName($0), reader.objectName($1)) }
        let services = ["blueService", "greenService", "stableService", "canaryService"].map { reader.objectName($0) }
        let preview = reader.objectName("previewService")
        let front = Front(reading: reader)
        // A name that is written and could not be read has been reported; nothing more is said about it.
        func isWritten(_ keys: String...) -> Bool { keys.contains { reader.node($0) != nil } }
        let isPlain = isWritten("deployment")
        let isBlueGreen = isWritten("blue", "green")
        let isCanary = isWritten("stable", "canary")
        guard [isPlain, isBlueGreen, isCanary].count(where: { $0 }) == 1 else {
            reader.findings.error(
                reader.node,
                "must name exactly one of `deployment`, `blue` and `green`, or `stable` and `canary`"
            )
            return nil
        }
        if isPlain {
            guard front == nil, preview == nil, services.allSatisfy({ $0 == nil }) else {
                reader.findings.error(
                    reader.node,
                    "names one `deployment`, which is replaced in place and needs no Service or route"
                )
                return nil
            }
            guard let deployment else { return nil }
            self = .rolling(deployment: deployment)
            return
        }
        let names = isBlueGreen ? ("blue", "green") : ("stable", "canary")
        let pair = isBlueGreen ? pairs[0] : pairs[1]
        let isUnread = isWritten(names.0) && pair.0 == nil || isWritten(names.1) && pair.1 == nil
        guard let first = pair.0, let second = pair.1, first != second else {
            if isUnread { return nil }
            reader.findings.error(
                reader.node,
                "must name both `\(names.0)` and `\(names.1)`, and two different Deployments"
            )
            return nil
        }
        let fleets = isBlueGreen ? (services[0], services[1]) : (services[2], services[3])
        let one = KubernetesFleet(deployment: first, service: fleets.0)
        let two = KubernetesFleet(deployment: second, service: fleets.1)
        guard let front else {
            if isWritten("service", "ingress", "httpRoute", "virtualService") { return nil }
            let choices = "`service`, `ingress`, `httpRoute`" + (isCanary ? " or `virtualService`" : "")
            reader.findings.error(reader.node, "must say what leads production to the two fleets: one of \(choices)")
            return nil
        }
        guard let layout = Self.paired(one, two, front, preview: preview, isBlueGreen: isBlueGreen, reader) else {
            return nil
        }
        self = layout
    }

    private static func paired(
        _ one: KubernetesFleet,
        _ two: KubernetesFleet,
        _ front: Front,
        preview: String?,
        isBlueGreen: Bool,
        _ reader: ConfigReader
    ) -> KubernetesLayout? {
        switch (front, isBlueGreen) {
        case (.service(let name), true):
            return .blueGreen(blue: one, green: two, front: .service(name: name), preview: preview)
        case (.ingress(let name), true):
            return .blueGreen(blue: one, green: two, front: .ingress(name: name), preview: preview)
        case (.httpRoute(let name, let rule), true):
            return .blueGreen(blue: one, green: two, front: .httpRoute(name: name, rule: rule), preview: preview)
        case (.virtualService, true):
            reader.findings.error(
                reader.node,
                "`virtualService` shares traffic for a canary; for blue and green name a `service`, "
                    + "`ingress` or `httpRoute`"
            )
            return nil
        case (_, false) where preview != nil:
            reader.findings.error(
                reader.node,
                "`previewService` belongs to `blue` and `green`; a canary is reached through its own Service"
            )
            return nil
        case (.service(let name), false): return .canary(stable: one, canary: two, front: .replicaRatio(service: name))
        case (.ingress(let name), false): return .canary(stable: one, canary: two, front: .ingress(name: name))
        case (.httpRoute(let name, let rule), false):
            return .canary(stable: one, canary: two, front: .httpRoute(name: name, rule: rule))
        case (.virtualService(let name, let route), false):
            return .canary(stable: one, canary: two, front: .virtualService(name: name, route: route))
        }
    }

    private enum Front {
        case service(String)
        case ingress(String)
        case httpRoute(String, Int?)
        case virtualService(String, String?)

        init?(reading reader: ConfigReader) {
            guard let (key, _) = reader.oneOf(["service", "ingress", "httpRoute", "virtualService"]) else { return nil }
            if key == "service" {
                guard let name = reader.objectName("service") else { return nil }
                self = .service(name)
                return
            }
            guard let section = reader.mapping(key) else { return nil }
            defer { section.finish() }
            let name = section.objectName("name", required: true)
            let rule = key == "httpRoute" ? section.int("rule", in: 0...100) : nil
            let route = key == "virtualService" ? section.string("route") : nil
            guard let name else { return nil }
            switch key {
            case "ingress": self = .ingress(name)
            case "httpRoute": self = .httpRoute(name, rule)
            default: self = .virtualService(name, route)
            }
        }
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
