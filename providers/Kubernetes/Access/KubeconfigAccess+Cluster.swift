import SlipwayAccess
import SlipwayBase
import SlipwayConfig
import SlipwayHTTP

extension KubeconfigAccess {
    /// Where the cluster is and how the connection to it is secured; nil after reporting why not.
    func cluster(_ entry: Kubeconfig.Entry) -> ClusterAccess? {
        let reader = ConfigReader(entry.value, into: findings)
        let server = server(reader)
        let authorities = material(reader, entry, file: "certificate-authority")
        if let authorities { check(authorities, reader) }
        let isInsecure = reader.bool("insecure-skip-tls-verify") ?? false
        if isInsecure { checkInsecure(reader, hasAuthorities: authorities != nil) }
        if request.isUnverifiedAllowed, !isInsecure {
            findings.warning(
                entry.value,
                "the target allows an unverified server, but the kubeconfig does not ask for it: it is verified"
            )
        }
        let proxy = proxy(reader)
        guard let (origin, basePath) = server else { return nil }
        let tls = TLSSettings(
            authorities: authorities,
            serverName: reader.filled("tls-server-name"),
            isUnverified: isInsecure
        )
        var access = ClusterAccess(origin: origin, basePath: basePath, tls: tls)
        access.proxy = proxy.map { Secret($0) }
        return access
    }

    private func server(_ reader: ConfigReader) -> (Origin, String)? {
        guard let text = reader.filled("server", required: true), let node = reader.node["server"] else { return nil }
        guard let (origin, target) = Origin.split(text), !target.contains("?") else {
            findings.error(
                node,
                "must be a URL such as https://cluster.example.com:6443, without user name or query, "
                    + "not \(node.kindInWords)"
            )
            return nil
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            findings.error(node, "must begin with https: credentials go over http to this machine itself only")
            return nil
        }
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            findings.error(node, "has a path with characters that no URL may hold")
            return nil
        }
        var basePath = target
        while basePath.hasSuffix("/") { basePath.removeLast() }
        return (origin, basePath)
    }

    private func check(_ authorities: [UInt8], _ reader: ConfigReader) {
        guard let node = reader.node["certificate-authority-data"] ?? reader.node["certificate-authority"] else {
            return
        }
        let (complaint, warnings) = CertificateCheck(now: environment.time.now).authorities(authorities)
        if let complaint { findings.error(node, "the certificate authority \(complaint)") }
        for warning in warnings { findings.warning(node, "one certificate authority \(warning)") }
    }

    private func checkInsecure(_ reader: ConfigReader, hasAuthorities: Bool) {
        guard let node = reader.node["insecure-skip-tls-verify"] else { return }
        if hasAuthorities {
            findings.error(node, "cannot be true beside a certificate authority; remove one of them")
        } else if !request.isUnverifiedAllowed {
            findings.error(
                node,
                "is refused: anyone on the way could read the credentials; "
                    + "give the cluster's certificate-authority-data, "
                    + "or allow it at the target with `insecureSkipTLSVerify: true`"
            )
        } else {
            findings.warning(node, "the server need not prove who it is")
        }
    }

    // The value is not shown, because it may hold a password.
    private func proxy(_ reader: ConfigReader) -> String? {
        guard let text = reader.filled("proxy-url"), let node = reader.node["proxy-url"] else { return nil }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        let isURL =
            ["http", "https", "socks5", "socks5h"].contains(scheme) && text.dropFirst(scheme.count).hasPrefix("://")
            && text.count > scheme.count + 3 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isURL else {
            findings.error(node, "must be a URL that begins with http://, https:// or socks5://")
            return nil
        }
        return text
    }
}
