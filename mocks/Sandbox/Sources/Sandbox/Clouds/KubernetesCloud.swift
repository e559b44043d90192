import HTTPTypes
import SandboxServer
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// One simulated cluster, reached under a path of its own: `/_k8s/NAME`.
///
/// No bucket of S3 can be called so, and every client of Kubernetes takes a server with a path.
final class KubernetesCloud: Cloud {
    let name: String
    private let prefix: String
    private let seed: ClusterSeed
    private let clock: SandboxClock
    private let host: WorldHost<KubernetesWorld>
    private let users: [KubernetesUser]

    init(_ seed: ClusterSeed, users: [KubernetesUser], clock: SandboxClock) throws(InputFailure) {
        (self.seed, self.clock) = (seed, clock)
        (name, prefix) = ("kubernetes/\(seed.name)", KubernetesCloud.path(of: seed.name))
        self.users = users + seed.users
        host = WorldHost(try seed.world(at: clock.now), clock: clock)
    }

    /// The path of a cluster.
    static func path(of name: String) -> String { "/_k8s/\(name)" }

    func claim(_ request: Request, at listener: String) -> Request? {
        guard request.target.hasPrefix(prefix) else { return nil }
        let rest = request.target.dropFirst(prefix.count)
        guard rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix("?") else { return nil }
        var inner = request
        inner.target = rest.hasPrefix("/") ? String(rest) : "/" + rest
        return inner
    }

    func reply(to request: Request, from caller: CertifiedCaller?, skew: Duration) -> Reply {
        var request = request
        request.streamsResponse = request.target.contains("watch=")
        let rights = rights(of: request, caller)
        let changes = request.method != .get && request.method != .head
        return host.reply(to: request, streams: request.streamsResponse, changes: changes) { $0.rights = rights }
    }

    /// Who asks: a token that is known goes before the certificate, as in the API server's order of trust.
    private func rights(of request: Request, _ caller: CertifiedCaller?) -> Rights {
        if let given = request.headers[.authorization] {
            let known = users.first { user in user.token.map { "Bearer \($0.reveal())" == given } ?? false }
            if let known { return known.rights(token: nil) }
        } else if let caller {
            if let known = users.first(where: { $0.name == caller.name }) { return known.rights(token: nil) }
            let isAdmin = caller.groups.contains("system:masters")
            return Rights(user: caller.name, allowed: isAdmin ? nil : [])
        }
        // Nobody's token: without one the caller is anonymous, and with another one it is refused.
        return Rights(user: "system:anonymous", token: Self.nobody, allowed: [])
    }

    private static let nobody = "\u{1}nobody has this token"

    func words(for trouble: Trouble) -> Response {
        switch trouble {
        case .throttled(let seconds): PlantedAnswer.tooManyRequests(retryAfterSeconds: seconds).response
        case .failing(504): PlantedAnswer.timeout.response
        case .failing(503): PlantedAnswer.unavailable.response
        case .failing(502):
            Response(status: 502, headers: [.contentType: "text/plain"], body: Array("502 Bad Gateway\n".utf8))
        case .failing: PlantedAnswer.internalError.response
        case .expiredToken: PlantedAnswer.unauthorized.response
        case .tooLarge:
            Self.status(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728")
        }
    }

    private static func status(_ code: Int, _ reason: String, _ message: String) -> Response {
        let body: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
            "reason": .string(reason), "code": JSON(code),
        ]
        return Response(status: code, headers: [.contentType: "application/json"], body: body.bytes)
    }

    func tick() { host.tick() }

    func reset() {
        // The seed made a world before, so it makes one again.
        guard let world = try? seed.world(at: clock.now) else { return }
        host.withWorld(changes: true) { $0 = world }
    }

    func inspect() -> JSON {
        host.withWorld { world in
            var result: JSON = [:]
            for kind in [ResourceKind.deployment, .pod, .service, .httpRoute, .ingress, .virtualService] {
                let names = world.objects(kind).map { object -> JSON in
                    let name = object["metadata"]?["name"]?.string ?? ""
                    let namespace = object["metadata"]?["namespace"]?.string ?? ""
                    return .string(namespace.isEmpty ? name : "\(namespace)/\(name)")
                }
                result[String(describing: kind)] = .array(names)
            }
            return result
        }
    }

    /// Its clients know it by a path of this machine's.
    func owns(_ host: String) -> Bool { false }

    func shares(ofHost host: String) -> FrontShares? {
        self.host.withWorld { KubernetesFronts.shares(ofHost: host, in: $0) }
    }

    var hosts: [String] { host.withWorld { KubernetesFronts.hosts(in: $0) } }
}

/// Somebody whom a cluster knows.
struct KubernetesUser: Sendable {
    /// What certificates and refusals call it.
    var name: String
    /// Its bearer token; nil for those with certificates only.
    var token: Secret<String>?
    /// What it may do; nil is everything.
    var allowed: [Rights.Rule]?
    /// What it may not do all the same.
    var denied: [Rights.Rule] = []

    func rights(token: String?) -> Rights { Rights(user: name, token: token, denied: denied, allowed: allowed) }
}
