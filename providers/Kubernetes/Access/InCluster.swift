import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

extension ClusterAccess {
    static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The access that a pod has through its service account; nil outside a cluster.
    static func inCluster(
        _ request: Request,
        _ environment: AccessEnvironment
    ) throws(InputFailure) -> ClusterAccess? {
        guard let host = environment.variable("KUBERNETES_SERVICE_HOST"), !host.isEmpty,
            let port = environment.variable("KUBERNETES_SERVICE_PORT"), !port.isEmpty
        else { return nil }
        if let context = request.context {
            throw InputFailure(
                "the context \"\(context.printable(max: 100))\" needs a kubeconfig, and there is none; "
                    + "inside a cluster leave `context:` out"
            )
        }
        let name = host.contains(":") ? "[\(host)]" : host
        guard let origin = Origin(url: "https://\(name):\(port)") else {
            throw InputFailure("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT do not name a server")
        }
        let authorities = try read("ca.crt", environment)
        let (complaint, warnings) = CertificateCheck(now: environment.time.now).authorities(authorities)
        if let complaint {
            throw InputFailure(
                "the service account's certificate authority \(serviceAccountFolder)/ca.crt \(complaint)"
            )
        }
        _ = try read("token", environment)
        let namespace = try? environment.readFile(serviceAccountFolder + "/namespace", 1024)
        var access = ClusterAccess(
            origin: origin,
            tls: TLSSettings(authorities: authorities),
            credentials: TokenFile(path: serviceAccountFolder + "/token", environment: environment),
            namespace: namespace.map { String(decoding: $0.bytes, as: UTF8.self).filter { !$0.isWhitespace } }
        )
        access.names = Names(cluster: "in-cluster", user: "service account")
        access.warnings = warnings.map {
            Diagnostic(.warning, "one certificate authority of the service account \($0)")
        }
        return access
    }

    private static func read(
        _ name: String,
        _ environment: AccessEnvironment
    ) throws(InputFailure) -> [UInt8] {
        let path = "\(serviceAccountFolder)/\(name)"
        do throws(AccessEnvironment.FileFailure) {
            return try environment.readFile(path, Limits.configBytesMax).bytes
        } catch {
            throw InputFailure("the service account's file \(path) \(error.words); mount it, or name a kubeconfig")
        }
    }
}
