import SlipwayAccess
import SlipwayBase
import SlipwayConfig
import SlipwayHTTP
import SlipwaySigning

/// Finds the way to one cluster through a kubeconfig.
struct KubeconfigAccess {
    let kubeconfig: Kubeconfig
    let request: ClusterAccess.Request
    let environment: AccessEnvironment
    /// Whether it came from somewhere else than this machine, so that no file and no program is meant by it.
    let isHandedOver: Bool
    let findings = Findings()

    init(
        _ kubeconfig: Kubeconfig,
        _ request: ClusterAccess.Request,
        _ environment: AccessEnvironment,
        isHandedOver: Bool = false
    ) {
        (self.kubeconfig, self.request, self.environment) = (kubeconfig, request, environment)
        self.isHandedOver = isHandedOver
    }

    func resolve() throws(InputFailure) -> ClusterAccess {
        for warning in kubeconfig.warnings { findings.add(warning) }
        let context = try context()
        let reader = ConfigReader(context.value, into: findings)
        let clusterName = reader.filled("cluster", required: true)
        let userName = reader.filled("user")
        let namespace = reader.filled("namespace")
        try findings.throwIfRefused()
        let what = "context \"\(context.name.printable(max: 100))\""
        let cluster = try find(clusterName ?? "", in: kubeconfig.clusters, "cluster", wantedBy: what)
        let user = try userName.map { (name) throws(InputFailure) in
            try find(name, in: kubeconfig.users, "user", wantedBy: what)
        }
        var access = self.cluster(cluster)
        if let user { self.user(user, of: cluster, &access) }
        access?.namespace = namespace
        access?.names = ClusterAccess.Names(
            context: context.name.printable(max: 200),
            cluster: cluster.name.printable(max: 200),
            user: (user?.name ?? "").printable(max: 200)
        )
        try findings.throwIfRefused()
        guard var access else { throw InputFailure("the \(what) cannot be used") }
        access.warnings = findings.warnings
        return access
    }

    private func context() throws(InputFailure) -> Kubeconfig.Entry {
        let names = kubeconfig.contexts.map(\.name)
        guard let name = request.context ?? kubeconfig.currentContext else {
            throw InputFailure(
                "\(files) has no current context; name one with `context:` at the target\(Self.list(names))"
            )
        }
        return try find(name, in: kubeconfig.contexts, "context", wantedBy: nil)
    }

    private var files: String { kubeconfig.files.prefix(5).joined(separator: ", ").printable(max: 400) }

    private func find(
        _ name: String,
        in entries: [Kubeconfig.Entry],
        _ kind: String,
        wantedBy: String?
    ) throws(InputFailure) -> Kubeconfig.Entry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        let names = entries.map(\.name)
        let hint =
            name.nearest(of: names).map { "; did you mean \"\($0.printable(max: 100))\"?" } ?? Self.list(names)
        let reason = wantedBy.map { ", which \($0) names" } ?? ""
        throw InputFailure("\(files) has no \(kind) \"\(name.printable(max: 100))\"\(reason)\(hint)")
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "; it has none" }
        let shown = names.prefix(10).map { $0.printable(max: 100) }.joined(separator: ", ")
        return
            "; there \(names.count == 1 ? "is" : "are") \(shown)\(names.count > 10 ? " and more" : "")"
    }

    /// The contents of what an entry gives as base64 data or, without that, as a file.
    func material(
        _ reader: ConfigReader,
        _ entry: Kubeconfig.Entry,
        file key: String,
        isPrivate: Bool = false
    ) -> [UInt8]? {
        let data = reader.filled(key + "-data")
        let path = reader.filled(key)
        if let data {
            guard let bytes = Digits.bytes(base64: data, skipsSpace: true) else {
                let node = reader.node[key + "-data"] ?? reader.node
                findings.error(node, "is not base64")
                return nil
            }
            return bytes
        }
        guard let path, let node = reader.node[key] else { return nil }
        guard !isHandedOver else {
            findings.error(node, "names a file, which a kubeconfig from elsewhere may not")
            return nil
        }
        let resolved = entry.resolve(path)
        do throws(AccessEnvironment.FileFailure) {
            let file = try environment.readFile(resolved, Limits.configBytesMax)
            if isPrivate, file.isReadableByOthers {
                findings.warning(
                    node,
                    "other users can read the key \(resolved.printable(max: 300)); take that away with chmod go-r"
                )
            }
            return file.bytes
        } catch {
            findings.error(node, "the file \(resolved.printable(max: 300)) \(error.words)")
            return nil
        }
    }
}
