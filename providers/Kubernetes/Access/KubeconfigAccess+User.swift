import SlipwayAccess
import SlipwayBase
import SlipwayConfig
import SlipwayHTTP
import SlipwaySigning

extension KubeconfigAccess {
    /// Adds what proves who is asking; reports what cannot.
    func user(_ entry: Kubeconfig.Entry, of cluster: Kubeconfig.Entry, _ access: inout ClusterAccess?) {
        let reader = ConfigReader(entry.value, into: findings)
        refuse(
            reader,
            "username",
            "user name and password are not supported by any current cluster; use a token, a certificate or a plugin"
        )
        refuse(reader, "password", nil)
        if isHandedOver { access?.login = login(reader) }
        refuse(
            reader,
            "auth-provider",
            "auth-provider was removed from Kubernetes clients in 1.26; use the exec plugin that replaced it"
        )
        for key in ["as", "as-uid", "as-groups", "as-user-extra"] {
            refuse(reader, key, "acting as someone else is not supported; use a user that may do what is needed itself")
        }
        clientCertificate(reader, entry, &access)
        let token = reader.filled("token")
        if let path = reader.filled("tokenFile"), !isHandedOver {
            access?.credentials = TokenFile(path: entry.resolve(path), environment: environment)
        } else if let token, let node = reader.node["token"] {
            guard BearerToken.isUsable(token) else {
                return findings.error(node, "must be one word of printable characters")
            }
            access?.credentials = FixedToken(token: Secret(token))
        } else if !isHandedOver, let exec = reader.mapping("exec"), let plugin = plugin(exec, entry, cluster) {
            access?.credentials = plugin
            access?.plugin = plugin
        }
    }

    /// What is to be asked for a token, in the words of whoever wrote the kubeconfig; nothing is run.
    private func login(_ reader: ConfigReader) -> ClusterAccess.Login? {
        if let exec = reader.mapping("exec") {
            guard let command = exec.filled("command", required: true) else { return nil }
            let arguments = (exec.list("args", max: 1000) ?? []).map { $0.scalar?.source ?? "" }
            return ClusterAccess.Login(command: command, arguments: arguments)
        }
        guard let provider = reader.mapping("auth-provider"), let name = provider.filled("name", required: true) else {
            return nil
        }
        var values: [String: String] = [:]
        for entry in provider.node("config")?.entries ?? [] where !entry.key.hasSuffix("token") {
            values[entry.key] = entry.value.scalar?.source
        }
        return ClusterAccess.Login(provider: name, values: values)
    }

    // The value is never shown.
    private func refuse(_ reader: ConfigReader, _ key: String, _ reason: String?) {
        if isHandedOver, key == "auth-provider" { return }
        guard let node = reader.node(key), node.scalar?.source != "", let reason else { return }
        findings.error(node, reason)
    }

    private func clientCertificate(
        _ reader: ConfigReader,
        _ entry: Kubeconfig.Entry,
        _ access: inout ClusterAccess?
    ) {
        let count = findings.diagnostics.count
        let certificate = material(reader, entry, file: "client-certificate")
        let key = material(reader, entry, file: "client-key", isPrivate: true)
        guard certificate != nil || key != nil else { return }
        guard let certificate, let key else {
            // A file that could not be read was reported already.
            if !findings.diagnostics[count...].contains(where: { $0.severity == .error }) {
                let (has, misses) =
                    certificate == nil ? ("client-key", "client-certificate") : ("client-certificate", "client-key")
                findings.error(entry.value, "has a \(has) and no \(misses); both are needed")
            }
            return
        }
        let node = reader.node["client-certificate-data"] ?? reader.node["client-certificate"] ?? entry.value
        let secret = Secret(key)
        if let complaint = CertificateCheck(now: environment.time.now).client(certificate, key: secret) {
            findings.error(node, "the client certificate \(complaint)")
        }
        access?.tls.certificate = certificate
        access?.tls.key = secret
    }

    private func plugin(
        _ reader: ConfigReader,
        _ entry: Kubeconfig.Entry,
        _ cluster: Kubeconfig.Entry
    ) -> ExecPlugin? {
        let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
        let apiVersion = reader.filled("apiVersion", required: true)
        let command = reader.filled("command", required: true)
        if let apiVersion, !versions.contains(apiVersion), let node = reader.node["apiVersion"] {
            findings.error(
                node,
                "must be \(versions[0]) or \(versions[1]), not \(node.kindInWords); "
                    + "update the plugin and the kubeconfig"
            )
        }
        let mode = reader.filled("interactiveMode")
        if mode == "Always", let node = reader.node["interactiveMode"] {
            findings.error(
                node,
                "the plugin wants to ask on a terminal, which a release cannot wait for; use one that does not"
            )
        } else if let mode, !["Never", "IfAvailable"].contains(mode), let node = reader.node["interactiveMode"] {
            findings.error(node, "must be Never, IfAvailable or Always, not \(node.kindInWords)")
        }
        var variables: [String: String] = [:]
        for element in reader.list("env", max: 500) ?? [] {
            let pair = ConfigReader(element, into: findings)
            guard let name = pair.string("name", required: true) else { continue }
            variables[name] = element["value"]?.scalar?.text ?? ""
        }
        let arguments = (reader.list("args", max: 1000) ?? []).compactMap { argument in
            // An empty argument is one too.
            if let text = argument.scalar?.text { return text }
            findings.error(argument, "must be a text, not \(argument.kindInWords)")
            return nil
        }
        let givesInfo = reader.bool("provideClusterInfo") ?? false
        guard let apiVersion, let command else { return nil }
        variables["KUBERNETES_EXEC_INFO"] = ExecInfo.text(apiVersion, cluster: givesInfo ? .some(info(cluster)) : .none)
        let resolved = command.contains("/") ? entry.resolve(command) : command
        return ExecPlugin(
            apiVersion: apiVersion,
            command: AccessEnvironment.Plugin(command: resolved, arguments: arguments, environment: variables),
            installHint: reader.filled("installHint"),
            environment: environment
        )
    }

    private func info(_ entry: Kubeconfig.Entry) -> JSON {
        // Everything wrong with the cluster was reported when it was read for ourselves.
        let reader = KubeconfigAccess(kubeconfig, request, environment)
        let values = ConfigReader(entry.value, into: reader.findings)
        var info: JSON = [:]
        for key in ["server", "tls-server-name", "proxy-url"] { info[key] = values.filled(key).map { .string($0) } }
        if values.bool("insecure-skip-tls-verify") == true { info["insecure-skip-tls-verify"] = true }
        if let authorities = reader.material(values, entry, file: "certificate-authority") {
            info["certificate-authority-data"] = .string(Digits.base64(authorities))
        }
        let extensions = values.list("extensions") ?? []
        let own = extensions.first { $0["name"]?.scalar?.source == "client.authentication.k8s.io/exec" }
        info["config"] = own?["extension"]?.json
        return info
    }
}

/// What a plugin is told in `KUBERNETES_EXEC_INFO`.
enum ExecInfo {
    static func text(_ apiVersion: String, cluster: JSON?) -> String {
        var spec: JSON = ["interactive": false]
        spec["cluster"] = cluster
        let info: JSON = ["kind": "ExecCredential", "apiVersion": .string(apiVersion), "spec": spec]
        return info.text
    }
}
